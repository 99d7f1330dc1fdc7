"""The small change of FHIR: resources, references, concepts, periods, as plain dicts that never hold an empty value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from fhir_profiles import codes
from hub.domain.referral import Code

Json = dict[str, Any]

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]"
)  # no place in a FHIR string (datatypes.html#string)


def compact(**elements: Any) -> Json:
    """The elements that say something, in the order given: FHIR has no empty string, array or object. A trailing
    underscore (`class_`, `for_`) is left out of the name."""
    kept = {name.rstrip("_"): _clean(value) for name, value in elements.items()}
    return {name: value for name, value in kept.items() if value is not None and value not in ("", [], {})}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSEEN.sub("", value).strip()
    if isinstance(value, list | tuple):
        return [item for item in map(_clean, value) if item is not None and item not in ("", [], {})]
    return value


def build_resource(type_: str, id_: str, **elements: Any) -> Json:
    """A resource with its final id."""
    return {"resourceType": type_, "id": id_, **compact(**elements)}


def get_name(made: Json) -> str:
    """`Type/id`."""
    return f"{made['resourceType']}/{made['id']}"


def build_reference(target: str | Json, display: str = "") -> Json:
    """A reference to `Type/id` or to a resource; {} for an empty target without display."""
    return compact(reference=target if isinstance(target, str) else get_name(target), display=display)


def clean_code(word: str) -> str:
    """A sender's code as FHIR's `code` allows it: single spaces, none at the ends (datatypes.html#code)."""
    return " ".join(_UNSEEN.sub(" ", word).split())


def build_coding(system: str, code: str) -> Json:
    """One coding; {} without a code."""
    return compact(system=system, code=clean_code(code)) if clean_code(code) else {}


def build_concept(system: str, *words: str, text: str = "") -> Json:
    """A concept of one system."""
    return compact(coding=[build_coding(system, word) for word in words], text=text)


def convert_concept(code: Code | None) -> Json:
    """A sender's notion: its coding and its own words. {} for None or an empty one."""
    return compact(coding=[build_coding(code.system, code.code)], text=code.text) if code else {}


def convert_concepts(found: Iterable[Code | None]) -> list[Json]:
    """Those that say something."""
    return [made for made in map(convert_concept, found) if made]


def require_concept(code: Code | None) -> Json:
    """As `convert_concept`, where R4 asks for one: an empty notion says that it is unknown."""
    return convert_concept(code) or build_concept(codes.DATA_ABSENT, "unknown")


def build_extension(url: str, **value: Any) -> Json:
    """An extension; {} when its value is empty."""
    held = compact(**value)
    return {"url": url, **held} if held else {}


def build_domain(code: str) -> Json:
    """The activity domain that labels a Task or ServiceRequest (`docs/parts.md` 4)."""
    return build_extension(codes.ACTIVITY_DOMAIN_EXTENSION, valueCoding=build_coding(codes.ACTIVITY_DOMAIN, code))


def precedes(one: str, other: str) -> bool:
    """Whether FHIR date or time `one` is surely before `other`: at the coarser of their precisions when one is a
    date."""
    if not one or not other:
        return False
    if "T" in one and "T" in other:
        return datetime.fromisoformat(one) < datetime.fromisoformat(other)
    day, other_day = one.partition("T")[0], other.partition("T")[0]
    length = min(len(day), len(other_day))
    return day[:length] < other_day[:length]


def build_period(start: str, end: str) -> Json:
    """A period. An end before its start is left out (per-1): the message as received still has it."""
    return compact(start=start, end="" if precedes(end, start) else end)


def add_hours(instant: str, hours: int) -> str:
    """`instant` plus so many hours, same zone."""
    return (datetime.fromisoformat(instant) + timedelta(hours=hours)).isoformat()
