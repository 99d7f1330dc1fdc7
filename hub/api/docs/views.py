"""Documentation of the API for developers: `/fhir/openapi.json`, and the page `/fhir/docs` to read and to try it.

Open to all and the same for all, made of the CapabilityStatement. The page calls only this hub, stores nothing, and can be read
without its script (`docs/contract.md` §4).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from hub.api.docs.openapi.document import build_openapi
from hub.api.docs.page import LANGUAGES, list_sections, load_texts
from hub.api.http.context import get_service
from hub.api.metadata.capability import build_statement
from hub.api.routes import ROUTES
from hub.fhir import dumps
from hub.http.guards import open_to_all
from hub.record.clients.tokens import LIFETIME

blueprint = Blueprint("docs", __name__, url_prefix="/fhir", template_folder="templates")

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_CACHED = {"Cache-Control": "public, max-age=300"}
_ASSETS = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
_STATIC = Path(__file__).parent / "static"


@blueprint.get("/openapi.json")
@open_to_all
def show_openapi() -> Response:
    """Return the OpenAPI document of this hub."""
    headers = {**_CACHED, "Access-Control-Allow-Origin": "*"}
    return Response(_write_openapi(get_service().base_url), headers=headers, content_type="application/json")


@blueprint.get("/docs")
@open_to_all
def show_page() -> Response:
    """Return the page, in the language of the parameter `lang`, else of Accept-Language, else in French."""
    language = _choose_language()
    headers = {**_CACHED, "Content-Security-Policy": _CSP, "Content-Language": language, "Vary": "Accept-Language"}
    return Response(
        _render_page(get_service().base_url, language), headers=headers, content_type="text/html; charset=utf-8"
    )


@blueprint.get("/docs/<name>")
@open_to_all
def show_asset(name: str) -> Response:
    """Return the page's style and script. 404 for any other name."""
    if name not in _ASSETS:
        abort(404)
    return Response((_STATIC / name).read_bytes(), headers=_CACHED, content_type=_ASSETS[name])


def _choose_language() -> str:
    language = request.args.get("lang")
    return language if language in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


@lru_cache(maxsize=4)
def _write_openapi(base_url: str) -> bytes:
    return dumps(build_openapi(build_statement(base_url, ROUTES), ROUTES))


@lru_cache(maxsize=8)
def _render_page(base_url: str, language: str) -> str:
    statement = build_statement(base_url, ROUTES)
    return render_template(
        "docs.html",
        language=language,
        texts=load_texts(language),
        base=base_url,
        lifetime=LIFETIME,
        sections=list_sections(statement, ROUTES),
        formats=statement["format"],
        version=statement["software"]["version"],
    )
