"""The endpoint `/intake/<source>`: takes one message and answers in the same format (`docs/contract.md` §4, §5).

What is refused before the message is stored gets an OperationOutcome, whatever the format of the source: a missing token, a
source of another organisation, another media type.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, g, request

from adapters.adapter import Source
from hub.api.http.context import get_settings
from hub.api.http.response import send
from hub.api.resources.operation_outcome import answer_error
from hub.domain.errors import HubError, Invalid
from hub.fhir import dumps
from hub.http.guards import token_required
from hub.intake import Answer, ask_again, find_source, list_own_sources, receive

blueprint = Blueprint("intake", __name__, url_prefix="/intake")

# The parameter is not used: each adapter finds the charset in the message itself.
_CHARSET = re.compile(r"""charset\s*=\s*"?[A-Za-z0-9_.:-]{1,40}"?""", re.ASCII)


@blueprint.errorhandler(HubError)
def _refuse(error: HubError) -> Response:
    return send(answer_error(error))


@blueprint.get("", strict_slashes=False)
@token_required
def list_sources() -> Response:
    """List the sources to which the client may send, each with its address."""
    listed = [
        {"source": source.name, "title": source.title, "mediaTypes": list(source.adapter.media_types)}
        | {"url": f"{get_settings().base_url}/intake/{source.name}"}
        for source in list_own_sources(g.actor)
    ]
    return Response(dumps({"sources": listed}), content_type="application/json")


@blueprint.get("/<source>", strict_slashes=False)
@token_required
def describe(source: str) -> Response:
    """Describe what the source takes: media types, columns or messages, required fields, an example."""
    return Response(dumps(find_source(g.actor, source).describe()), content_type="application/json")


@blueprint.get("/<source>/messages/<number>", strict_slashes=False)
@token_required
def show_answer(source: str, number: str) -> Response:
    """Answer again what a message was answered. `application`: of two messages with one number, the one of this application."""
    application = request.args.get("application", "")
    return _make_response(ask_again(current_app.extensions["store"], g.actor, source, number, application))


@blueprint.post("/<source>", strict_slashes=False)
@token_required
def take(source: str) -> Response:
    """Take one message. 200 or 201 once it is durable; a refused message is stored too."""
    media_type = _check_media_type(find_source(g.actor, source))
    # The body is read once, after all that can be refused without it; Flask stops it at MAX_CONTENT_LENGTH (413).
    body = request.get_data(cache=False)
    return _make_response(
        receive(current_app.extensions["store"], g.actor, source, media_type, body, settings=get_settings())
    )


def _check_media_type(source: Source) -> str:
    """Return the media type of the request, if the source takes it.

    Raises Invalid `http-media-type`: another one, or a compressed body."""
    name, _, rest = (request.headers.get("Content-Type") or "").partition(";")
    parameters = [parameter.strip() for parameter in rest.split(";") if parameter.strip()]
    if name.strip().lower() not in source.adapter.media_types or not all(map(_is_known, parameters)):
        raise Invalid("http-media-type", where="Content-Type")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Invalid("http-media-type", where="Content-Encoding")
    return name.strip().lower()


def _is_known(parameter: str) -> bool:
    return parameter.lower().startswith("fhirversion=4.0") or _CHARSET.fullmatch(parameter) is not None


def _make_response(answer: Answer) -> Response:
    headers = {"Location": answer.location} if answer.location else {}
    return Response(answer.body, answer.status, headers, content_type=answer.content_type)
