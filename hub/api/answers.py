"""What an interaction answers, before HTTP or a Bundle entry gives it a form.

Every interaction returns an `Answer` in JSON, so that an entry of a batch is the stand-alone answer by construction
(`leaks.md` L74), and `send` alone gives it the form that the caller wants: a new door has all of them for nothing.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import NamedTuple

import msgspec
from flask import Response, g, request

from hub.api.asked import Pairs, pairs_of
from hub.api.forms import JSON, Form, form_of
from hub.api.forms_gzip import LEAST, is_taken, packed
from hub.errors import Invalid
from hub.fhir import xml
from hub.record.reading import Slice

# The media type by which what is not asked in another form leaves.
FHIR_JSON = f"{JSON.media_type}; charset=utf-8"
# On all answers alike, small ones too: what it varies by is of the door, not of the data.
_VARY = ("Vary", "Accept, Accept-Encoding")


class Answer(NamedTuple):
    """`version` and `updated` (µs) are those of the one slice that the answer is about, else empty.

    `location`: where what was just written stands. `challenge`: the WWW-Authenticate of a refusal.
    """

    status: int
    body: bytes
    version: str = ""
    updated: int = 0
    location: str = ""
    challenge: str = ""


def shown(found: Slice) -> Answer:
    """The slice itself."""
    return Answer(200, found.body, found.version, found.updated)


def etag(version: str) -> str:
    """The weak ETag of a version, whatever the form: https://hl7.org/fhir/R4/http.html#versioning."""
    return f'W/"{version}"'


def send(answer: Answer) -> Response:
    """The HTTP response, in the form that this request wants (`hub.api.forms`)."""
    headers = [_VARY]
    if answer.version:
        headers.append(("ETag", etag(answer.version)))
        headers.append(("Last-Modified", formatdate(answer.updated // 1_000_000, usegmt=True)))
    if answer.location:
        headers.append(("Location", answer.location))
    if answer.challenge:
        headers.append(("WWW-Authenticate", answer.challenge))
    form = _wanted()
    body = answer.body if form is JSON or not answer.body else written(answer.body, form)
    if len(body) >= LEAST and is_taken(request.headers.get("Accept-Encoding", "")):
        body = packed(body)
        headers.append(("Content-Encoding", "gzip"))
    return Response(body, answer.status, headers, content_type=f"{form.media_type}; charset=utf-8")


def written(body: bytes, form: Form) -> bytes:
    """The resource `body`, JSON of the hub's own, in `form`."""
    if form.xml:
        return xml.from_json(body, pretty=form.pretty)
    return msgspec.json.format(body, indent=2) if form.pretty else body


def wanted_in_body(pairs: Pairs) -> None:
    """Let `_format` and `_pretty` among the parameters in this request's body decide its form as those of a URL do."""
    g.pairs = pairs


def _wanted() -> Form:
    """The form of this request's answer. What asks for none of ours is told so in JSON, like what cannot be read."""
    query = request.query_string
    in_body = request.method == "POST" and "pairs" in g
    try:
        pairs = g.pairs if in_body else pairs_of(query) if b"format" in query or b"pretty" in query else []
        return form_of(pairs, request.headers.get("Accept"))
    except Invalid:
        return JSON
