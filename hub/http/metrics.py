"""Metrics for Prometheus. Labels are templates of routes and statuses, never data of a person."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from hub.http.request_context import RequestContext

# Of the process, as standard output is; `hub.http.middleware` puts it into the registry of the application.
LOST_LINES = Counter("hub_log_lines_lost", "Lines of the log that could not be written", registry=None)


def make_request_counter(registry: CollectorRegistry) -> Callable[[RequestContext, int], None]:
    """Make the function that counts and times a request by its route and the status of its answer."""
    total = Counter("hub_requests", "Requests answered", ["route", "status"], registry=registry)
    seconds = Histogram("hub_request_seconds", "Time to answer", ["route"], registry=registry)

    @cache
    def get_metrics(route: str, status: int) -> tuple[Counter, Histogram]:
        return total.labels(route, status), seconds.labels(route)

    def count_request(context: RequestContext, status: int) -> None:
        counter, histogram = get_metrics(context.route, status)
        counter.inc()
        histogram.observe(time.monotonic() - context.started)

    return count_request


def render_metrics(app: Flask) -> bytes:
    """Return the metrics in the text format of Prometheus: of all workers where `config/gunicorn.py` has set their folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(app.extensions["metrics"])
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it bare
    return generate_latest(registry)
