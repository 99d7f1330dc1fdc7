"""What a slice carries, by the numbers of the leak cases, over every role (`leaks.md` L104–L120).

Two kinds of worlds, as in `test_leaks`. In one, Jeanne's own resources, which everybody may see something of, also say what the
psychiatric side knows: among their items, inside them, beside their references. In the other, they say what only those who see
actions or numbers whole may see. Who may not see it gets the same bytes as where it was never said; somebody does see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fhir_profiles import codes
from hub.errors import NotFound, Refused
from hub.fhir import dumps, loads
from hub.policy import roles
from hub.record.store import Store
from tests.contracts.cases import leak
from tests.contracts.test_leaks import ABSENT, CANARY, ROLES, SEES_PSYCHIATRY, Answer, World, _world
from tests.territory import PERSON, Json, Territory, consent, request, settle_territory

Actor = tuple[str, str]
OWNER = ("Organization/ccas", "ccas")
GP = ("Organization/cabinet", "medecin_traitant")
CMP = {"reference": "Organization/cmp"}
NO_PREDICATE = "no predicate at all"
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


def _plain() -> list[Json]:
    """What everybody's worlds hold besides those of `test_leaks`."""
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
    # No input nor output: what an action hands to its owner is handed on purpose (`parts.md` 13).
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
    role for party, role in ROLES if roles()[role].cells["tasks"].level in ("read", "write") or party in _PARTIES
)
SIGHTED = {"psychiatry": SEES_PSYCHIATRY, "actions": SEES_ACTIONS}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[World, World]]:
    """By what is told: the world where it is not, and the one where it is."""
    home = tmp_path_factory.mktemp("contents")
    return {
        "psychiatry": (_contents(home, "plain", ""), _contents(home, "psychiatry", "psychiatry")),
        "actions": (_contents(home, "quiet", ""), _contents(home, "actions", "actions")),
    }


def _contents(home: Path, name: str, tells: str) -> World:
    world = _world(home, name, hidden=bool(tells), psychiatric=tells == "psychiatry")
    store = world.http.application.extensions["store"]  # type: ignore[attr-defined]
    here = Territory(store)
    world.ids.request = "contents"
    here.write(*_plain())
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


def _blind(told: Told, *paths: str, **headers: str) -> Iterator[tuple[Actor, str, Answer]]:
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


def _post(told: Told, actor: Actor, sent: Json) -> list[Answer]:
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


def _sees(told: Told, kind: str, actor: Actor, path: str, word: str = CANARY) -> bool:
    """The control: whether `actor`, who may know, is told `word`."""
    return word.encode() in told[kind][1].ask(actor, "GET", path).body


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _references(inner)


POINTED = (
    "/Task?_id=v&part-of:Task.status=requested",
    "/Task?part-of:Task.owner=Organization/cmp",
    "/Task?part-of=Task/p",
    f"/Task?part-of=Task/{ABSENT}",
    "/Task?_id=v&part-of:missing=false",
    "/Task?_id=v&part-of:missing=true",
    "/Patient?general-practitioner=Organization/cmp",
    "/Patient?general-practitioner:Organization.name=CMP",
    "/Patient?_has:CareTeam:patient:participant=Organization/cmp",
    "/CareTeam?_id=v&participant:Organization.name=CMP",
    "/CarePlan?_id=v&condition=Condition/h",
    "/CarePlan?_id=v&condition:Condition.code=F20.0",
    "/CarePlan?_id=v&condition:missing=true",
    "/CarePlan?activity-reference=Task/p",
)


@leak(20, 22, 23, 27, kills="the places of index rows are not looked at (L16)")
@pytest.mark.parametrize("path", POINTED)
def test_L20_L22_L23_L27_nothing_is_asked_of_a_reference_that_is_not_seen(told: Told, path: str) -> None:
    """What is seen points to what is not: by chain, by name and by its lack, the same as where it does not."""
    statuses = {answer.status for _, _, answer in _blind({"psychiatry": told["psychiatry"]}, path)}
    assert 200 in statuses
    # Refused by name where the role could never see the place (`leaks.md` L16).
    assert statuses <= {200, 400, 403}


@leak(104, kills=NO_PREDICATE)
def test_L104_what_is_contained_stands_with_all_that_it_says(told: Told) -> None:
    for _, _, answer in _blind(told, "/CarePlan/v", "/CarePlan?_include=CarePlan:condition", "/CarePlan/v/$document"):
        assert b'"contained"' not in answer.body
        assert b"#dedans" not in answer.body
    assert _sees(told, "psychiatry", GP, "/CarePlan/v", '"contained"')


@leak(105, 107, kills="a sender's words beside an address are kept (L105)")
def test_L105_L107_a_reference_says_its_address_alone(told: Told) -> None:
    """No display nor identifier goes in beside an address; what stands there by other ways is told with the address."""
    list(_blind(told, *READ, *FOUND))
    beside = {"display": CANARY, "identifier": {"system": codes.OID_INS_DEMO, "value": CANARY}}
    made = 0
    for actor in ROLES:
        sent = request("x", actor[0], subject={"reference": PERSON} | beside)
        sent["requester"] |= beside
        for answer in _post(told, actor, sent):
            made += answer.status == 201
            assert CANARY.encode() not in answer.body
    assert made > 3


@leak(106, kills=NO_PREDICATE)
def test_L106_every_reference_leads_to_something_that_is_seen(told: Told) -> None:
    followed = 0
    for kind, (_, having) in told.items():
        for actor in ROLES:
            for path in READ:
                answer = having.ask(actor, "GET", path)
                names = set(_references(loads(answer.body))) if answer.status == 200 else set()
                for name in sorted(names - {PERSON, "#dedans"}):
                    followed += 1
                    assert having.ask(actor, "GET", f"/{name}").status == 200, (kind, actor, path, name)
    assert followed > 10 * len(ROLES)


@leak(108, kills="an extension without a place is kept (L108)")
def test_L108_an_extension_without_a_place_is_refused(told: Told) -> None:
    """By its address alone, whatever the data: decided of the body, so one world says it."""
    foreign = {"url": "urn:x:note", "valueString": CANARY}
    statuses = set()
    for actor in ROLES:
        for more in (
            {"extension": [foreign]},
            {"modifierExtension": [foreign]},
            {"note": [{"text": "x", "extension": [foreign]}]},
        ):
            for answer in _post(told, actor, request("x", actor[0]) | more):
                statuses.add(answer.status)
                assert CANARY.encode() not in answer.body
    assert statuses == {403, 422}


@leak(109, kills="everybody sees what one holder may see (L109)")
def test_L109_a_number_of_a_service_that_reveals_is_hidden_with_its_system(told: Told) -> None:
    """Who sees identity in summary sees the numbers that it gave itself, and no other."""
    list(_blind(told, f"/{PERSON}", f"/Patient?identifier={CANARY}", f"/Patient?identifier=urn:{CANARY}|", "/Patient"))
    for role in ("saad", "aidant", "dpo_auditeur", "m2m_orienteur"):
        actor = next(one for one in ROLES if one[1] == role)
        answer = told["psychiatry"][1].ask(actor, "GET", f"/{PERSON}")
        assigned = [one["assigner"]["reference"] for one in loads(answer.body).get("identifier", ())]
        assert set(assigned) <= {actor[0]}, role
    assert _sees(told, "psychiatry", GP, f"/{PERSON}")


@leak(110, kills="the label says what the resource is (L110)")
def test_L110_meta_is_the_slices_own_and_its_label_constant(told: Told) -> None:
    shown = 0
    for actor in ROLES:
        for _, having in told.values():
            for path in READ:
                answer = having.ask(actor, "GET", path)
                if answer.status == 200:
                    meta = loads(answer.body)["meta"]
                    assert set(meta) == {"versionId", "lastUpdated", "security"}
                    assert [one["code"] for one in meta["security"]] == ["REDACTED"]
                    shown += 1
    assert shown > 5 * len(ROLES)
    meta = {
        "security": [{"code": "PSY"}],
        "tag": [{"code": CANARY}],
        "source": f"urn:{CANARY}",
        "profile": [f"urn:{CANARY}"],
    }
    for actor in ROLES:
        for answer in _post(told, actor, request("x", actor[0]) | {"meta": meta}):
            assert CANARY.encode() not in answer.body
            assert b"PSY" not in answer.body


@leak(111, kills="what is hidden is masked instead of absent (L111)")
def test_L111_nothing_marks_that_a_value_is_there(told: Told) -> None:
    for _, _, answer in _blind(told, *READ, *FOUND, Accept="application/fhir+xml"):
        assert b"masked" not in answer.body
        assert b"data-absent-reason" not in answer.body
        assert b"SUBSETTED" not in answer.body


@leak(112, kills=NO_PREDICATE)
def test_L112_who_reveals_is_not_named_among_the_others(told: Told) -> None:
    for _, _, answer in _blind(told, "/CareTeam/v", f"/{PERSON}", "/Provenance/v", f"/CareTeam?patient={PERSON}&_id=v"):
        assert b"Organization/cmp" not in answer.body
    assert _sees(told, "psychiatry", GP, "/CareTeam/v", "Organization/cmp")


@leak(113, kills=NO_PREDICATE)
def test_L113_free_words_are_for_who_sees_the_whole_action(told: Told) -> None:
    for _, path, answer in _blind(
        {"actions": told["actions"]}, "/Task/v", "/Task", "/Task/v/_history", "/Task?_elements=note"
    ):
        for word in (b'"note"', b'"statusReason"', b'"reasonCode"', b'"output"'):
            assert word not in answer.body, path
    assert _sees(told, "actions", GP, "/Task/v", "statusReason")


@leak(114, kills=NO_PREDICATE)
def test_L114_a_file_is_where_its_document_is_and_goes_with_it(told: Told) -> None:
    read = 0
    for actor in ROLES:
        for method in ("GET", "HEAD"):
            having = told["psychiatry"][1]
            if actor[1] not in SEES_PSYCHIATRY:
                one, other = (having.ask(actor, method, f"/Binary/{name}") for name in ("h", ABSENT))
                assert one == other
                assert one.status in (403, 404)
            read += having.ask(actor, method, "/Binary/v").status == 200
    assert read
    assert _sees(told, "psychiatry", GP, "/Binary/h", "enFjYW5hcmk")
    for _, _, answer in _blind(told, "/Binary/v", "/DocumentReference/v"):
        assert (
            answer.status != 200
            or b"http" not in answer.body.replace(b"http://loinc.org", b"").partition(b'"content"')[2]
        )


def test_L114_an_address_opens_nothing_once_rights_are_gone(store: Store) -> None:
    here = settle_territory(store)
    here.join_circle("ssiad", "psy_cmp", "medecin_traitant", "ccas", "saad", "ems_apa")
    here.pass_time()
    here.write(*_plain()[2:4])
    could = [role for _, role in ROLES if _opens(here, role)]
    assert {"medecin_traitant", "ssiad"} <= set(could)
    here.pass_time()
    here.consent("deny")
    here.pass_time()
    assert {role for _, role in ROLES if _opens(here, role)} <= {"personne", "repr_legal", "pers_confiance"}


def _opens(here: Territory, role: str) -> bool:
    try:
        here.open(role).read("Binary/v")
    except (NotFound, Refused):
        return False
    return True


@leak(115, kills=NO_PREDICATE)
def test_L115_what_is_said_of_a_hidden_file_finds_nothing(told: Told) -> None:
    asked = (
        f"patient={PERSON}&_summary=count",
        "date=2026",
        "contenttype=text/plain",
        "_total=accurate",
        "type=68599-0",
    )
    answered = 0
    for _, _, answer in _blind(told, *(f"/DocumentReference?{query}" for query in asked), "/DocumentReference/h"):
        answered += answer.status == 200
    assert answered
    assert _sees(told, "psychiatry", GP, "/DocumentReference?type=68599-0", CANARY)


@leak(116, kills="an action is modified by hidden edits too (L116)")
def test_L116_no_date_moves_by_what_is_hidden(told: Told) -> None:
    """The owner wrote a note in one world: who sees the outline of the action finds it as old as in the other."""
    shown = 0
    for _, _, answer in _blind(
        {"actions": told["actions"]}, "/Task/v", "/Task?modified=gt2026-11-01", "/Task?_sort=-modified",
        "/Task?_lastUpdated=gt2026-11-21T08:00:03.5Z", "/Task/v/_history",
    ):  # fmt: skip
        shown += answer.status == 200
        assert b"executionPeriod" not in answer.body
    assert shown
    assert _sees(told, "actions", GP, "/Task/v", "executionPeriod")


@leak(118, kills=NO_PREDICATE)
def test_L118_an_origin_names_what_is_seen_and_who_may_be_named(told: Told) -> None:
    paths = ("/Provenance/h", "/Provenance/v", "/Provenance?target=Task/v", "/Provenance?target=Condition/h")
    for _, path, answer in _blind(
        {"psychiatry": told["psychiatry"]}, *paths, "/Task?_id=v&_revinclude=Provenance:target"
    ):
        assert b"Organization/cmp" not in answer.body
        assert b"Condition/h" not in answer.body.replace(b"target=Condition/h", b""), path
    assert _sees(told, "psychiatry", GP, "/Provenance?target=Task/v", "Organization/cmp")


@leak(119, kills="an agreement about another party is told (L119)")
def test_L119_a_refusal_to_another_is_not_told(told: Told) -> None:
    paths = ("/Consent/h", f"/Consent?patient={PERSON}", "/Consent?_summary=count", "/Consent?actor=Organization/cmp")
    for _, _, answer in _blind({"psychiatry": told["psychiatry"]}, *paths):
        assert b"OPTOUT" not in answer.body
    assert _sees(told, "psychiatry", GP, f"/Consent?patient={PERSON}", "OPTOUT")
    # Told that sharing is permitted with the social service: it, and who reads agreements whole.
    reads = {name for name, role in roles().items() if role.cells["consents"].level in ("read", "write")}
    for world in told["psychiatry"]:
        for actor in ROLES:
            seen = world.ask(actor, "GET", "/Consent/v").status == 200
            assert not seen or actor[1] in reads or actor == OWNER, actor


@leak(120, kills=NO_PREDICATE)
def test_L120_lists_have_no_gaps(told: Told) -> None:
    """Hidden items stand before, between and behind those that are seen."""
    for _, _, answer in _blind(told, "/CareTeam/v", f"/{PERSON}", "/CarePlan/v"):
        assert b"null" not in answer.body
        assert b"{}" not in answer.body
        assert b"[]" not in answer.body
    hidden = _sees(told, "psychiatry", GP, "/CareTeam/v")
    shown = loads(told["psychiatry"][1].ask(GP, "GET", "/CareTeam/v").body)["participant"]
    assert hidden and len(shown) == 5
