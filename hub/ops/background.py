"""The work of `hub worker` as metrics, read from the record when they are asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from hub.record.db.store import Store
from hub.record.maintenance.background import read_background
from hub.record.maintenance.health import DATABASE_ERRORS, open_probe

_SECOND = 1_000_000
_GAUGES = {
    "last_round": (
        "hub_worker_last_good_round_seconds",
        "When a worker last ended a round without failures, since 1970",
    ),
    "oldest_change": (
        "hub_outbox_oldest_seconds",
        "When the oldest change was made that waits for a worker, since 1970",
    ),
}


def render_background(store: Store) -> bytes:
    """Return the metrics of the worker in the text format of Prometheus; one that has no value, or none while the database does
    not answer, is left out."""
    try:
        with open_probe(store) as connection:
            background = read_background(connection)
    except DATABASE_ERRORS:
        return b""
    registry = CollectorRegistry()
    for name, (metric, text) in _GAUGES.items():
        moment = getattr(background, name)
        if moment is not None:
            Gauge(metric, text, registry=registry).set(moment / _SECOND)
    return generate_latest(registry)
