"""The doors of the machine room: `/livez`, `/readyz`, `/version`, `/metrics` (`docs/contract.md` §4)."""

from __future__ import annotations

import hmac
import ipaddress
import json

from flask import Blueprint, Response, abort, current_app, request

from hub.domain.messages import text
from hub.http.guards import open_to_all
from hub.http.metrics import render_metrics
from hub.ops.readiness import find_problems
from hub.version import VERSION

blueprint = Blueprint("operations", __name__)

# A proxy on this machine also calls from loopback; these headers betray it, and only ever close the door.
_FORWARDING_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@blueprint.get("/livez")
@open_to_all
def livez_view() -> Response:
    """The process answers."""
    return _send_json({"alive": True})


@blueprint.get("/readyz")
@open_to_all
def readyz_view() -> Response:
    """200 when the hub can do its work, else 503 with what is in the way."""
    problems = find_problems(current_app.extensions["store"])
    reasons = [{"code": found.code, "where": found.where, "text": text(found.code)} for found in problems]
    return _send_json({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


@blueprint.get("/version")
@open_to_all
def version_view() -> Response:
    """Which release answers."""
    return _send_json({"name": "Maillage", "version": VERSION})


@blueprint.get("/metrics")
@open_to_all
def metrics_view() -> Response:
    """Prometheus' text, to the holder of `HUB_METRICS_TOKEN`, or without one to this machine; 404 to all others."""
    if not _may_read_metrics():
        abort(404)
    return Response(render_metrics(current_app), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics() -> bool:
    token: str = current_app.extensions["settings"].metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(header in request.headers for header in _FORWARDING_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _send_json(content: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(content) + "\n", status, content_type="application/json")
