"""What a slice carries, by the numbers of the leak cases, over every role, in the worlds of `leak_contents` (L104–L120).

Who may not see what is told gets the same bytes as where it was never said; somebody does see it.
"""

from __future__ import annotations

import pytest

from fhir_profiles import codes
from hub.domain.errors import NotFound, Refused
from hub.domain.roles import load_roles
from hub.fhir import loads
from hub.record.db.store import Store
from tests.contracts.cases import leak
from tests.contracts.leak_contents import (
    FOUND,
    GP,
    OWNER,
    READ,
    Told,
    blind,
    is_told,
    plain,
    post_everywhere,
    references_in,
)
from tests.contracts.leak_worlds import ABSENT, CANARY, ROLES, SEES_PSYCHIATRY
from tests.territory import PERSON, Territory, request, settle_territory

NO_PREDICATE = "no predicate at all"
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
    statuses = {answer.status for _, _, answer in blind({"psychiatry": told["psychiatry"]}, path)}
    assert 200 in statuses
    # Refused by name where the role could never see the place (`docs/leaks.md` L16).
    assert statuses <= {200, 400, 403}


@leak(104, kills=NO_PREDICATE)
def test_L104_what_is_contained_stands_with_all_that_it_says(told: Told) -> None:
    for _, _, answer in blind(told, "/CarePlan/v", "/CarePlan?_include=CarePlan:condition", "/CarePlan/v/$document"):
        assert b'"contained"' not in answer.body
        assert b"#dedans" not in answer.body
    assert is_told(told, "psychiatry", GP, "/CarePlan/v", '"contained"')


@leak(105, 107, kills="a sender's words beside an address are kept (L105)")
def test_L105_L107_a_reference_says_its_address_alone(told: Told) -> None:
    """No display nor identifier goes in beside an address; what stands there by other ways is told with the address."""
    list(blind(told, *READ, *FOUND))
    beside = {"display": CANARY, "identifier": {"system": codes.OID_INS_DEMO, "value": CANARY}}
    made = 0
    for actor in ROLES:
        sent = request("x", actor[0], subject={"reference": PERSON} | beside)
        sent["requester"] |= beside
        for answer in post_everywhere(told, actor, sent):
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
                names = set(references_in(loads(answer.body))) if answer.status == 200 else set()
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
            for answer in post_everywhere(told, actor, request("x", actor[0]) | more):
                statuses.add(answer.status)
                assert CANARY.encode() not in answer.body
    assert statuses == {403, 422}


@leak(109, kills="everybody sees what one holder may see (L109)")
def test_L109_a_number_of_a_service_that_reveals_is_hidden_with_its_system(told: Told) -> None:
    """Who sees identity in summary sees the numbers that it gave itself, and no other."""
    list(blind(told, f"/{PERSON}", f"/Patient?identifier={CANARY}", f"/Patient?identifier=urn:{CANARY}|", "/Patient"))
    for role in ("saad", "aidant", "dpo_auditeur", "m2m_orienteur"):
        actor = next(one for one in ROLES if one[1] == role)
        answer = told["psychiatry"][1].ask(actor, "GET", f"/{PERSON}")
        assigned = [one["assigner"]["reference"] for one in loads(answer.body).get("identifier", ())]
        assert set(assigned) <= {actor[0]}, role
    assert is_told(told, "psychiatry", GP, f"/{PERSON}")


@leak(110, kills="the label says what the resource is (L110)")
def test_L110_ac13_meta_is_the_slices_own_and_its_label_constant(told: Told) -> None:
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
        for answer in post_everywhere(told, actor, request("x", actor[0]) | {"meta": meta}):
            assert CANARY.encode() not in answer.body
            assert b"PSY" not in answer.body


@leak(111, kills="what is hidden is masked instead of absent (L111)")
def test_L111_nothing_marks_that_a_value_is_there(told: Told) -> None:
    for _, _, answer in blind(told, *READ, *FOUND, Accept="application/fhir+xml"):
        assert b"masked" not in answer.body
        assert b"data-absent-reason" not in answer.body
        assert b"SUBSETTED" not in answer.body


@leak(112, kills=NO_PREDICATE)
def test_L112_who_reveals_is_not_named_among_the_others(told: Told) -> None:
    for _, _, answer in blind(told, "/CareTeam/v", f"/{PERSON}", "/Provenance/v", f"/CareTeam?patient={PERSON}&_id=v"):
        assert b"Organization/cmp" not in answer.body
    assert is_told(told, "psychiatry", GP, "/CareTeam/v", "Organization/cmp")


@leak(113, kills=NO_PREDICATE)
def test_L113_free_words_are_for_who_sees_the_whole_action(told: Told) -> None:
    for _, path, answer in blind(
        {"actions": told["actions"]}, "/Task/v", "/Task", "/Task/v/_history", "/Task?_elements=note"
    ):
        for word in (b'"note"', b'"statusReason"', b'"reasonCode"', b'"output"'):
            assert word not in answer.body, path
    assert is_told(told, "actions", GP, "/Task/v", "statusReason")


@leak(114, kills=NO_PREDICATE)
def test_L114_ac21_a_file_is_where_its_document_is_and_goes_with_it(told: Told) -> None:
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
    assert is_told(told, "psychiatry", GP, "/Binary/h", "enFjYW5hcmk")
    for _, _, answer in blind(told, "/Binary/v", "/DocumentReference/v"):
        assert (
            answer.status != 200
            or b"http" not in answer.body.replace(b"http://loinc.org", b"").partition(b'"content"')[2]
        )


def test_L114_an_address_opens_nothing_once_rights_are_gone(store: Store) -> None:
    here = settle_territory(store)
    here.join_circle("ssiad", "psy_cmp", "medecin_traitant", "ccas", "saad", "ems_apa")
    here.pass_time()
    here.write(*plain()[2:4])
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
    for _, _, answer in blind(told, *(f"/DocumentReference?{query}" for query in asked), "/DocumentReference/h"):
        answered += answer.status == 200
    assert answered
    assert is_told(told, "psychiatry", GP, "/DocumentReference?type=68599-0", CANARY)


@leak(116, kills="an action is modified by hidden edits too (L116)")
def test_L116_no_date_moves_by_what_is_hidden(told: Told) -> None:
    """The owner wrote a note in one world: who sees the outline of the action finds it as old as in the other."""
    shown = 0
    for _, _, answer in blind(
        {"actions": told["actions"]}, "/Task/v", "/Task?modified=gt2026-11-01", "/Task?_sort=-modified",
        "/Task?_lastUpdated=gt2026-11-21T08:00:03.5Z", "/Task/v/_history",
    ):  # fmt: skip
        shown += answer.status == 200
        assert b"executionPeriod" not in answer.body
    assert shown
    assert is_told(told, "actions", GP, "/Task/v", "executionPeriod")


@leak(118, kills=NO_PREDICATE)
def test_L118_an_origin_names_what_is_seen_and_who_may_be_named(told: Told) -> None:
    paths = ("/Provenance/h", "/Provenance/v", "/Provenance?target=Task/v", "/Provenance?target=Condition/h")
    for _, path, answer in blind(
        {"psychiatry": told["psychiatry"]}, *paths, "/Task?_id=v&_revinclude=Provenance:target"
    ):
        assert b"Organization/cmp" not in answer.body
        assert b"Condition/h" not in answer.body.replace(b"target=Condition/h", b""), path
    assert is_told(told, "psychiatry", GP, "/Provenance?target=Task/v", "Organization/cmp")


@leak(119, kills="an agreement about another party is told (L119)")
def test_L119_a_refusal_to_another_is_not_told(told: Told) -> None:
    paths = ("/Consent/h", f"/Consent?patient={PERSON}", "/Consent?_summary=count", "/Consent?actor=Organization/cmp")
    for _, _, answer in blind({"psychiatry": told["psychiatry"]}, *paths):
        assert b"OPTOUT" not in answer.body
    assert is_told(told, "psychiatry", GP, f"/Consent?patient={PERSON}", "OPTOUT")
    # Told that sharing is permitted with the social service: it, and who reads agreements whole.
    reads = {name for name, role in load_roles().items() if role.cells["consents"].level in ("read", "write")}
    for world in told["psychiatry"]:
        for actor in ROLES:
            seen = world.ask(actor, "GET", "/Consent/v").status == 200
            assert not seen or actor[1] in reads or actor == OWNER, actor


@leak(120, kills=NO_PREDICATE)
def test_L120_lists_have_no_gaps(told: Told) -> None:
    """Hidden items stand before, between and behind those that are seen."""
    for _, _, answer in blind(told, "/CareTeam/v", f"/{PERSON}", "/CarePlan/v"):
        assert b"null" not in answer.body
        assert b"{}" not in answer.body
        assert b"[]" not in answer.body
    hidden = is_told(told, "psychiatry", GP, "/CareTeam/v")
    shown = loads(told["psychiatry"][1].ask(GP, "GET", "/CareTeam/v").body)["participant"]
    assert hidden and len(shown) == 5
