"""Each element that reactions read, varied alone in one of two worlds, and what that moves in what others read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.worlds.scene import ACTORS, Json, ref
from tests.worlds.twin import Base, Side, base

# Type.element → the values to try.
_VALUES: dict[str, tuple[object, ...]] = {
    "Task.status": ("accepted", "rejected", "completed", "cancelled", "failed"),
    "Task.owner": (ref("Organization/ccas"), ref("Organization/dehors")),
    "Task.priority": ("stat",),
    "Task.note": ([{"text": "autre"}],),
    "CareTeam.status": ("inactive",),
    "CareTeam.participant": ("without each",),
    "CareTeam.name": ("autre",),
    "Consent.status": ("inactive",),
    "Consent.dateTime": ("2026-01-01",),
    "Encounter.status": ("planned", "finished", "cancelled"),
    "Encounter.class": ({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},),
    "Encounter.period": ({"start": "2026-09-01", "end": "2026-09-02"},),
    "Encounter.reasonCode": ([{"text": "autre"}],),
    "Patient.link": ([{"other": ref("Patient/inconnue"), "type": "seealso"}],),
    "Patient.name": ([{"use": "usual", "family": "Autre"}],),
    "CarePlan.author": (ref("Organization/ssiad"),),
    "CarePlan.status": ("draft", "completed"),
    "CarePlan.title": ("autre",),
    "Observation.status": ("entered-in-error",),
    "Observation.note": ([{"text": "autre"}],),
    "QuestionnaireResponse.item": ("other answers",),
    "QuestionnaireResponse.status": ("entered-in-error",),
    "RelatedPerson.relationship": (
        [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "GUARD"}]}],
    ),
    "RelatedPerson.name": ([{"text": "autre"}],),
    "EpisodeOfCare.status": ("finished",),
    "ServiceRequest.status": ("revoked",),
    "Condition.note": ([{"text": "autre"}],),
}


@dataclass(frozen=True)
class Variation:
    """`element` (Type.element) of the resource `name` becomes another; `after`: the whole resource."""

    element: str
    name: str
    after: Json


def list_variations(situation: str) -> Iterator[Variation]:
    """Yield each variation of each resource of a situation, one element at a time."""
    for name, resource in sorted(base(situation).resources.items()):
        for element, values in _VALUES.items():
            kind, _, key = element.partition(".")
            if kind != resource["resourceType"] or (key not in resource and key != "link"):
                continue
            for value in values:
                for other in _list_values(resource.get(key), value):
                    if other != resource.get(key):
                        yield Variation(element, name, resource | {key: other})


def _list_values(before: object, value: object) -> Iterator[object]:
    if value == "without each" and isinstance(before, list):
        yield from ([item for item in before if item is not left_out] for left_out in before)
    elif value == "other answers":
        yield json.loads(json.dumps(before).replace('"valueString": "B"', '"valueString": "A"').replace(": 2}", ": 4}"))
    else:
        yield value


def read_all(side: Side, situation: Base, names: list[str]) -> dict[tuple[str, str], dict[str, Json]]:
    """What every actor reads of `names`: (party, role) → name → slice."""
    from hub.domain.actor import Actor
    from hub.record.access.session import ReadSession
    from hub.record.read.current import read_several
    from tests.worlds.doors import client_of
    from tests.worlds.twin import KEYS

    shown = {}
    for party, role in ACTORS:
        actor = Actor(party, role, client_of(party, role), ("system/*.cruds",))
        with side.store.read() as connection:
            slices = read_several(ReadSession(actor, side.store.get_time(), connection, KEYS), names)
        shown[(party, role)] = {piece.name: json.loads(piece.body) for piece in slices}
    return shown
