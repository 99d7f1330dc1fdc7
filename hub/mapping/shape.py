"""FHIR's building blocks as plain dicts that never hold an empty value: resources, references, concepts, periods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from fhir_profiles import codes
from hub.domain.dates import parse_span
from hub.domain.referral.datatypes import Code

Json = dict[str, Any]

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]"
)  # no place in a FHIR string (datatypes.html#string)


def compact(**elements: Any) -> Json:
    """Return the elements that are not empty, in the order of the arguments: FHIR has no empty string, array or object. A final
    underscore (`class_`, `for_`) is removed from the name."""
    cleaned = {name.rstrip("_"): _clean(value) for name, value in elements.items()}
    return {name: value for name, value in cleaned.items() if value is not None and value not in ("", [], {})}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSEEN.sub("", value).strip()
    if isinstance(value, list | tuple):
        return [item for item in map(_clean, value) if item is not None and item not in ("", [], {})]
    return value


def build_resource(type_: str, id_: str, **elements: Any) -> Json:
    """Return a resource with its final id."""
    return {"resourceType": type_, "id": id_, **compact(**elements)}


def get_name(resource: Json) -> str:
    """Return `Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def build_reference(target: str | Json, display: str = "") -> Json:
    """Return a reference to `Type/id` or to a resource; {} for an empty target without display."""
    return compact(reference=target if isinstance(target, str) else get_name(target), display=display)


def clean_code(word: str) -> str:
    """Return a sender's code as FHIR's `code` allows it: single spaces, none at the ends (datatypes.html#code)."""
    return " ".join(_UNSEEN.sub(" ", word).split())


def build_coding(system: str, code: str, display: str = "") -> Json:
    """Return one coding; {} without a code."""
    return compact(system=system, code=clean_code(code), display=display) if clean_code(code) else {}


def build_concept(system: str, *words: str, text: str = "") -> Json:
    """Return a CodeableConcept with codes of one system."""
    return compact(coding=[build_coding(system, word) for word in words], text=text)


def convert_concept(code: Code | None) -> Json:
    """Return a sender's code as a CodeableConcept, with its own words and its codes in other systems; {} for None or an empty
    one."""
    if code is None:
        return {}
    others = (build_coding(other.system, other.code, other.text) for other in code.others)
    return compact(coding=[build_coding(code.system, code.code, code.display), *others], text=code.text)


def build_notes(texts: Iterable[str]) -> list[Json]:
    """Return an Annotation for each text that says something."""
    return [{"text": text} for text in texts if compact(text=text)]


def convert_concepts(notions: Iterable[Code | None]) -> list[Json]:
    """Return the CodeableConcepts of the codes that are not empty."""
    return [concept for concept in map(convert_concept, notions) if concept]


def require_concept(code: Code | None) -> Json:
    """Return as `convert_concept`, where R4 requires one: an empty code becomes `unknown`."""
    return convert_concept(code) or build_concept(codes.DATA_ABSENT, "unknown")


def build_extension(url: str, **value: Any) -> Json:
    """Return an extension; {} when its value is empty."""
    content = compact(**value)
    return {"url": url, **content} if content else {}


def build_domain(code: str) -> Json:
    """Return the activity domain that labels a Task or ServiceRequest (`docs/parts.md` 4)."""
    return build_extension(codes.ACTIVITY_DOMAIN_EXTENSION, valueCoding=build_coding(codes.ACTIVITY_DOMAIN, code))


def precedes(first: str, second: str) -> bool:
    """Return whether the FHIR date or time `first` is surely before `second`. A date is a day of the territory."""
    if not first or not second:
        return False
    if "T" in first and "T" in second:
        return datetime.fromisoformat(first) < datetime.fromisoformat(second)
    return parse_span(first)[1] <= parse_span(second)[0]


def build_period(start: str, end: str) -> Json:
    """Return a period. An end before its start is left out (per-1); the message as received still has it."""
    return compact(start=start, end="" if precedes(end, start) else end)


def add_hours(instant: str, hours: int) -> str:
    """Return `instant` plus `hours`, in the same zone."""
    return (datetime.fromisoformat(instant) + timedelta(hours=hours)).isoformat()
