"""The API for those who build on it: `/fhir/openapi.json`, and `/fhir/docs`, a page to read and to try it.

Open to all and the same for all, made of the CapabilityStatement. The page calls nobody but this hub, keeps nothing, and
reads whole without its script (`docs/contract.md` §4).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from hub.api.docs.openapi.document import build_openapi
from hub.api.docs.page import list_sections
from hub.api.http.context import get_service
from hub.api.metadata.capability import build_statement
from hub.api.routes import ROUTES
from hub.fhir import dumps
from hub.http.guards import open_to_all

blueprint = Blueprint("docs", __name__, url_prefix="/fhir", template_folder="templates")

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_KEPT = {"Cache-Control": "public, max-age=300"}
_ASSETS = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
_LANGUAGES = ("fr", "en")
_STATIC = Path(__file__).parent / "static"


@blueprint.get("/openapi.json")
@open_to_all
def openapi_view() -> Response:
    """The OpenAPI document of this hub."""
    headers = {**_KEPT, "Access-Control-Allow-Origin": "*"}
    return Response(_openapi(get_service().base_url), headers=headers, content_type="application/json")


@blueprint.get("/docs")
@open_to_all
def docs_view() -> Response:
    """The page, in the language that `lang` asks for, else `Accept-Language`; French when neither says."""
    headers = {
        **_KEPT,
        "Content-Security-Policy": _CSP,
        "Content-Language": (spoken := _language()),
        "Vary": "Accept-Language",
    }
    return Response(_page(get_service().base_url, spoken), headers=headers, content_type="text/html; charset=utf-8")


@blueprint.get("/docs/<name>")
@open_to_all
def asset_view(name: str) -> Response:
    """The page's own style and script. 404 for any other name."""
    if name not in _ASSETS:
        abort(404)
    return Response((_STATIC / name).read_bytes(), headers=_KEPT, content_type=_ASSETS[name])


def _language() -> str:
    asked = request.args.get("lang")
    return asked if asked in _LANGUAGES else request.accept_languages.best_match(_LANGUAGES, _LANGUAGES[0])


@lru_cache(maxsize=4)
def _openapi(base_url: str) -> bytes:
    return dumps(build_openapi(build_statement(base_url, ROUTES), ROUTES))


@lru_cache(maxsize=8)
def _page(base_url: str, spoken: str) -> str:
    said = build_statement(base_url, ROUTES)
    page = {
        "base": base_url,
        "sections": list_sections(said, ROUTES),
        "formats": said["format"],
        "version": said["software"]["version"],
    }
    return render_template(f"docs.{spoken}.html", **page)
