"""The format of an answer: JSON or XML, under which media type, pretty or not. Pure.

https://hl7.org/fhir/R4/http.html#mime-type and #summary: `_format` goes before `Accept`; a caller that names a general type
(`application/json`, `text/xml`) is answered under that name. Of formats that are accepted alike, the one named first is chosen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hub.api.http.query_string import Pairs
from hub.domain.errors import Invalid


class Format(NamedTuple):
    """`media_type`: that of the Content-Type, without its charset."""

    media_type: str
    xml: bool = False
    pretty: bool = False


JSON = Format("application/fhir+json")
XML = Format("application/fhir+xml", xml=True)
_OFFERED = {
    JSON.media_type: JSON,
    "application/json": Format("application/json"),
    "text/json": Format("text/json"),
    XML.media_type: XML,
    "application/xml": Format("application/xml", xml=True),
    "text/xml": Format("text/xml", xml=True),
}
# `_format` also takes the short words; in a query `+` means a space, and many clients do not know it.
_WORDS = _OFFERED | {"json": JSON, "xml": XML, "application/fhir json": JSON, "application/fhir xml": XML}
# The Accept headers of most callers, parsed once.
_COMMON = {None: JSON, "": JSON, "*/*": JSON} | _OFFERED
_QUALITY = re.compile(r"[01](?:\.[0-9]{0,3})?", re.ASCII)

# They change the format of an answer and not its content, so they are removed before an interaction sees the parameters.
FORMAT_PARAMETERS = frozenset({"_format", "_pretty"})


def choose_format(pairs: Pairs, accept: str | None) -> Format:
    """Return the format that `pairs` or the Accept header ask for. Raises Invalid `http-not-acceptable` when the hub does not
    offer it."""
    choice = _COMMON.get(accept)
    if not pairs and choice is not None:
        return choice
    names = [value for name, value in pairs if name == "_format"]
    if names:
        formats = [_parse_format(name) for name in names]
        if None in formats:
            raise Invalid("http-not-acceptable", where="_format")
        choice = formats[0]
    elif choice is None:
        choice = _negotiate(accept or "")
    if choice is None:
        raise Invalid("http-not-acceptable", where="Accept")
    return choice._replace(pretty=True) if ("_pretty", "true") in pairs else choice


def is_media_type(text: str, known: frozenset[str]) -> bool:
    """Return whether `text` names one of `known`, in UTF-8 and in R4 if it has these parameters."""
    name, parameters = _parse_media_type(text)
    return name in known and _is_supported(parameters)


def _parse_format(text: str) -> Format | None:
    name, parameters = _parse_media_type(text)
    return _WORDS.get(name) if _is_supported(parameters) else None


@lru_cache(maxsize=64)  # a client sends the same header with each request
def _negotiate(accept: str) -> Format | None:
    """Return the format of the highest quality; the most specific range that fits decides the quality (RFC 9110 §12.5.1)."""
    ranges: dict[str, tuple[float, int]] = {}
    for rank, part in enumerate(accept.split(",")):
        name, parameters = _parse_media_type(part)
        quality = parameters.get("q", "1")
        if _is_supported(parameters) and _QUALITY.fullmatch(quality):
            ranges.setdefault(name, (float(quality), -rank))
    accepted = []
    for rank, (name, choice) in enumerate(_OFFERED.items()):
        fits = (ranges.get(pattern) for pattern in (name, f"{name.partition('/')[0]}/*", "*/*"))
        quality_and_rank = next((fit for fit in fits if fit), (0.0, 0))
        if quality_and_rank[0] > 0:
            accepted.append((*quality_and_rank, -rank, choice))
    return max(accepted)[3] if accepted else None


def _parse_media_type(text: str) -> tuple[str, dict[str, str]]:
    """Return the name of a media type, and its parameters."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    return name, {key.strip(): value.strip().strip('"') for key, _, value in (p.partition("=") for p in parameters)}


def _is_supported(parameters: dict[str, str]) -> bool:
    is_utf8 = parameters.get("charset", "utf-8") in ("utf-8", "utf8")
    return is_utf8 and parameters.get("fhirversion", "4.0") in ("4.0", "4.0.1")
