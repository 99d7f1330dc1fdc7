"""The routes for operators: `/livez`, `/readyz`, `/version`, `/metrics` (`docs/contract.md` §4)."""

from __future__ import annotations

import hmac
import json
import re

from flask import Blueprint, Response, abort, current_app, request

from hub.domain.messages import get_text
from hub.domain.normalization.addresses import is_loopback
from hub.http.guards import open_to_all
from hub.http.metrics import render_metrics
from hub.ops.background import render_background
from hub.ops.readiness import find_problems
from hub.version import VERSION

# A load balancer and Prometheus ask for these as often as they are set to.
PATHS = frozenset({"/livez", "/readyz", "/version", "/metrics"})

blueprint = Blueprint("operations", __name__)

# A proxy on this machine also connects from loopback. These headers reveal it; they can only refuse access, never give it.
_FORWARDING_HEADER = re.compile(
    r"(x-(original-)?)?forwarded(-.+)?|via|cdn-loop|x-real-ip|x-scheme|x-envoy-.+|([a-z]+-)*client-ip|cf-connecting-ip",
    re.IGNORECASE,
)


@blueprint.get("/livez")
@open_to_all
def livez_view() -> Response:
    """Answer 200: the process is alive."""
    return _send_json({"alive": True})


@blueprint.get("/readyz")
@open_to_all
def readyz_view() -> Response:
    """Answer 200 when the hub can work, else 503 with the reasons."""
    problems = find_problems(current_app.extensions["store"])
    reasons = [{"code": problem.code, "where": problem.where, "text": get_text(problem.code)} for problem in problems]
    return _send_json({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


@blueprint.get("/version")
@open_to_all
def version_view() -> Response:
    """Answer with the release."""
    return _send_json({"name": "Maillage", "version": VERSION})


@blueprint.get("/metrics")
@open_to_all
def metrics_view() -> Response:
    """Answer with the metrics for Prometheus, to the holder of `HUB_METRICS_TOKEN`, or without that setting to this machine;
    else 404."""
    if not _is_metrics_reader():
        abort(404)
    text = render_metrics(current_app) + render_background(current_app.extensions["store"])
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_metrics_reader() -> bool:
    token: str = current_app.extensions["settings"].metrics_token
    if token:
        authorization = request.headers.get("Authorization", "")
        return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
    if any(_FORWARDING_HEADER.fullmatch(name) for name in request.headers.keys()):  # noqa: SIM118 - no mapping
        return False
    return is_loopback(request.remote_addr or "")


def _send_json(content: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(content) + "\n", status, content_type="application/json")
