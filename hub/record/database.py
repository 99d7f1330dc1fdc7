"""The record's engines inside a Flask application, through Flask-SQLAlchemy, which is kept to just this page.

One database, three binds: the default one writes, `reader` reads, `noter` commits traces of reads (`parts.md` 20).
Engines open no connection until they are used, so that a forked worker shares none.
"""

from __future__ import annotations

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from hub.record.store import Store, database_url, engine_options, prepare
from hub.record.tables import metadata

READER, NOTER = "reader", "noter"


def attach(app: Flask, url: str, seal_keys: tuple[bytes, ...]) -> Store:
    """Open the database at `url` for `app`: a `Store` that lives as long as the application does."""
    url = database_url(url)
    options = engine_options(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    app.config["SQLALCHEMY_BINDS"] = {role: {"url": url, **options} for role in (READER, NOTER)}
    database = SQLAlchemy(app, metadata=metadata, add_models_to_shell=False)
    with app.app_context():
        engines: dict[str | None, Engine] = dict(database.engines)
    return Store(
        writer=prepare(engines[None], role="writer"),
        reader=prepare(engines[READER], role=READER),
        noter=prepare(engines[NOTER], role=NOTER),
        seal_keys=seal_keys,
    )
