"""What the headers of a request ask for: the format of the answer, the media type of the body, what a write returns.

https://hl7.org/fhir/R4/http.html#mime-type. All of it is decided from the request, before the record is read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hub.api.http.content_types import FORMAT_PARAMETERS, choose_format, is_media_type
from hub.api.http.query_string import Pairs
from hub.domain.errors import Invalid

_RETURNS = frozenset({"minimal", "representation", "OperationOutcome"})

JSON_TYPES = frozenset({"application/fhir+json", "application/json", "text/json"})
XML_TYPES = frozenset({"application/fhir+xml", "application/xml", "text/xml"})
URLENCODED = frozenset({"application/x-www-form-urlencoded"})


class Preference(NamedTuple):
    """The preferences of a request. `returns`: "" without a `return` or with several. `lenient`: unknown search parameters are
    ignored instead of refused."""

    returns: str = ""
    lenient: bool = False


def without_format(pairs: Pairs, accept: str | None) -> Pairs:
    """Return `pairs` without `_format` and `_pretty`. Raises Invalid `http-not-acceptable` when the hub does not offer the
    format that they or Accept ask for.

    The format itself is applied by `hub.api.http.response.render`."""
    choose_format(pairs, accept)
    return [pair for pair in pairs if pair[0] not in FORMAT_PARAMETERS] if pairs else pairs


def check_content(media_type: str | None, known: frozenset[str] = JSON_TYPES | XML_TYPES) -> None:
    """Raise Invalid `http-media-type` unless the Content-Type `media_type` is one of `known`."""
    if media_type is None or not is_media_type(media_type, known):
        raise Invalid("http-media-type", where="Content-Type")


@lru_cache(maxsize=64)  # a client sends the same header with each request
def parse_prefer(header: str | None) -> Preference:
    """Parse the Prefer header (https://hl7.org/fhir/R4/http.html#return, #handling). Other preferences are ignored (RFC 7240)."""
    if not header:
        return Preference()
    preferences = {part.strip() for part in re.split("[,;]", header)}
    returns = [word for word in _RETURNS if f"return={word}" in preferences]
    return Preference(returns[0] if len(returns) == 1 else "", "handling=lenient" in preferences)
