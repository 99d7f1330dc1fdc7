"""What a service says of itself in the directory: its free places, hours and conditions (`docs/parts.md` 12).

Members of the organisation that provides a HealthcareService may change these elements of it, and nothing else of the
directory. The hub notes when they did, so that readers know how fresh the word is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_profiles import codes
from hub.domain.errors import Invalid, Problem

Json = dict[str, Any]

OWN_ELEMENTS = frozenset(
    {"availableTime", "notAvailable", "availabilityExceptions", "eligibility", "appointmentRequired", "comment"}
)
_OWN_EXTENSIONS = frozenset({codes.FREE_PLACES_EXTENSION, codes.FREE_PLACES_FROM_EXTENSION})
_SAID = codes.FREE_PLACES_SAID_EXTENSION
_IGNORED = frozenset({"meta", "extension"})


def is_own_service(service: Mapping[str, Any] | None, party: str) -> bool:
    """Return whether `party` provides a service, as the record has it."""
    return service is not None and service.get("providedBy", {}).get("reference") == party


def stamp_own_service(service: Json, before: Json, now: str) -> Json:
    """Return a service that its own organisation changed, with the time of its word, `now` (FHIR instant).

    Raises Invalid `not-yours-to-write` at each element that is not the organisation's to change."""
    names = sorted(name for name in service.keys() | before.keys() if service.get(name) != before.get(name))
    foreign = [name for name in names if name not in OWN_ELEMENTS | _IGNORED]
    if _list_foreign_extensions(service) != _list_foreign_extensions(before):
        foreign.append("extension")
    if foreign:
        raise Invalid(*(Problem("not-yours-to-write", f"HealthcareService.{name}") for name in foreign[:20]))
    if all(name == "meta" for name in names):
        return service
    extensions = [each for each in service.get("extension", ()) if each.get("url") != _SAID]
    return {**service, "extension": [*extensions, {"url": _SAID, "valueDateTime": now}]}


def _list_foreign_extensions(service: Json) -> list[Any]:
    return [each for each in service.get("extension", ()) if each.get("url") not in {*_OWN_EXTENSIONS, _SAID}]
