"""The variables that the hub reads in the environment, and the form of each. `hub.settings.settings` says what they mean."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from hub.domain.errors import Problem

DEMO, PRODUCTION = "demo", "production"


def _make_number(name: str, default: int | None, low: int, high: int) -> fields.Integer:
    within = validate.Range(low, high, error="setting-out-of-range")
    wording: dict[str, str | list[Any] | dict[Any, Any]] = {"invalid": "setting-not-a-number"}
    return fields.Integer(data_key=name, load_default=default, validate=within, error_messages=wording)


def _make_text(name: str, default: str, rule: validate.Validator | None = None) -> fields.String:
    return fields.String(data_key=name, load_default=default, validate=rule)


_DATABASE = validate.Regexp(r"(sqlite|postgres(ql)?(\+psycopg)?)://", error="setting-not-a-database")


class _Environment(Schema):
    """The variables and the form of each value. Marshmallow checks all of them before it reports."""

    class Meta:
        unknown = EXCLUDE

    env = _make_text("HUB_ENV", PRODUCTION, validate.OneOf([DEMO, PRODUCTION], error="setting-not-a-choice"))
    var = _make_text("HUB_VAR", "var")
    database_url = _make_text("HUB_DATABASE_URL", "", _DATABASE)
    demo_database_url = _make_text("HUB_DEMO_DATABASE_URL", "", _DATABASE)
    base_url = _make_text("HUB_BASE_URL", "")
    host = _make_text("HUB_HOST", "127.0.0.1")
    port = _make_number("PORT", 8000, 1, 65_535)
    seal_key = _make_text("HUB_SEAL_KEY", "")
    seal_key_file = _make_text("HUB_SEAL_KEY_FILE", "")
    seal_key_previous = _make_text("HUB_SEAL_KEY_PREVIOUS", "")
    seal_key_previous_file = _make_text("HUB_SEAL_KEY_PREVIOUS_FILE", "")
    workers = _make_number("HUB_WORKERS", 2, 1, 64)
    threads = _make_number("HUB_THREADS", 8, 1, 64)
    connections = _make_number("HUB_CONNECTIONS", 4, 1, 64)
    proxies = _make_number("HUB_PROXY", 0, 0, 4)
    idp_file = _make_text("HUB_IDP_FILE", "")
    metrics_token = _make_text("HUB_METRICS_TOKEN", "", validate.Regexp(r"\S{32,}$", error="setting-weak"))
    body = _make_number("HUB_LIMIT_BODY", None, 64 * 1024, 64 * 1024 * 1024)
    batch = _make_number("HUB_LIMIT_BATCH", None, 1, 5_000)
    rate = _make_number("HUB_LIMIT_RATE", None, 0, 100_000)
    burst = _make_number("HUB_LIMIT_BURST", None, 0, 100_000)
    sessions = _make_number("HUB_LIMIT_SESSIONS", None, 0, 1_000)
    delays = _make_text(
        "HUB_DELIVERY_DELAYS",
        "30 300 1800 7200 28800 86400 86400 86400",
        validate.Regexp(r"[1-9]\d{0,6}( [1-9]\d{0,6}){0,29}$", error="setting-not-a-number"),
    )
    notice_days = _make_number("HUB_NOTICE_DAYS", 30, 1, 3_650)
    noted_days = _make_number("HUB_NOTED_DAYS", 7, 0, 3_650)
    dead_days = _make_number("HUB_DEAD_DAYS", 30, 1, 3_650)
    journal_days = _make_number("HUB_JOURNAL_DAYS", 1_095, 1, 36_500)
    demand_days = _make_number("HUB_DEMAND_DAYS", 90, 1, 3_650)


NAMES = tuple(str(field.data_key) for field in _Environment().fields.values())


def find_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder in which the hub writes: HUB_VAR, and in the demo `demo` in it, so that it never has production's."""
    # Not `Path.resolve`, which raises for a loop of links.
    root = Path(os.path.realpath(environment.get("HUB_VAR") or "var"))
    return root / DEMO if environment.get("HUB_ENV") == DEMO else root


def read_environment(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values by the names of the schema, with their defaults, and a Problem for each that is malformed."""
    variables = {name: environment[name] for name in NAMES if environment.get(name)}
    try:
        return dict(_Environment().load(variables)), []
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it bare
        return dict(error.valid_data), [Problem(code, name) for name, codes in messages.items() for code in codes]  # type: ignore[arg-type]
