"""A disk that fills while the hub runs: the metrics of the workers are not on it, and a worker that dies is logged."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.http.metrics_folder import SHARED_MEMORY, make_metrics_folder
from tests.deploy.processes import ask, serve


@contextmanager
def mount_small_disk(folder, size):
    """A file system of `size` in `folder`."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("this account may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    """Write until nothing more fits."""
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def test_f_6_a_full_disk_kills_no_worker(tmp_path):
    (tmp_path / "var").mkdir()
    with mount_small_disk(tmp_path / "var", "12m"), serve(tmp_path / "var", HUB_WORKERS="1") as port:
        fill(tmp_path / "var" / "filler")
        for number in range(30):
            # A new route each time: a new page of the metrics.
            assert ask(port, "/livez" if number % 2 else "/fhir/metadata") == 200
        (tmp_path / "var" / "filler").unlink()
        assert "Worker (pid:" not in (tmp_path / "var" / "server.log").read_text()


def test_f_6_the_folder_is_in_memory_and_an_earlier_one_is_deleted(tmp_path):
    if not os.access(SHARED_MEMORY, os.W_OK):
        pytest.skip("no /dev/shm here")
    former = make_metrics_folder(tmp_path, "[2001:db8::1]:8000")
    (former / "counter_1.db").write_bytes(b"")
    other = make_metrics_folder(tmp_path, "192.0.2.2:8000")
    present = make_metrics_folder(tmp_path, "[2001:db8::1]:8000")
    assert present.parent == other.parent == SHARED_MEMORY
    assert (former.exists(), list(present.iterdir())) == (False, [])
    present.rmdir()
    other.rmdir()


def test_f_6_without_shared_memory_the_folder_is_in_var(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.http.metrics_folder.SHARED_MEMORY", tmp_path / "nowhere")
    assert make_metrics_folder(tmp_path / "var", "127.0.0.1:8000").parent == tmp_path / "var"


def test_f_6_the_death_of_a_worker_is_logged(tmp_path):
    with serve(tmp_path, HUB_WORKERS="1") as port:
        assert ask(port) == 200
        log = tmp_path / "server.log"
        (master,) = find_masters(port)
        (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        os.kill(int(worker), signal.SIGBUS)
        until = time.monotonic() + 20
        while "was sent SIGBUS" not in log.read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert f"Worker (pid:{worker}) was sent SIGBUS!" in log.read_text()
        assert ask(port) == 200


def find_masters(port):
    """The processes of gunicorn that were started for `port` and have workers."""
    masters = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = f"PORT={port}\0".encode() in (folder / "environ").read_bytes()
            if is_ours and (folder / "task" / folder.name / "children").read_text().strip():
                masters.append(int(folder.name))
        except OSError:
            continue
    return masters
