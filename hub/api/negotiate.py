"""Which form the caller wants its answer in, and in which it sends: JSON alone for now.

https://hl7.org/fhir/R4/http.html#mime-type. All of it is decided from the request, before the record is opened.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hub.api.asked import Pairs
from hub.errors import Invalid

_JSON = frozenset({"application/fhir+json", "application/json"})
# `_format` also takes the short word; in a query `+` means a space, and many clients do not know it.
_FORMATS = _JSON | {"json", "application/fhir json"}
_RANGES = _JSON | {"*/*", "application/*"}
_QUALITY_ZERO = re.compile(r"0(\.0{0,3})?")
_RETURNS = frozenset({"minimal", "representation", "OperationOutcome"})
# How the answer is written, not what it says: no interaction sees them.
_OF_FORM = frozenset({"_format", "_pretty"})

URLENCODED = frozenset({"application/x-www-form-urlencoded"})


class Preference(NamedTuple):
    """`returns`: "" when the caller does not say. `lenient`: parameters that the hub does not know are let fall."""

    returns: str = ""
    lenient: bool = False


def agreed(pairs: Pairs, accept: str | None) -> Pairs:
    """`pairs` without those of form. Invalid `http-not-acceptable` when JSON is not among what is wanted.

    `_format` goes before `Accept`. `_pretty` is let pass and changes nothing.
    """
    formats = [value for name, value in pairs if name == "_format"]
    if formats:
        if not all(_media_type(value, _FORMATS) for value in formats):
            raise Invalid("http-not-acceptable", where="_format")
    elif accept and accept not in _RANGES and not any(_wanted(part) for part in accept.split(",")):
        raise Invalid("http-not-acceptable", where="Accept")
    return [pair for pair in pairs if pair[0] not in _OF_FORM] if pairs else pairs


def _wanted(part: str) -> bool:
    quality = re.search(r";\s*q=([0-9.]+)", part)
    return _media_type(part, _RANGES) and not (quality and _QUALITY_ZERO.fullmatch(quality[1]))


def _media_type(text: str, known: frozenset[str]) -> bool:
    """Whether `text` names one of `known`, in UTF-8 and, if it says so, in the FHIR version of the hub."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    given = dict(parameter.partition("=")[::2] for parameter in parameters)
    charset, version = given.get("charset", "utf-8").strip('"'), given.get("fhirversion", "4.0")
    return name in known and charset in ("utf-8", "utf8") and version in ("4.0", "4.0.1")


def check_content(media_type: str | None, encoding: str | None, known: frozenset[str] = _JSON) -> None:
    """Invalid `http-media-type` unless the body is announced as one of `known`, not compressed."""
    if encoding not in (None, "", "identity") or media_type is None or not _media_type(media_type, known):
        raise Invalid("http-media-type", where="Content-Type" if encoding in (None, "") else "Content-Encoding")


def preferred(header: str | None) -> Preference:
    """What the Prefer header asks: https://hl7.org/fhir/R4/http.html#return, #handling. The unknown is ignored (RFC 7240)."""
    if not header:
        return Preference()
    asked = {part.strip() for part in re.split("[,;]", header)}
    returns = [word for word in _RETURNS if f"return={word}" in asked]
    return Preference(returns[0] if len(returns) == 1 else "", "handling=lenient" in asked)
