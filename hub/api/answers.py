"""What an interaction answers, before HTTP or a Bundle entry gives it a form.

Every interaction returns an `Answer`, so that an entry of a batch is the stand-alone answer by construction
(`leaks.md` L74).
"""

from __future__ import annotations

from email.utils import formatdate
from typing import NamedTuple

from flask import Response

from hub.record.reading import Slice

FHIR_JSON = "application/fhir+json; charset=utf-8"


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
    """The weak ETag of a version: https://hl7.org/fhir/R4/http.html#versioning."""
    return f'W/"{version}"'


def send(answer: Answer) -> Response:
    """The HTTP response."""
    headers = []
    if answer.version:
        headers.append(("ETag", etag(answer.version)))
        headers.append(("Last-Modified", formatdate(answer.updated // 1_000_000, usegmt=True)))
    if answer.location:
        headers.append(("Location", answer.location))
    if answer.challenge:
        headers.append(("WWW-Authenticate", answer.challenge))
    return Response(answer.body, answer.status, headers, content_type=FHIR_JSON)
