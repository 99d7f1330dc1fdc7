"""In which form an answer leaves: JSON or XML, under which media type, pretty or not. Pure.

https://hl7.org/fhir/R4/http.html#mime-type and #summary: `_format` goes before `Accept`; who names a general type
(`application/json`, `text/xml`) is answered by that name. Among what is wanted alike, what is named first is given.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hub.api.http.query_string import Pairs
from hub.domain.errors import Invalid


class Format(NamedTuple):
    """`media_type`: as the answer announces it, without its charset."""

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
# What most callers say, read once.
_COMMON = {None: JSON, "": JSON, "*/*": JSON} | _OFFERED
_QUALITY = re.compile(r"[01](?:\.[0-9]{0,3})?", re.ASCII)

# How the answer is written, not what it says: no interaction sees them.
FORMAT_PARAMETERS = frozenset({"_format", "_pretty"})


def choose_format(pairs: Pairs, accept: str | None) -> Format:
    """The form that is wanted. Invalid `http-not-acceptable` when the hub has none of those that are."""
    form = _COMMON.get(accept)
    if not pairs and form is not None:
        return form
    formats = [value for name, value in pairs if name == "_format"]
    if formats:
        found = [_named(value) for value in formats]
        if None in found:
            raise Invalid("http-not-acceptable", where="_format")
        form = found[0]
    elif form is None:
        form = _best(accept or "")
    if form is None:
        raise Invalid("http-not-acceptable", where="Accept")
    return form._replace(pretty=True) if ("_pretty", "true") in pairs else form


def is_media_type(text: str, known: frozenset[str]) -> bool:
    """Whether `text` names one of `known`, in UTF-8 and, if it says so, in the FHIR version of the hub."""
    name, given = _read(text)
    return name in known and _is_ours(given)


def _named(text: str) -> Format | None:
    name, given = _read(text)
    return _WORDS.get(name) if _is_ours(given) else None


@lru_cache(maxsize=64)  # a client says the same at each request
def _best(accept: str) -> Format | None:
    """RFC 9110 §12.5.1: for each form the most specific range that fits says its quality."""
    ranges: dict[str, tuple[float, int]] = {}
    for rank, part in enumerate(accept.split(",")):
        name, given = _read(part)
        quality = given.get("q", "1")
        if _is_ours(given) and _QUALITY.fullmatch(quality):
            ranges.setdefault(name, (float(quality), -rank))
    wanted = []
    for rank, (name, form) in enumerate(_OFFERED.items()):
        fits = (ranges.get(one) for one in (name, f"{name.partition('/')[0]}/*", "*/*"))
        fit = next((found for found in fits if found), (0.0, 0))
        if fit[0] > 0:
            wanted.append((*fit, -rank, form))
    return max(wanted)[3] if wanted else None


def _read(text: str) -> tuple[str, dict[str, str]]:
    """The name of a media type, and its parameters."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    return name, {key.strip(): value.strip().strip('"') for key, _, value in (p.partition("=") for p in parameters)}


def _is_ours(given: dict[str, str]) -> bool:
    return given.get("charset", "utf-8") in ("utf-8", "utf8") and given.get("fhirversion", "4.0") in ("4.0", "4.0.1")
