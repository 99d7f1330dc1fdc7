"""The hub with one more route, which shows what the hub sees of a request: for gunicorn, as `tests.deploy.echo:app`."""

from __future__ import annotations

import os
from typing import Any

from flask import Blueprint, request

from hub.app import BLUEPRINTS, create_app
from hub.http.guards import open_to_all
from hub.settings.settings import load

blueprint = Blueprint("echo", __name__)


@blueprint.route("/echo", methods=["GET", "POST"])
@open_to_all
def echo() -> dict[str, Any]:
    """Address, scheme, headers, and bytes of the body."""
    return {
        "address": request.remote_addr,
        "scheme": request.scheme,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "bytes": len(request.get_data()),
    }


app = create_app(load(os.environ), blueprints=(*BLUEPRINTS, blueprint))
