"""The static files over HTTP, under an address that changes with them, so that a browser may keep them for a year."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from hub.desk.assets import compute_digest, read_assets
from hub.http.guards import open_to_all

PREFIX = "/static"
ROUTE = f"{PREFIX}/<digest>/<name>"
blueprint = Blueprint("desk_static", __name__, url_prefix=PREFIX)


def build_asset_url(name: str) -> str:
    """The address of the static file `name`. KeyError when there is none."""
    read_assets()[name]
    return f"{PREFIX}/{compute_digest()}/{name}"


@blueprint.get("/<digest>/<name>")
@open_to_all
def static_file(digest: str, name: str) -> Response:
    """One file, compressed where the browser takes gzip. 404 under any other address than the present one."""
    asset = read_assets().get(name)
    if asset is None or digest != compute_digest():
        abort(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    if asset.compressed is None:
        return Response(asset.content, headers=headers, content_type=asset.media_type)
    headers["Vary"] = "Accept-Encoding"
    if not request.accept_encodings.quality("gzip"):
        return Response(asset.content, headers=headers, content_type=asset.media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.compressed, headers=headers, content_type=asset.media_type)
