"""What our mapping makes of every real message that an adapter reads, and of those that we wrote in their manner."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapters.fhir.referral import read as read_fhir
from adapters.hl7v2.adapter import read as read_hl7v2
from fhir_profiles import codes
from hub.domain.errors import HubError
from hub.domain.referral.message import Movement, Referral
from hub.fhir import loads
from hub.mapping import Document, MappingContext, map_movement, to_fhir
from tests.hub.mapping.cases import counter
from tests.r4 import shared_data

Json = dict[str, Any]
PROFILES = Path(codes.__file__).parent
# The published example of each profile, by its name.
EXAMPLES = {path.stem: loads(path.read_bytes()) for path in sorted((PROFILES / "examples").glob("*.json"))}
_TESTS = Path(__file__).parents[1]
_READERS = (
    (read_hl7v2, "hl7v2/**/*.*", "x-application/hl7-v2+er7"),
    (read_fhir, "*/**/*.json", "application/fhir+json"),
)
_TYPES = {
    "Patient": "patient",
    "ServiceRequest": "referral",
    "CarePlan": "care-plan",
    "CareTeam": "care-team",
    "Consent": "consent",
    "DocumentReference": "document",
    "RelatedPerson": "related-person",
    "Encounter": "stay",
    "Communication": "hospital-notice",
    "Provenance": "provenance",
}
_TASKS = {"intake": "intake-task", "return-home": "return-home-task"}


def written() -> Iterator[tuple[str, Json]]:
    """(where it came from, resource) of all that mapping writes for these messages, and all that its golden files keep."""
    for path in sorted((_TESTS / "hub" / "mapping" / "golden").glob("*.json")):
        yield from ((path.name, one) for one in loads(path.read_bytes())["resources"])
    data = shared_data()
    assert data is not None
    for read, pattern, media in _READERS:
        for path in sorted([*data.glob(pattern), *_TESTS.glob(f"adapters/{pattern}")]):
            raw = path.read_bytes()
            if not raw or not (b"|" in raw[:9] or b"ServiceRequest" in raw):
                continue
            try:
                message = read(raw)
            except HubError:
                continue
            yield from ((f"{path.parent.name}/{path.name}", one) for one in mapped(message, raw, media))


def mapped(message: Any, raw: bytes, media: str) -> tuple[Json, ...]:
    """The resources of one message, of a newcomer or of somebody followed."""
    document = Document(raw, media, hashlib.sha256(raw).hexdigest())
    context: dict[str, Any] = {
        "source": "essai",
        "requester": "Organization/chu",
        "desk": "Organization/dac",
        "desk_service": "HealthcareService/guichet",
        "received": "2026-11-20T09:30:00+01:00",
        "now": "2026-11-20T09:30:01.250000+01:00",
        "document": document,
        "new_id": counter(),
    }
    if isinstance(message, Referral):
        return to_fhir(message, MappingContext(**context)).resources
    assert isinstance(message, Movement)
    followed = {"patient": "Patient/p", "care_manager": "PractitionerRole/r", "care_plan": "CarePlan/c"}
    return map_movement(message, MappingContext(**context, **followed)).resources


def profile_of(resource: Json) -> str:
    """The URL of our profile on what mapping writes, "" where R4 itself is all that we ask."""
    name = _TYPES.get(resource["resourceType"], "")
    if resource["resourceType"] == "Task":
        said = {coding["code"] for coding in resource["code"]["coding"]}
        [name] = [profile for code, profile in _TASKS.items() if code in said]
    return f"{codes.BASE}StructureDefinition/{name}" if name else ""
