"""What the caller asks of the form: that of its answer, that of its body, how much it wants to see of what it wrote.

https://hl7.org/fhir/R4/http.html#mime-type. All of it is decided from the request, before the record is opened.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hub.api.http.content_types import FORMAT_PARAMETERS, choose_format, is_media_type
from hub.api.http.query_string import Pairs
from hub.domain.errors import Invalid

_RETURNS = frozenset({"minimal", "representation", "OperationOutcome"})

JSON_TYPES = frozenset({"application/fhir+json", "application/json", "text/json"})
XML_TYPES = frozenset({"application/fhir+xml", "application/xml", "text/xml"})
URLENCODED = frozenset({"application/x-www-form-urlencoded"})


class Preference(NamedTuple):
    """`returns`: "" when the caller does not say. `lenient`: parameters that the hub does not know are let fall."""

    returns: str = ""
    lenient: bool = False


def without_format(pairs: Pairs, accept: str | None) -> Pairs:
    """`pairs` without those of form. Invalid `http-not-acceptable` when the hub has no form that is wanted.

    `_format` goes before `Accept`. The form itself is the business of `hub.api.http.response.send` alone.
    """
    choose_format(pairs, accept)
    return [pair for pair in pairs if pair[0] not in FORMAT_PARAMETERS] if pairs else pairs


def check_content(media_type: str | None, known: frozenset[str] = JSON_TYPES | XML_TYPES) -> None:
    """Invalid `http-media-type` unless the body is announced as one of `known`."""
    if media_type is None or not is_media_type(media_type, known):
        raise Invalid("http-media-type", where="Content-Type")


def parse_prefer(header: str | None) -> Preference:
    """What the Prefer header asks: https://hl7.org/fhir/R4/http.html#return, #handling. The unknown is ignored (RFC 7240)."""
    if not header:
        return Preference()
    asked = {part.strip() for part in re.split("[,;]", header)}
    returns = [word for word in _RETURNS if f"return={word}" in asked]
    return Preference(returns[0] if len(returns) == 1 else "", "handling=lenient" in asked)
