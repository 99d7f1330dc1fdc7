"""When what a target asks changes, what points to it moves: every version, none more (`docs/parts.md` 3, 18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.json import decode

from fhir_profiles import codes
from hub.domain.errors import NotFound
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from tests.territory import CMP_CATEGORY, PERSON, Territory, condition, of_domain, request, task

Json = dict[str, Any]
TEAM = "CareTeam/cercle"
# LOINC types of document that `config/labels.toml` gives to the social service and to psychiatry.
SOCIAL, PSYCHIATRIC = "28653-4", "68599-0"


def what(one: Slice) -> Json:
    found: Json = decode(one.body)
    return {name: value for name, value in found.items() if name != "meta"}


def sees(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except NotFound:
        return False
    return True


def members(one: Slice) -> list[str]:
    return [member["member"]["reference"].removeprefix("Organization/") for member in what(one).get("participant", ())]


def found_since(here: Territory, role: str, kind: str, moment: int) -> list[str]:
    page = here.open(role).search(kind, [("_lastUpdated", f"gt{instant(moment)}")])
    return [one.name for one in page.slices]


@pytest.fixture
def ward(here: Territory) -> Territory:
    """Everybody is in the circle, and the circle has a past."""
    here.join_circle("saad", "ems_apa", "psy_cmp", "ccas")
    here.pass_time()
    here.join_circle("saad", "ems_apa", "psy_cmp", "ccas", "ssiad", "gestionnaire")
    here.pass_time()
    return here


def reveal(here: Territory, name: str) -> None:
    here.change(name, type=[CMP_CATEGORY])


def test_an_organisation_that_begins_to_reveal_leaves_the_slices_of_who_may_not_know(ward: Territory) -> None:
    before = {role: ward.open(role).read(TEAM) for role in ("saad", "psy_cmp")}
    assert "ems" in members(before["saad"])
    then, now = ward.store.now(), ward.pass_time()
    reveal(ward, "Organization/ems")
    less = ward.open("saad").read(TEAM)
    assert "ems" not in members(less)
    assert less.version != before["saad"].version
    assert less.updated == now
    assert found_since(ward, "saad", "CareTeam", then) == [TEAM]
    for version in ward.open("saad").history(TEAM).slices:
        assert "ems" not in members(version)
        assert ward.open("saad").vread(TEAM, version.version) == version
    assert "ems" not in members(ward.open("saad").vread(TEAM, before["saad"].version))


def test_who_sees_both_places_sees_the_same_under_another_version(ward: Territory) -> None:
    before = ward.open("psy_cmp").read(TEAM)
    past = len(ward.open("psy_cmp").history(TEAM).slices)
    ward.pass_time()
    reveal(ward, "Organization/ems")
    after = ward.open("psy_cmp").read(TEAM)
    assert what(after) == what(before)
    assert after.updated > before.updated
    assert len(ward.open("psy_cmp").history(TEAM).slices) == past


def test_and_it_comes_back_when_it_reveals_no_more(ward: Territory) -> None:
    first = ward.open("saad").read(TEAM)
    reveal(ward, "Organization/ems")
    ward.pass_time()
    ward.change("Organization/ems", type=None)
    again = ward.open("saad").read(TEAM)
    assert what(again) == what(first)
    assert again.updated > first.updated
    assert len(ward.open("saad").history(TEAM).slices) == 2


def test_versions_in_which_alone_it_stood_are_split_again_too(ward: Territory) -> None:
    """It left the circle before it began to reveal: the past would still tell."""
    ward.join_circle("saad", "ccas", "ssiad", "gestionnaire")
    assert any("ems" in members(one) for one in ward.open("saad").history(TEAM).slices)
    ward.pass_time()
    reveal(ward, "Organization/ems")
    assert not any("ems" in members(one) for one in ward.open("saad").history(TEAM).slices)


def test_a_hidden_relabelling_moves_nothing_for_who_never_saw_it(ward: Territory) -> None:
    """The centre, which reveals already, gets a second kind of service; a silent place keeps its time."""
    reveal(ward, "Organization/ems")
    ward.pass_time()
    before = ward.open("saad").read(TEAM)
    page = ward.open("saad").search("CareTeam", [])
    ward.change("Organization/cmp", type=None)
    told = ward.open("saad").read(TEAM)
    assert members(told) != members(before)
    ward.pass_time()
    reveal(ward, "Organization/cmp")
    ward.pass_time()
    quiet = ward.open("saad").read(TEAM)
    ward.write({"resourceType": "Organization", "id": "unit", "type": [CMP_CATEGORY]})
    ward.change(TEAM, lambda team: team["participant"].append({"member": {"reference": "Organization/unit"}}))
    ward.pass_time()
    ward.change("Organization/unit", lambda unit: unit.update(name="Unité fictive"))
    assert ward.open("saad").read(TEAM) == quiet
    assert page.slices == [before]


def test_a_relabelling_that_concerns_others_does_not_move_a_place_that_fell_silent(ward: Territory) -> None:
    reveal(ward, "Organization/ems")
    ward.pass_time()
    quiet = ward.open("saad").read(TEAM)
    ward.write(
        {
            "resourceType": "Organization",
            "id": "unit",
            "type": [CMP_CATEGORY],
            "partOf": {"reference": "Organization/dac"},
        }
    )
    ward.change(TEAM, lambda team: team["participant"].append({"member": {"reference": "Organization/unit"}}))
    ward.pass_time()
    # The unit turns from one thing that the home help may not know into another: its places move, hers do not.
    ward.change("Organization/unit", type=None, partOf={"reference": "Organization/cmp"})
    assert ward.open("saad").read(TEAM) == quiet


def test_an_entry_reveals_through_what_it_belongs_to(ward: Territory) -> None:
    ward.write({"resourceType": "PractitionerRole", "id": "pr", "organization": {"reference": "Organization/ems"}})
    ward.change(TEAM, lambda team: team["participant"].append({"member": {"reference": "PractitionerRole/pr"}}))
    assert any("pr" in name for name in members(ward.open("saad").read(TEAM)))
    ward.pass_time()
    reveal(ward, "Organization/ems")
    assert not any("pr" in name for name in members(ward.open("saad").read(TEAM)))
    assert ward.open("saad").read("PractitionerRole/pr")  # the directory is public among partners


def test_in_one_transaction_the_order_does_not_matter(ward: Territory) -> None:
    unit: Json = {"resourceType": "Organization", "id": "unit", "partOf": {"reference": "Organization/pole"}}
    pole: Json = {"resourceType": "Organization", "id": "pole", "type": [CMP_CATEGORY]}
    nurse: Json = {"resourceType": "PractitionerRole", "id": "pr", "organization": {"reference": "Organization/unit"}}
    ward.write(nurse, unit, pole)
    ward.change(TEAM, lambda team: team["participant"].append({"member": {"reference": "PractitionerRole/pr"}}))
    assert not any("pr" in name for name in members(ward.open("saad").read(TEAM)))


def test_what_its_performer_reveals_is_relabelled_with_it(ward: Territory) -> None:
    ward.write(request("r", requester="Organization/dac", performer=[{"reference": "Organization/ems"}]))
    ward.write(task("t", owner="Organization/ems", focus="ServiceRequest/r"))
    ward.change("Task/t", status="accepted")
    assert sees(ward, "ssiad", "Task/t")
    assert len(ward.open("ssiad").history("Task/t").slices) == 2
    reveal(ward, "Organization/ems")
    assert not sees(ward, "ssiad", "Task/t")
    assert not sees(ward, "ssiad", "ServiceRequest/r")
    assert sees(ward, "ems_apa", "Task/t")  # its own
    assert ward.open("ssiad").search("Task", [("owner", "Organization/ems")]).slices == []
    assert [one.name for one in ward.open("ems_apa").search("Task", [("owner", "Organization/ems")]).slices] == [
        "Task/t"
    ]


def plan(*addressed: str) -> Json:
    return {
        "resourceType": "CarePlan",
        "id": "p",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": PERSON},
        "addresses": [{"reference": name} for name in addressed],
    }


def test_a_problem_that_becomes_psychiatric_leaves_what_points_to_it(ward: Territory) -> None:
    ward.write(condition("c"), condition("d"), plan("Condition/c", "Condition/d"))
    ward.pass_time()
    assert len(what(ward.open("ssiad").read("CarePlan/p"))["addresses"]) == 2
    before = ward.open("ssiad").read("CarePlan/p")
    ward.change("Condition/c", code=condition("c", "F20")["code"])
    after = ward.open("ssiad").read("CarePlan/p")
    assert what(after)["addresses"] == [{"reference": "Condition/d"}]
    assert after.version != before.version
    assert after.updated > before.updated
    assert [what(one)["addresses"] for one in ward.open("ssiad").history("CarePlan/p").slices] == [
        what(after)["addresses"]
    ]
    assert ward.open("ssiad").search("CarePlan", [("condition", "Condition/c")]).slices == []
    assert len(ward.open("psy_cmp").history("CarePlan/p").slices) == 1


def document(id: str, **elements: Any) -> Json:
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "status": "current",
        "subject": {"reference": PERSON},
        "category": [{"coding": [{"system": codes.DOCUMENT_CATEGORY, "code": "received"}]}],
        "content": [{"attachment": {"url": f"Binary/{id}"}}],
        **elements,
    }


def binary(id: str) -> Json:
    held = {"resourceType": "Binary", "id": id, "contentType": "text/plain", "data": "eA=="}
    return held | {"securityContext": {"reference": f"DocumentReference/{id}"}}


def label(kind: str) -> Callable[[Json], None]:
    def change(resource: Json) -> None:
        resource["category"] = [{"coding": [{"system": codes.DOCUMENT_CATEGORY, "code": "attachment"}]}]
        resource["type"] = {"coding": [{"system": codes.LOINC, "code": kind}]}

    return change


def test_a_document_that_the_desk_labels_is_seen_with_its_bytes(ward: Territory) -> None:
    ward.write(document("d"), binary("d"), by="Organization/chu")
    names = ("DocumentReference/d", "Binary/d")
    assert [sees(ward, "ccas", name) for name in names] == [False, False]
    assert [sees(ward, "m2m_orienteur", name) for name in names] == [True, True]
    then = ward.store.now()
    ward.pass_time()
    ward.change("DocumentReference/d", label(SOCIAL))
    assert [sees(ward, "ccas", name) for name in names] == [True, True]
    assert [sees(ward, "m2m_orienteur", name) for name in names] == [True, True]
    assert found_since(ward, "ccas", "DocumentReference", then) == ["DocumentReference/d"]
    # What it was as it came stays its sender's: the social service has no version from before.
    assert len(ward.open("ccas").history("DocumentReference/d").slices) == 1
    assert len(ward.open("ccas").history("Binary/d").slices) == 1


def test_a_document_labelled_as_psychiatric_takes_its_bytes_out_of_sight(ward: Territory) -> None:
    ward.write(document("d"), binary("d"))
    ward.change("DocumentReference/d", label(SOCIAL))
    before = ward.open("ccas").read("Binary/d").version
    ward.pass_time()
    ward.change("DocumentReference/d", label(PSYCHIATRIC))
    assert not sees(ward, "ccas", "Binary/d")
    assert sees(ward, "psy_cmp", "Binary/d")
    with pytest.raises(NotFound):
        ward.open("ccas").vread("Binary/d", before)


def test_labels_follow_from_target_to_target(ward: Territory) -> None:
    """A Task points to a request whose domain changes: the plan that points to the Task moves too."""
    ward.write(request("r", requester="Organization/dac", extension=[of_domain("logement")]))
    ward.write(task("t", owner="Organization/ccas", focus="ServiceRequest/r", extension=[of_domain("logement")]))
    ward.write(plan() | {"activity": [{"reference": {"reference": "Task/t"}}]})
    assert "activity" in what(ward.open("gestionnaire").read("CarePlan/p"))
    ward.pass_time()
    ward.change("Task/t", extension=[of_domain("psy")])
    assert "activity" not in what(ward.open("gestionnaire").read("CarePlan/p"))
    assert "activity" in what(ward.open("psy_cmp").read("CarePlan/p"))
    assert ward.open("gestionnaire").search("CarePlan", [("activity-reference", "Task/t")]).slices == []


def test_an_etag_differs_whenever_the_bytes_do(ward: Territory) -> None:
    """Around every change of label, in one world (`docs/parts.md` 18)."""
    ward.write(condition("c"), condition("d"), plan("Condition/c", "Condition/d"))
    changes: list[Callable[[], object]] = [
        lambda: reveal(ward, "Organization/ems"),
        lambda: ward.change("Condition/c", code=condition("c", "F20")["code"]),
        lambda: ward.consent("permit", "Organization/dac", "psychiatric"),
        lambda: ward.change("Condition/c", code=condition("c", "I10")["code"]),
        lambda: ward.change("Organization/ems", type=None),
        lambda: ward.consent("deny", "Organization/ssiad", "medical", id="refus"),
        lambda: ward.change("Consent/refus", status="inactive"),
        lambda: ward.join_circle("saad", "gestionnaire"),
    ]
    seen = _slices(ward)
    for change in changes:
        ward.pass_time()
        change()
        after = _slices(ward)
        for key, one in after.items():
            if key in seen:
                assert (what(one) == what(seen[key])) or one.version != seen[key].version
                assert one.updated >= seen[key].updated
                assert (one.version == seen[key].version) == (one == seen[key])
        seen |= after


def _slices(here: Territory) -> dict[tuple[str, str], Slice]:
    found = {}
    for role in ("saad", "ssiad", "ems_apa", "psy_cmp", "gestionnaire", "ccas"):
        for name in (TEAM, "CarePlan/p", "Condition/c", PERSON):
            try:
                found[role, name] = here.open(role).read(name)
            except NotFound:
                continue
    return found
