"""One recording: a new hub on an empty database, every scene in order, then the tables."""

from __future__ import annotations

import json
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.corpus.fixed import Fixed
from tests.corpus.watch import Watch

_MEMORY = Path("/dev/shm")


def record(path: Path, *, on_postgres: bool = False) -> int:
    """Write the recording to `path`, a JSON object a line; the number of entries.

    Replaces clock, random numbers and drivers for the whole process, which should do nothing else."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)))
        fixed, watch = Fixed(), Watch(str(folder))
        fixed.install()
        watch.install()
        # Imported now: the hub's modules must find the clock and the drivers replaced.
        from tests.corpus.cast import assemble
        from tests.corpus.hub import Hub
        from tests.corpus.scenes import SCENES

        file = stack.enter_context(path.open("w", encoding="utf-8"))
        written = 0

        def write(entry: dict[str, Any]) -> None:
            nonlocal written
            written += 1
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

        url = stack.enter_context(_postgres()) if on_postgres else f"sqlite:///{folder / 'hub.sqlite'}"
        hub = Hub(folder, url, fixed, watch, write)
        cast = assemble(hub)
        for name, play in SCENES.items():
            hub.begin_scene(name)
            try:
                play(cast)
            except Exception as fault:
                # A scene that cannot go on is a difference like any other one.
                write({"kind": "broken", "name": f"{name}/broken", "body": traceback.format_exception_only(fault)})
        for table, rows, digest in hub.database.digests():
            write({"kind": "table", "name": f"table/{table}", "rows": rows, "digest": digest})
    return written


def _postgres() -> Any:
    from contextlib import contextmanager

    from tests.postgres import Server, cluster

    @contextmanager
    def database() -> Any:
        with cluster() as url:
            server = Server(url, "corpus")
            yield server.url(server.create())

    return database()
