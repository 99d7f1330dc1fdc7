"""What the hub is measured against: Flask views that say the same bytes, and the same rows inserted bare through Core.

Run by the same gunicorn with the same configuration: `gunicorn -c config/gunicorn.py tests.bench.floor:app`.
"""

from __future__ import annotations

import itertools
import os
import pickle
from pathlib import Path
from typing import Any

from flask import Flask, Response
from sqlalchemy import create_engine, insert

from hub.record.db.engines import get_engine_options, prepare
from hub.record.tables import metadata
from tests.bench.server import FLOOR_FOLDER

_folder = Path(os.environ[FLOOR_FOLDER])
app = Flask("floor", static_folder=None)


@app.get("/<name>")
def say(name: str) -> Response:
    """The body that the hub gave for this kind of request."""
    return Response(_BODIES[name], content_type="application/fhir+json; charset=utf-8")


@app.post("/<name>")
def put(name: str) -> Response:
    """The rows of one such write under new names, in one transaction as durable as the hub's."""
    number = next(_COUNT)
    with _ENGINE.begin() as connection:
        for table, rows in _ROWS[name]:
            connection.execute(insert(metadata.tables[table]), [_renamed(row, number) for row in rows])
    return Response(_BODIES[name], content_type="application/fhir+json; charset=utf-8")


def _renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    """`row` with other keys: numbers of resources moved on, names lengthened; `seq` is the database's to give."""
    return {name: _other(name, value, number) for name, value in row.items() if name != "seq"}


def _other(name: str, value: Any, number: int) -> Any:
    if name in _NUMBERS and isinstance(value, int) and value:
        return value + number
    return f"{value}.{number}" if name in _NAMES and isinstance(value, str) else value


_NUMBERS = frozenset({"rid", "person", "source", "via"})
_NAMES = frozenset({"id", "tid", "mid", "oid", "key"})
_BODIES = {path.stem: path.read_bytes() for path in _folder.glob("*.body")}
_ROWS: dict[str, list[tuple[str, list[dict[str, Any]]]]] = (
    pickle.loads((_folder / "rows").read_bytes()) if (_folder / "rows").exists() else {}
)
# Each worker has names of its own.
_COUNT = itertools.count(os.getpid() << 20)
_URL = f"sqlite:///{_folder / 'floor.sqlite'}"
_ENGINE = prepare(create_engine(_URL, **get_engine_options(_URL)), role="writer")
