"""In one world, around every change of rights (`docs/parts.md` 18): an actor that is told other bytes is told another version.

Before and after each change, everything that each role sees is read. For each resource: other bytes, another ETag; a
`lastUpdated` that never goes back; what is other is found by `_lastUpdated=gt`; and an old version read again is either the
same bytes or not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from hub.domain.errors import HubError, NotFound, Refused
from hub.domain.resource_types import TYPES
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from tests.territory import (
    PARTY_OF,
    PERSON,
    Territory,
    circle_member,
    condition,
    observation,
    of_domain,
    request,
    settle_territory,
    stay,
    task,
)

ROLES = sorted(PARTY_OF)
SEEN = sorted(TYPES - {"AuditEvent", "Questionnaire", "PractitionerRole", "HealthcareService", "Location"})
CIRCLE = ("ssiad", "saad", "ccas", "ems_apa", "medecin_traitant", "psy_cmp")


@pytest.fixture
def territory(store) -> Territory:
    """Jeanne's record, with something of most kinds in it."""
    here = settle_territory(store)
    here.write(
        condition("coeur"),
        condition("psy", "F20.0"),
        observation("gir", "autonomy-need"),
        observation("dettes", "financial-difficulty"),
        request("demande"),
        task("suite", "Organization/dac", "ServiceRequest/demande", requester="Organization/chu"),
        {
            "resourceType": "Goal",
            "id": "but",
            "lifecycleStatus": "active",
            "description": {"text": "Rester chez elle"},
            "note": [{"text": "à revoir"}],
            "subject": {"reference": PERSON},
        },
        {
            "resourceType": "CarePlan",
            "id": "plan",
            "status": "active",
            "intent": "plan",
            "subject": {"reference": PERSON},
            "title": "Plan",
            "goal": [{"reference": "Goal/but"}],
        },
        {
            "resourceType": "DocumentReference",
            "id": "lettre",
            "status": "current",
            "subject": {"reference": PERSON},
            "content": [{"attachment": {"contentType": "text/plain", "title": "Lettre"}}],
        },
        by="Organization/dac",
    )
    here.pass_time()
    here.join_circle("ssiad", "medecin_traitant")
    here.consent("permit", "Organization/ssiad", "psychiatric", id="accord-ssiad")
    here.pass_time()
    return here


def _circle(*roles: str) -> Callable[[Territory], object]:
    return lambda here: here.join_circle(*roles)


def _leave(here: Territory) -> object:
    gone = circle_member(PARTY_OF["ssiad"], here.store.now())
    gone["period"]["end"] = instant(here.store.now())
    return here.change("CareTeam/cercle", participant=[gone])


def _asked(here: Territory) -> object:
    return here.write(
        task("toilette", PARTY_OF["saad"], "ServiceRequest/demande", extension=[of_domain("aide-domicile")])
    )


def _accepted(here: Territory) -> object:
    _asked(here)
    here.pass_time()
    return here.change("Task/toilette", status="accepted")


def _handed_back(here: Territory) -> object:
    _accepted(here)
    here.pass_time()
    return here.change("Task/toilette", status="rejected", statusReason={"text": "complet"})


def _withdrawn_consent(here: Territory) -> object:
    return here.change("Consent/accord-ssiad", status="inactive")


def _relabelled_document(here: Territory) -> object:
    psychiatric = {"coding": [{"system": "http://loinc.org", "code": "68599-0"}]}
    return here.change("DocumentReference/lettre", type=psychiatric)


def _betraying_entry(here: Territory) -> object:
    kind = {"coding": [{"system": "urn:oid:1.2.250.1.213.3.3.39", "code": "11"}]}
    return here.change("Organization/ems", type=[kind])


def _ended_stay(here: Territory) -> object:
    here.write(stay("sejour", "2026-11-20"))
    here.pass_time()
    return here.change("Encounter/sejour", status="finished", period={"start": "2026-11-20", "end": "2026-11-21"})


def _oriented(here: Territory) -> object:
    coded = {"coding": [{"system": "https://maillage.example/fhir/CodeSystem/hub-task", "code": "intake"}]}
    here.write(task("accueil", PARTY_OF["guichet"], "ServiceRequest/demande", code=coded))
    here.pass_time()
    here.change("Task/accueil", status="accepted")
    return here.pass_time(31 * 86_400_000_000)


CHANGES: dict[str, Callable[[Territory], object]] = {
    "joins the circle": _circle("ssiad", "medecin_traitant", "ccas", "psy_cmp"),
    "leaves the circle": _leave,
    "the circle is another": _circle(*CIRCLE),
    "is asked": _asked,
    "accepts": _accepted,
    "hands back": _handed_back,
    "agrees for a section": lambda here: here.consent("permit", section="psychiatric", id="tous"),
    "takes an agreement back": _withdrawn_consent,
    "objects to one": lambda here: here.consent("deny", PARTY_OF["ssiad"], id="refus"),
    "objects to all": lambda here: here.consent("deny", id="refus"),
    "a document is labelled": _relabelled_document,
    "a problem turns out psychiatric": lambda here: here.change("Condition/coeur", code={"coding": [_F32]}),
    "a directory entry begins to tell": _betraying_entry,
    "a stay begins": lambda here: here.write(stay("sejour", "2026-11-20")),
    "a stay ends": _ended_stay,
    "the orientation is over": _oriented,
}
_F32 = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "F32.0"}


def _all(here: Territory, role: str, asked: list[tuple[str, str]]) -> Iterator[Slice]:
    record = here.open(role)
    for kind in SEEN:
        try:
            yield from record.search(kind, [*asked, ("_count", "200")]).slices
        except Refused:
            continue


def _seen(here: Territory, role: str) -> dict[str, Slice]:
    return {one.name: one for one in _all(here, role, [])}


def _content(one: Slice) -> dict[str, object]:
    return {name: value for name, value in json.loads(one.body).items() if name != "meta"}


@pytest.mark.parametrize("change", CHANGES)
def test_who_is_told_other_bytes_is_told_another_version(territory, change):
    before = {role: _seen(territory, role) for role in ROLES}
    moment = territory.store.now()
    territory.pass_time()
    CHANGES[change](territory)
    moved = False
    for role in ROLES:
        after = _seen(territory, role)
        later = {one.name for one in _all(territory, role, [("_lastUpdated", f"gt{instant(moment)}")])}
        for name, now in after.items():
            was = before[role].get(name)
            if was is None or _content(was) != _content(now):
                moved = True
                assert was is None or was.version != now.version, (role, name)
                assert name in later, (role, name)
            assert was is None or was.updated <= now.updated, (role, name)
        for name, was in before[role].items():
            _old_version_is_the_same_or_gone(territory, role, name, was)
            moved = moved or name not in after
    assert moved, "a change that nobody is told of tries nothing"


def _old_version_is_the_same_or_gone(here: Territory, role: str, name: str, was: Slice) -> None:
    try:
        again = here.open(role).vread(name, was.version)
    except NotFound:
        return
    except HubError as other:  # pragma: no cover - the message is the finding
        raise AssertionError((role, name, other)) from other
    assert again.body == was.body, (role, name)
