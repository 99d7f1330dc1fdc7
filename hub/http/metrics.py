"""Counts for the machine room, told to Prometheus. Labels are route templates and statuses: nothing of any person."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from hub.http.request_context import RequestContext


def make_request_counter(registry: CollectorRegistry) -> Callable[[RequestContext, int], None]:
    """What counts and times a request, answered with this status, by its route."""
    total = Counter("hub_requests", "Requests answered", ["route", "status"], registry=registry)
    seconds = Histogram("hub_request_seconds", "Time to answer", ["route"], registry=registry)

    @cache
    def figures(route: str, status: int) -> tuple[Counter, Histogram]:
        return total.labels(route, status), seconds.labels(route)

    def count(of: RequestContext, status: int) -> None:
        answered, took = figures(of.route, status)
        answered.inc()
        took.observe(time.monotonic() - of.started)

    return count


def render_metrics(app: Flask) -> bytes:
    """The figures in Prometheus' text format: of all the workers where `config/gunicorn.py` gave them a folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(app.extensions["metrics"])
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]  # prometheus-client leaves it bare
    return generate_latest(everyone)
