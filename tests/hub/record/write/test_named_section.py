"""What a client writes with an unknown code is read by its writer and by others who need it, or is refused by name
(`docs/parts.md` 27)."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.domain.errors import Invalid, NotFound, Refused
from hub.domain.roles import load_roles
from tests.territory import PARTY_OF, PERSON, Territory, stay

CONCEPT = {"coding": [{"system": "urn:x", "code": "inconnu"}], "text": "Inconnu"}
CLINICAL = {"coding": [{"system": codes.CONDITION_CLINICAL, "code": "active"}]}
RESOURCES: dict[str, dict[str, Any]] = {
    "Condition": {"clinicalStatus": CLINICAL, "code": CONCEPT},
    "Observation": {"status": "final", "code": CONCEPT, "valueString": "x"},
    "Flag": {"status": "active", "code": CONCEPT},
    "DocumentReference": {
        "status": "current",
        "type": CONCEPT,
        "content": [{"attachment": {"contentType": "text/plain", "title": "Compte rendu"}}],
    },
}
CIRCLE = ("gestionnaire", "medecin_traitant", "psy_cmp", "ssiad", "saad", "ccas", "ems_apa")
# Role → somebody else of the circle who needs what it writes.
READERS = {
    "gestionnaire": "ssiad",
    "guichet": "gestionnaire",
    "hosp_clinicien": "medecin_traitant",
    "hosp_ass": "ccas",
    "medecin_traitant": "ssiad",
    "psy_cmp": "medecin_traitant",
    "ssiad": "gestionnaire",
    "ccas": "gestionnaire",
    "ems_apa": "gestionnaire",
    "aidant": "gestionnaire",
    "repr_legal": "ccas",
}
WRITERS = sorted(role for role in PARTY_OF if load_roles()[role].own_tasks.level == "write")


@pytest.fixture
def followed(here: Territory) -> Territory:
    here.join_circle(*CIRCLE)
    here.write(stay("e", "2026-11-20"))
    with here.unit() as unit:
        number = unit.targets.find_person(unit.read_whole(PERSON))
        unit.facts.add_tie(number, "Organization/dac", "desk", PERSON)
    here.pass_time()
    return here


def can_read(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except (NotFound, Refused):
        return False
    return True


@pytest.mark.parametrize("resource_type", RESOURCES)
@pytest.mark.parametrize("role", WRITERS)
def test_b_1_what_is_acknowledged_is_read_or_refused_by_name(
    followed: Territory, role: str, resource_type: str
) -> None:
    resource = {"resourceType": resource_type, "subject": {"reference": PERSON}, **RESOURCES[resource_type]}
    if role not in READERS:
        assert not load_roles()[role].default_section
        with pytest.raises(Invalid) as refusal:
            followed.open(role).create(resource)
        assert [(p.code, p.where) for p in refusal.value.problems] == [
            ("section-missing", f"{resource_type}.extension")
        ]
        return
    name = followed.open(role).create(resource).name
    followed.pass_time()
    assert can_read(followed, role, name)
    assert can_read(followed, READERS[role], name)
    assert not can_read(followed, "saad", name)


def test_b_1_a_section_that_the_role_may_not_write_is_refused(followed: Territory) -> None:
    named = [{"url": codes.SECTION_EXTENSION, "valueCode": "psychiatric"}]
    resource = {"resourceType": "Observation", "subject": {"reference": PERSON}, **RESOURCES["Observation"]}
    with pytest.raises(Invalid, match="not-yours-to-write"):
        followed.open("ssiad").create(resource | {"extension": named})
    words = {"coding": CONCEPT["coding"], "text": "Schizophrénie"}
    with pytest.raises(Invalid, match="section-of-psychiatric"):
        followed.open("ssiad").create(resource | {"code": words})
    name = followed.open("psy_cmp").create(resource | {"code": words}).name
    followed.pass_time()
    assert not can_read(followed, "ssiad", name)
