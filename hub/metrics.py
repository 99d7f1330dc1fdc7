"""Counts for the machine room, told to Prometheus. Labels are route templates and statuses: nothing of any person."""

from __future__ import annotations

import os
import time
from functools import cache

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


def count_requests(app: Flask) -> None:
    """Count and time the requests of `app` by route. `app.extensions["metrics"]` is the registry, open to others."""
    registry = CollectorRegistry()
    app.extensions["metrics"] = registry
    total = Counter("hub_requests", "Requests answered", ["route", "status"], registry=registry)
    seconds = Histogram("hub_request_seconds", "Time to answer", ["route"], registry=registry)

    @cache
    def figures(route: str, status: int) -> tuple[Counter, Histogram]:
        return total.labels(route, status), seconds.labels(route)

    @app.after_request
    def count(response: Response) -> Response:
        answered, took = figures(request.url_rule.rule if request.url_rule else "", response.status_code)
        answered.inc()
        took.observe(time.monotonic() - g.started)
        return response


def exposition(app: Flask) -> bytes:
    """The figures in Prometheus' text format: of all the workers where `config/gunicorn.py` gave them a folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(app.extensions["metrics"])
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]  # prometheus-client leaves it bare
    return generate_latest(everyone)
