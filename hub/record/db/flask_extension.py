"""Open the record's engines in a Flask application, with Flask-SQLAlchemy, which only this module uses.

One database, two binds: the default one writes, `reader` reads and commits the traces of reads (`docs/parts.md` 20).
Engines open no connection until they are used, so that a forked worker shares none.
"""

from __future__ import annotations

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from hub.record.db.engines import get_database_url, get_engine_options, prepare
from hub.record.db.limits import READINGS, WRITES
from hub.record.db.store import CONNECTIONS, Store
from hub.record.tables import metadata

READER = "reader"


def attach(app: Flask, url: str, seal_keys: tuple[bytes, ...], *, connections: int = CONNECTIONS) -> Store:
    """Open the database at `url` for `app`, as a `Store` with the lifetime of the application.

    `connections`: how many it has at most for readings, and how many for writes."""
    url = get_database_url(url)
    options = get_engine_options(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    app.config["SQLALCHEMY_BINDS"] = {READER: {"url": url, **options}}
    database = SQLAlchemy(app, metadata=metadata, add_models_to_shell=False)
    with app.app_context():
        engines: dict[str | None, Engine] = dict(database.engines)
    reader = prepare(engines[READER], role=READER, limits=READINGS)
    writer = prepare(engines[None], role="writer", limits=WRITES)
    return Store(writer=writer, reader=reader, relaxed_writer=reader, seal_keys=seal_keys, connections=connections)
