"""Two kinds of worlds for what a slice carries.

In one, Jeanne's own resources, which everybody may see something of, also say what the psychiatric side knows: among their
items, inside them, beside their references. In the other, they say what only those who see actions or numbers whole may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fhir_profiles import codes
from hub.domain.roles import load_roles
from hub.fhir import dumps
from tests.contracts.leak_worlds import CANARY, ROLES, SEES_PSYCHIATRY, Answer, World, make_world
from tests.territory import PERSON, Json, Territory, consent

Actor = tuple[str, str]
OWNER = ("Organization/ccas", "ccas")
GP = ("Organization/cabinet", "medecin_traitant")
CMP = {"reference": "Organization/cmp"}
PSYCHIATRIC_DOCUMENT = {"coding": [{"system": codes.LOINC, "code": "68599-0"}]}
READ = (
    "/Task/v", "/CarePlan/v", f"/{PERSON}", "/CareTeam/v", "/ServiceRequest/v", "/Condition/v", "/Goal/v",
    "/Provenance/v", "/DocumentReference/v", "/Consent/v",
)  # fmt: skip
FOUND = (
    "/Provenance?target=Task/v",
    f"/Consent?patient={PERSON}",
    f"/CareTeam?patient={PERSON}",
    f"/DocumentReference?patient={PERSON}",
    "/Task?_id=v&_include=Task:focus&_revinclude=Provenance:target",
    "/CarePlan?_include=CarePlan:condition&_include=CarePlan:activity-reference",
    f"/{PERSON}/$everything",
    "/CarePlan/v/$document",
)


def plain() -> list[Json]:
    """What everybody's worlds hold besides those of `leak_worlds`."""
    about = {"subject": {"reference": PERSON}}
    goal = {"resourceType": "Goal", "id": "v", "lifecycleStatus": "active", "description": {"text": "Marcher"}}
    letter = {
        "resourceType": "DocumentReference",
        "id": "v",
        "status": "current",
        "type": {"coding": [{"system": codes.LOINC, "code": "34133-9"}]},
        "content": [{"attachment": {"contentType": "text/plain", "title": "Lettre", "url": "Binary/v"}}],
    }
    binary = {"resourceType": "Binary", "id": "v", "contentType": "text/plain", "data": "bGV0dHJl"}
    source = {
        "resourceType": "Provenance",
        "id": "v",
        "target": [{"reference": "Task/v"}],
        "recorded": "2026-11-20T09:00:00Z",
        "agent": [{"who": {"reference": "Organization/dac"}}],
    }
    agreed = consent("permit", "Organization/ccas", id="v")
    team = {"resourceType": "CareTeam", "id": "v", "status": "active", "participant": [
        {"member": {"reference": f"Organization/{name}"}, "period": {"start": "2026-11-01"}} for name in ("ssiad", "saad")
    ]}  # fmt: skip
    return [
        team | about,
        goal | about,
        letter | about,
        binary | {"securityContext": {"reference": "DocumentReference/v"}},
        source,
        agreed,
    ]


def _among(items: list[Json], *hidden: Json) -> list[Json]:
    """`hidden` before, between and behind `items`."""
    found = [*hidden, *items[:1], *hidden, *items[1:], *hidden]
    return [dict(one) for one in found]


def _tell_psychiatry(here: Territory) -> None:
    """Put what the psychiatric side knows into what everybody sees."""
    document = {"resourceType": "DocumentReference", "id": "h", "status": "current", "type": PSYCHIATRIC_DOCUMENT}
    attachment = {
        "contentType": "text/plain", "title": CANARY, "size": 71, "url": "Binary/h", "creation": "2026-11-20T09:00:00Z",
    }  # fmt: skip
    here.write(
        document | {"subject": {"reference": PERSON}, "content": [{"attachment": attachment}]},
        {"resourceType": "Binary", "id": "h", "contentType": "text/plain", "data": "enFjYW5hcmk="}
        | {"securityContext": {"reference": "DocumentReference/h"}},
        {
            "resourceType": "Provenance",
            "id": "h",
            "target": [{"reference": "Condition/h"}, {"reference": "Task/v"}],
            "recorded": "2026-11-20T09:00:00Z",
            "agent": [{"who": CMP | {"display": CANARY}}],
            "entity": [{"role": "source", "what": {"reference": "DocumentReference/h", "display": CANARY}}],
        },
        consent("deny", "Organization/cmp", id="h"),
    )
    diagnosis = {"reference": "Condition/h", "display": CANARY}
    inside = {
        "resourceType": "Condition", "id": "dedans", "subject": {"reference": PERSON},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F20.0", "display": CANARY}]},
    }  # fmt: skip
    step = {"reference": {"reference": "Task/p", "display": CANARY}}
    member = {"member": CMP | {"display": CANARY}, "period": {"start": "2020-01-01"}}

    def plan(one: Json) -> None:
        one["activity"] = _among(one.get("activity", []), step)
        one["contained"] = [inside]
        one["addresses"] = [{"reference": "#dedans", "display": CANARY}, diagnosis]
        one["supportingInfo"] = [{"reference": "DocumentReference/h", "identifier": {"value": CANARY}}]

    def person(one: Json) -> None:
        one["identifier"] = _among(one["identifier"], {"system": f"urn:{CANARY}", "value": CANARY, "assigner": CMP})
        one["generalPractitioner"] = _among(one["generalPractitioner"], CMP | {"display": CANARY})

    here.change("CarePlan/v", plan)
    here.change(PERSON, person)
    here.change("CareTeam/v", lambda one: one.update(participant=_among(one["participant"], member)))
    # No input nor output: what an action hands to its owner is handed on purpose (`docs/parts.md` 13).
    here.change("Task/v", partOf=[{"reference": "Task/p", "display": CANARY}], reasonReference=diagnosis)
    here.change("Goal/v", addresses=[diagnosis])
    here.change("Provenance/v", lambda one: one["target"].append(diagnosis))


# By what is told: the world where it is not, and the one where it is.
Told = dict[str, tuple[World, World]]


def _tell_more(here: Territory) -> None:
    """Put what only those who see actions whole may see into the action and the plan of which others see the outline."""
    free = [{"text": CANARY}]
    here.change(
        "Task/v", statusReason={"text": CANARY}, note=free, reasonCode={"text": CANARY},
        executionPeriod={"start": "2026-11-20", "end": "2026-11-21"},
        output=[{"type": {"text": CANARY}, "valueString": CANARY}],
    )  # fmt: skip
    here.change("ServiceRequest/v", bodySite=[{"text": CANARY}], quantityRange={"low": {"unit": CANARY}})


# Who sees actions whole, or has a hand in the one that is looked at.
_PARTIES = ("Organization/ccas", "Organization/dac", "Organization/chu")
SEES_ACTIONS = frozenset(
    role for party, role in ROLES if load_roles()[role].cells["tasks"].level in ("read", "write") or party in _PARTIES
)
SIGHTED = {"psychiatry": SEES_PSYCHIATRY, "actions": SEES_ACTIONS}


def contents_world(home: Path, name: str, tells: str) -> World:
    world = make_world(home, name, hidden=bool(tells), psychiatric=tells == "psychiatry")
    store = world.http.application.extensions["store"]  # type: ignore[attr-defined]
    here = Territory(store)
    world.ids.request = "contents"
    here.write(*plain())
    store.now.tick(1000)
    world.ids.request = "told"
    if tells:
        (_tell_psychiatry if tells == "psychiatry" else _tell_more)(here)
    store.now.tick(1000)
    if tells == "actions":
        _write_behind(world)
    store.now.tick(1000)
    # What follows is asked of all, and named by its rank.
    world.asked = 100
    return world


def _write_behind(world: World) -> None:
    """The action's owner writes a note, through the door."""
    held = world.ask(OWNER, "GET", "/Task/v")
    note = dumps([{"op": "add", "path": "/note/-", "value": {"text": CANARY}}]).decode()
    sent = {"If_Match": held.headers["ETag"], "Content_Type": "application/json-patch+json"}
    answer = world.ask(OWNER, "PATCH", "/Task/v", note, **sent)
    assert answer.status == 200, answer


def blind(told: Told, *paths: str, **headers: str) -> Iterator[tuple[Actor, str, Answer]]:
    """Ask in both worlds of a kind as each role that may not see what is told: the same answer, without a word of it."""
    for kind, (without, having) in told.items():
        for actor in ROLES:
            if actor[1] in SIGHTED[kind]:
                continue
            for path in paths:
                one, other = (world.ask(actor, "GET", path, **headers) for world in (without, having))
                assert one == other, (kind, actor, path, one.body, other.body)
                # What the caller asked itself stands in the self link of the answer.
                assert CANARY.encode() not in one.body or CANARY in path, (kind, actor, path)
                assert one.status < 500
                yield actor, path, one


def post_everywhere(told: Told, actor: Actor, sent: Json) -> list[Answer]:
    """Create in every world, under the same name in both of a pair; the answers, the same where `actor` may not know."""
    found = []
    for kind, pair in told.items():
        number = max(world.asked for world in pair)
        for world in pair:
            world.asked = number
        body = {name: value for name, value in sent.items() if name != "id"}
        one, other = (world.ask(actor, "POST", f"/{sent['resourceType']}", body) for world in pair)
        assert one == other or actor[1] in SIGHTED[kind], (kind, actor, one, other)
        found += [one, other]
    return found


def is_told(told: Told, kind: str, actor: Actor, path: str, word: str = CANARY) -> bool:
    """The control: whether `actor`, who may know, is told `word`."""
    return word.encode() in told[kind][1].ask(actor, "GET", path).body


def references_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from references_in(inner)
