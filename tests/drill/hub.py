"""A hub under gunicorn whose processes can be killed, and that can be started again at once on the same port."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.deploy.processes import ROOT, free_port


class Hub:
    """A hub in the folder `home`. `offset`: seconds by which its clock is ahead; None for a hub on the machine's clock.
    `stdout`: a file descriptor for its log; by default it goes to a file."""

    def __init__(self, home: Path, settings: dict[str, str], *, offset: float | None = None, stdout: int = -1) -> None:
        self.home, self.port, self._stdout = home, free_port(), stdout
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        environment |= {"HUB_ENV": "demo", "HUB_VAR": str(home), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environment = environment | {"HUB_WORKERS": "2", "HUB_THREADS": "4"} | settings
        self._clock = home.parent / f"clock-{self.port}"
        self._application = "wsgi:app"
        if offset is not None:
            self.set_clock(offset)
            self.environment["DRILL_CLOCK"] = str(self._clock)
            self._application = "tests.drill.application:app"
        self.process: subprocess.Popen[bytes] | None = None

    def set_clock(self, offset: float) -> None:
        """Move the clock to `offset` seconds from the machine's."""
        draft = self._clock.with_suffix(".new")
        draft.write_text(str(offset))
        draft.rename(self._clock)

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        words = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.py"), self._application]
        with (self.home.parent / f"hub-{self.port}.log").open("ab") as log:
            out = log.fileno() if self._stdout < 0 else self._stdout
            self.process = subprocess.Popen(
                words, env=self.environment, cwd=ROOT, stdout=out, stderr=log, start_new_session=True
            )
        self.wait_ready()

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until `/readyz` is 200. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while self.get_readiness()[0] != 200:
            if time.monotonic() > until:
                raise TimeoutError(self.get_readiness())
            time.sleep(0.1)

    def get_readiness(self) -> tuple[int, list[str]]:
        """The status of `/readyz` and its reasons; 0 when nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, [reason["code"] for reason in json.loads(answer.read())["reasons"]]
        except (OSError, http.client.HTTPException, ValueError):
            return 0, []
        finally:
            connection.close()

    def list_workers(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_worker(self) -> None:
        os.kill(self.list_workers()[0], signal.SIGKILL)

    def kill(self) -> None:
        """Kill the master and all workers, as a machine does that loses its power."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        """End it as a supervisor does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
