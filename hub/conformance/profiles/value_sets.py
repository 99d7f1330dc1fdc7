"""The codes of our own value sets (https://hl7.org/fhir/R4/valueset.html#compositions): a system whole, or some of its codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from fhir_profiles.definitions import load_by_url, load_codes


class Member(NamedTuple):
    """One code of a value set."""

    system: str
    code: str
    display: str


@cache
def list_members(url: str) -> tuple[Member, ...]:
    """Return all codes of the value set `url`, in its order. KeyError: it, or a system that it takes whole, is not ours."""
    return tuple(
        member for part in load_by_url("ValueSet")[url]["compose"]["include"] for member in _list_included(part)
    )


def _list_included(part: dict[str, Any]) -> Iterator[Member]:
    concepts = part.get("concept") or load_by_url("CodeSystem")[part["system"]]["concept"]
    return (Member(part["system"], concept["code"], concept.get("display", "")) for concept in concepts)


@cache
def _load_tokens(url: str) -> frozenset[tuple[str, str]]:
    return frozenset((member.system, member.code) for member in list_members(url))


def contains(url: str, value: Any) -> bool:
    """Return whether `value` (a code, a Coding, or a CodeableConcept with one such coding) is in the value set `url`."""
    if isinstance(value, str):
        return any(member.code == value for member in list_members(url))
    if not isinstance(value, dict):
        return False
    codings = value.get("coding", ()) if "system" not in value and "code" not in value else (value,)
    return any((coding.get("system"), coding.get("code")) in _load_tokens(url) for coding in codings)


def is_foreign(value: dict[str, Any]) -> bool:
    """Return whether `value` has a code that its system, one of ours, does not have."""
    known = load_codes().get(value.get("system", ""))
    return known is not None and "code" in value and value["code"] not in known
