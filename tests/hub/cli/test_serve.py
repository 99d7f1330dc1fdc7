import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from hub.cli import main
from hub.cli.exits import Exit

ROOT = Path(__file__).parents[3]


@pytest.fixture
def server(tmp_path):
    """`python -m hub init`, then `serve`, from another working directory and with its own home: (process, HTTP client, home)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_ENV": "demo", "HUB_VAR": str(tmp_path / "var"), "PORT": str(port), "HOME": str(tmp_path)}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("XDG_RUNTIME_DIR", None)
    hub = [sys.executable, "-m", "hub"]
    subprocess.run([*hub, "init"], env=environment, cwd=tmp_path, check=True, capture_output=True)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*hub, "serve"], env=environment, cwd=tmp_path, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            yield process, http, tmp_path
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_another_has_is_said(monkeypatch, capsys, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        monkeypatch.setenv("HUB_ENV", "demo")
        monkeypatch.setenv("PORT", port)
        assert main([command, "--json"]) == Exit.NOT_READY
    problem = json.loads(capsys.readouterr().err)
    assert (problem["code"], problem["where"]) == ("cli-port-busy", f"PORT={port}")


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_said(monkeypatch, capsys, tmp_path, host):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_ENV", "demo")
    monkeypatch.setenv("HUB_HOST", host)
    assert main(["serve", "--json"]) == Exit.NOT_READY
    assert json.loads(capsys.readouterr().err)["code"] == "cli-port-refused"


def wait_until_ready(http):
    for _ in range(200):
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the hub did not become ready in 20 s")


def test_serve_from_start_to_stop(server):
    process, http, home = server
    wait_until_ready(http)
    http.get("/livez")
    assert 'route="/livez"' in http.get("/metrics").text
    http.get("/fhir/Patient", params={"name": "Dupont"})
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    # Said before the log of requests begins.
    assert (home / "log").read_text().splitlines()[0].startswith("Le serveur démarre. écoute sur : http://127.0.0.1:")
    # No control socket under the account's home, and the log holds nothing of what was asked.
    assert sorted(path.name for path in home.iterdir()) == ["log", "var"]
    assert "Dupont" not in (home / "log").read_text()
