"""A hub in this process, asked over WSGI and by its command line, with everything that it answers written down."""

from __future__ import annotations

import base64
import hashlib
import importlib
import io
import json
import os
import runpy
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from werkzeug.test import Client as Wsgi

from tests.corpus.answer import Answer
from tests.corpus.database import Database
from tests.corpus.fixed import Fixed
from tests.corpus.receiver import PORT as RECEIVER_PORT
from tests.corpus.receiver import Receiver
from tests.corpus.watch import Statement, Watch

BASE = "http://127.0.0.1:8000"
METRICS_TOKEN = "0123456789abcdefghijklmnopqrstuv"
_SEAL_KEY = base64.b64encode(hashlib.sha512(b"corpus").digest()).decode()

Json = dict[str, Any]
Write = Callable[[Json], None]


class Hub:
    """A demo hub on an empty database. `write` is called with each entry of the recording, in order."""

    def __init__(self, folder: Path, url: str, fixed: Fixed, watch: Watch, write: Write) -> None:
        self.folder, self.database = folder, Database(url)
        self.fixed, self._watch, self._write = fixed, watch, write
        self._scene, self._number, self._texts = "start", 0, dict[str, str]()
        self._printed = io.StringIO()
        # How many assertions were signed: each has a name of its own.
        self.assertions = 0
        self._set_environment(folder, url)
        self.receiver = Receiver()
        self.run("init")
        # The hub's log writes to what standard output is now.
        with redirect_stdout(self._printed):
            self._wsgi = Wsgi(importlib.import_module("wsgi").app)

    def begin_scene(self, name: str) -> None:
        """The entries that follow are of the scene `name`, numbered from one."""
        self._scene, self._number = name, 0

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, who: str, label: str = ""
    ) -> Answer:
        """One request; `label` takes the place of its number in its name. `path` has its query."""
        name = self._next(label)
        headers = {"X-Request-Id": name.replace("/", "-").replace("_", "-").replace(".", "-")[:64], **headers}
        with redirect_stdout(self._printed):
            response = self._wsgi.open(path, base_url=BASE, method=method, data=body, headers=headers, buffered=True)
        answer = Answer(response.status_code, list(response.headers), response.data)
        response.close()
        entry = {"kind": "request", "name": name, "asked": f"{who or 'nobody'}: {method} {path}"}
        entry |= {"status": answer.status, "headers": answer.headers, "body": _shown(answer.data)}
        self._record(entry | {"log": self._logged()})
        return answer

    def run(self, *arguments: str) -> str:
        """`python -m hub ARGUMENTS` in this process; what it printed."""
        name = self._next()
        printed, errors = io.StringIO(), io.StringIO()
        status: Any = 0
        with patch.object(sys, "argv", ["hub", *arguments]), redirect_stdout(printed), redirect_stderr(errors):
            try:
                runpy.run_module("hub", run_name="__main__", alter_sys=True)
            except SystemExit as end:
                status = end.code
        asked = " ".join(argument.replace(str(self.folder), "…") for argument in arguments)
        texts = {"body": printed.getvalue(), "errors": errors.getvalue()}
        shown = {key: text.replace(str(self.folder), "…") for key, text in texts.items()}
        self._record({"kind": "command", "name": name, "asked": f"hub {asked}", "status": status, **shown})
        for number, delivery in enumerate(self.receiver.take(), 1):
            self._record({"kind": "delivery", "name": f"{name}/{number:02d}", **delivery})
        return printed.getvalue()

    def _next(self, label: str = "") -> str:
        self._number += 1
        name = f"{self._scene}/{label or format(self._number, '03d')}"
        self.fixed.begin(name)
        self._watch.take()
        return name

    def _record(self, entry: Json) -> None:
        statements = self._watch.take()
        self._write(entry | {"statements": [self._noted(statement) for statement in statements]})

    def _noted(self, statement: Statement) -> list[Any]:
        """The number of the text, which is written once, with the digest of the values and the rows."""
        text = statement.text
        if text not in self._texts:
            self._texts[text] = hashlib.sha256(text.encode()).hexdigest()[:12]
            self._write({"kind": "sql", "name": self._texts[text], "text": text})
        return [self._texts[text], statement.values, statement.rows]

    def _logged(self) -> list[Json]:
        """The lines of the log, without their time and without places in the code."""
        lines = [json.loads(line) for line in self._printed.getvalue().splitlines()]
        self._printed.seek(0)
        self._printed.truncate()
        return [{key: value for key, value in line.items() if key not in ("at", "places")} for line in lines]

    @staticmethod
    def _set_environment(folder: Path, url: str) -> None:
        for name in [name for name in os.environ if name.startswith("HUB_")]:
            del os.environ[name]
        os.environ |= {"HUB_ENV": "demo", "HUB_VAR": str(folder), "HUB_BASE_URL": BASE, "PORT": "8000"}
        os.environ |= {"HUB_SEAL_KEY": _SEAL_KEY, "HUB_DEMO_DATABASE_URL": url, "HUB_METRICS_TOKEN": METRICS_TOKEN}


def hook(path: str = "hook") -> str:
    """An address of the receiver."""
    return f"http://127.0.0.1:{RECEIVER_PORT}/{path}"


def _shown(data: bytes) -> str | Json:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
