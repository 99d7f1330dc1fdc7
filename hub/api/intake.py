"""`/intake/<source>`: one message in, the source's own kind of answer out (`contract.md` §4, §5).

What is decided from the request alone, before the message is kept, is an OperationOutcome whatever the door: no token,
another's source, another media type.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, g, request

from adapters.sources import MEDIA_TYPES, Source
from hub.api.http.context import settings
from hub.api.http.response import send
from hub.api.resources.operation_outcome import outcome
from hub.domain.errors import HubError, Invalid
from hub.fhir import dumps
from hub.http.guards import token_required
from hub.intake import Answer, receive, source_for

blueprint = Blueprint("intake", __name__, url_prefix="/intake")

# A byte can be anything in these: each adapter finds the charset in the message itself.
_CHARSET = re.compile(r"""charset\s*=\s*"?[A-Za-z0-9_.:-]{1,40}"?""", re.ASCII)


@blueprint.errorhandler(HubError)
def _refuse(error: HubError) -> Response:
    return send(outcome(error))


@blueprint.get("/<source>")
@token_required
def describe(source: str) -> Response:
    """What the source takes: media types, columns or messages, required fields, an example."""
    found = source_for(g.actor, source)
    return Response(dumps(found.describe()), content_type="application/json")


@blueprint.post("/<source>")
@token_required
def take(source: str) -> Response:
    """One message. 200 or 201 once it is durable; what is refused is kept too."""
    media_type = _media_type(source_for(g.actor, source))
    # The body is read once, after all that can be refused without it; Flask stops it at MAX_CONTENT_LENGTH (413).
    raw = request.get_data(cache=False)
    return _sent(receive(current_app.extensions["store"], g.actor, source, media_type, raw, settings()))


def _media_type(source: Source) -> str:
    """The announced media type, if the source takes it. Invalid `http-media-type`: another one, or a compressed body."""
    name, _, rest = (request.headers.get("Content-Type") or "").partition(";")
    parameters = [parameter.strip() for parameter in rest.split(";") if parameter.strip()]
    if name.strip().lower() not in MEDIA_TYPES[source.adapter] or not all(map(_known, parameters)):
        raise Invalid("http-media-type", where="Content-Type")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Invalid("http-media-type", where="Content-Encoding")
    return name.strip().lower()


def _known(parameter: str) -> bool:
    return parameter.lower().startswith("fhirversion=4.0") or _CHARSET.fullmatch(parameter) is not None


def _sent(answer: Answer) -> Response:
    headers = {"Location": answer.location} if answer.location else {}
    return Response(answer.body, answer.status, headers, content_type=answer.content_type)
