"""Split, and what each role then sees: exact, and valid R4 whatever is hidden."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_profiles import codes
from hub.conformance import check
from hub.domain.errors import HubError, Invalid
from hub.domain.resource_types import DIRECTORY_TYPES, TYPES
from hub.domain.sections import ALONE, load_sections
from hub.fhir import dumps, loads
from hub.slices import (
    Part,
    Target,
    build_target,
    decode,
    embed_core,
    encode,
    extract_core,
    find_patient,
    join,
    list_references,
    render,
    split,
)
from tests import r4
from tests.sights import Sees, every_sight, sees
from tests.territory import (
    CMP_CATEGORY,
    PARTY_OF,
    PERSON,
    condition,
    consent,
    observation,
    of_domain,
    person,
    request,
    task,
)

Resource = dict[str, Any]
PLACES = load_sections()
PSYCHIATRIC = PLACES.entry("psychiatric")
CMP = Target(PLACES.place("directory"), reveals=PSYCHIATRIC, directory=True)
slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def said(resource: Resource) -> Resource:
    """What of a resource is stored."""
    return {name: value for name, value in resource.items() if name not in ("resourceType", "id", "meta")}


def inverse(resource: Resource, parts: list[Part]) -> None:
    """`join`, stored bytes and rendered bytes all give back what was split: digits and order included."""
    whole = said(resource)
    assert join(parts) == whole
    bearing = embed_core(parts)
    assert extract_core(bearing) == parts
    assert join(bearing) == whole
    stored = [encode(part) for part in bearing]
    assert [decode(*one) for one in stored] == [(part.core, part.members, part.ranked) for part in bearing]
    rendered = loads(render(b'"resourceType":"X"', stored))
    assert rendered == {"resourceType": "X"} | whole
    assert digits(rendered) == digits({"resourceType": "X"} | whole)


def digits(value: Any) -> bytes:
    """JSON with its keys in order: 1.0 and 1.00 differ here, though as numbers they are equal."""
    return dumps(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def examples() -> list[Any]:
    """The published examples that the hub takes at all."""
    found = []
    for path, resource in r4.r4_examples(TYPES):
        try:
            loads(dumps(resource))
            check(copy.deepcopy(resource))
        except HubError:
            continue
        found.append(pytest.param(path, resource, id=path.stem))
    return found


def worlds(resource: Resource) -> list[dict[str, Target]]:
    """What the targets of its references may ask: as their types do, a section that few see, a name that reveals."""
    names = sorted(set(list_references(resource)))
    return [
        {},
        {name: _asks(name, PSYCHIATRIC) for name in names},
        {name: _asks(name, PLACES.place("financial.flag") if rank % 2 else 0) for rank, name in enumerate(names)},
    ]


def _asks(name: str, place: int) -> Target:
    if name.partition("/")[0] in DIRECTORY_TYPES:
        return Target(PLACES.place("directory"), reveals=place, directory=True)
    return Target(place or PLACES.entry("contacts"))


def judge(resource: Resource, parts: list[Part], judged: set[tuple[int, ...]], *, invariants: bool = True) -> None:
    """Every slice of every role is valid R4; `judged` remembers which sets of parts were looked at."""
    broken_before = set(r4.violations(resource)) if invariants else set()
    for access in every_sight():
        seen = access.parts(parts)
        key = tuple(part.place.key for part in seen)
        if not seen or key in judged:
            continue
        judged.add(key)
        # As they are stored they say the same.
        assert join(access.parts(embed_core(parts))) == join(seen)
        shown = {"resourceType": resource["resourceType"], "id": "x"} | join(seen)
        check(copy.deepcopy(shown))
        if invariants:
            assert set(r4.violations(shown)) <= broken_before


@r4.needs_data
@pytest.mark.parametrize(("path", "resource"), examples())
def test_examples_split_and_join_exactly(path: Path, resource: Resource) -> None:
    for targets in worlds(resource):
        inverse(resource, split(resource, targets))


@r4.needs_data
@pytest.mark.parametrize(("path", "resource"), examples())
def test_every_slice_of_an_example_is_valid(path: Path, resource: Resource) -> None:
    for targets in worlds(resource):
        judge(resource, split(resource, targets), set())


@r4.needs_data
def test_the_examples_cover_the_types() -> None:
    """But for three whole types, of which the published ones point at what the hub does not keep; those are generated."""
    missing = {"AllergyIntolerance", "Coverage", "MedicationStatement"}
    assert {parameter.values[1]["resourceType"] for parameter in examples()} == TYPES - missing


@pytest.mark.parametrize("kind", sorted(TYPES - {"Questionnaire"}))
def test_generated_resources_split_exactly_and_slice_validly(kind: str) -> None:
    @slow
    @given(resource=r4.generated(kind), world=st.integers(0, 2))
    def holds(resource: Resource, world: int) -> None:
        parts = split(resource, worlds(resource)[world])
        inverse(resource, parts)
        judge(resource, parts, set(), invariants=False)

    holds()


@slow
@given(resource=st.sampled_from(sorted(TYPES - {"Questionnaire"})).flatmap(r4.generated))
def test_splitting_again_what_was_joined_gives_the_same_parts(resource: Resource) -> None:
    parts = split(resource, {})
    again = {"resourceType": resource["resourceType"], "id": resource["id"]} | join(reversed(parts))
    assert [(part.place, part.content, part.members, part.ranked) for part in split(again, {})] == [
        (part.place, part.content, part.members, part.ranked) for part in parts
    ]


def test_meta_is_not_stored_and_an_unknown_type_is_an_error() -> None:
    resource = observation("o", "ald", meta={"versionId": "7"})
    assert "meta" not in join(split(resource, {}))
    with pytest.raises(KeyError):
        split({"resourceType": "Medication", "id": "m"}, {})


# --- Who sees what of a resource ------------------------------------------------------------------------------------


def shown(resource: Resource, access: Sees, targets: dict[str, Target] | None = None) -> Resource | None:
    return access.slice_of(resource, split(resource, targets or {}))


def test_the_home_help_sees_the_usual_identity_and_no_more() -> None:
    found = shown(person(), sees("saad", "circle"))
    assert found is not None
    assert set(found) == {
        "resourceType", "id", "active", "name", "telecom", "gender", "address", "contact", "generalPractitioner",
    }  # fmt: skip
    assert found["name"] == [{"use": "usual", "family": "Fictive", "given": ["Jeanne"]}]


def test_a_local_number_is_seen_by_who_gave_it() -> None:
    found = shown(person(), sees("saad", "circle", party="Organization/ccas"))
    assert found is not None
    assert [one["value"] for one in found["identifier"]] == ["CCAS-1"]


def test_by_a_stake_alone_one_sees_of_a_person_the_numbers_that_one_gave() -> None:
    found = shown(person(), sees("m2m_orienteur", party="Organization/chu"))
    assert found == {"resourceType": "Patient", "id": "jeanne", "identifier": [person()["identifier"][1]]}


def test_a_member_of_the_circle_that_reveals_is_hidden_from_who_may_not_know() -> None:
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "subject": {"reference": PERSON},
        "participant": [{"member": {"reference": f"Organization/{name}"}} for name in ("saad", "cmp", "ccas")],
    }
    targets = {"Organization/cmp": CMP}
    saad, cmp = (shown(team, sees(role, "circle"), targets) for role in ("saad", "psy_cmp"))
    assert saad is not None
    assert [one["member"]["reference"] for one in saad["participant"]] == ["Organization/saad", "Organization/ccas"]
    assert cmp == team
    alone = shown(team | {"participant": [team["participant"][1]]}, sees("saad", "circle"), targets)
    assert alone is None or "participant" not in alone


def test_what_the_psychiatric_centre_is_asked_is_seen_by_who_sees_psychiatry_and_by_its_parties() -> None:
    asked = task("a", owner="Organization/cmp", focus="ServiceRequest/r")
    targets = {"Organization/cmp": CMP, "ServiceRequest/r": Target(PLACES.place("tasks.titles") | PSYCHIATRIC)}
    assert shown(asked, sees("ssiad", "circle"), targets) is None
    assert shown(asked, sees("ssiad", "circle", consented=["psychiatric"]), targets) is not None
    assert shown(asked, sees("saad", "stake"), targets) == asked


def test_an_action_of_a_domain_needs_the_section_that_it_speaks_of() -> None:
    psychiatric = task("a", owner="Organization/dac", focus="ServiceRequest/r", extension=[of_domain("psy")])
    housing = task("a", owner="Organization/dac", focus="ServiceRequest/r", extension=[of_domain("logement")])
    assert shown(psychiatric, sees("ssiad", "circle")) is None
    assert shown(psychiatric, sees("saad", "stake")) == psychiatric
    assert shown(housing, sees("ssiad", "circle")) is not None


def test_others_actions_in_summary_say_title_actor_state_and_date() -> None:
    whole = task(
        "a",
        owner="Organization/ccas",
        focus="ServiceRequest/r",
        note=[{"text": "Une note fictive"}],
        output=[{"type": {"text": "x"}, "valueString": "y"}],
        statusReason={"text": "z"},
    )
    found = shown(whole, sees("ssiad", "circle"))
    assert found is not None
    assert not {"note", "output", "statusReason"} & found.keys()
    assert {
        "status",
        "intent",
        "code",
        "owner",
        "requester",
        "focus",
        "description",
        "authoredOn",
        "for",
    } <= found.keys()


def test_an_open_action_is_offered_without_its_person() -> None:
    offered = task("a", focus="ServiceRequest/r", extension=[of_domain("aide-domicile")])
    assert shown(offered, sees("ccas")) == {
        "resourceType": "Task",
        "id": "a",
        "status": "requested",
        "intent": "order",
        "code": offered["code"],
        "authoredOn": offered["authoredOn"],
        "extension": offered["extension"],
    }


def test_the_requesters_words_are_its_own_until_the_hub_asks_in_its_turn() -> None:
    assert "reasonCode" not in (shown(request("r"), sees("gestionnaire", "circle", "desk")) or {})
    assert shown(request("r"), sees("m2m_orienteur", "stake")) == request("r")
    ours = request("r", requester="Organization/dac", intent="filler-order")
    assert "reasonCode" in (shown(ours, sees("gestionnaire", "circle")) or {})


def test_a_problem_shows_its_title_to_a_summary_and_its_detail_to_a_reader() -> None:
    title = shown(condition("c"), sees("hosp_ass", "circle"))
    assert title is not None
    assert "code" in title
    assert "note" not in title
    assert shown(condition("c"), sees("ssiad", "circle")) == condition("c")
    assert shown(condition("c"), sees("ccas", "circle")) is None


def test_a_psychiatric_problem_is_psychiatry_whole() -> None:
    assert shown(condition("c", "F20.0"), sees("ssiad", "circle", consented=["psychiatric"])) is None
    assert shown(condition("c", "F20.0"), sees("psy_cmp", "circle")) == condition("c", "F20.0")
    # Organic mental disorders belong to health.
    assert shown(condition("c", "F03"), sees("ssiad", "circle")) == condition("c", "F03")


def test_what_nobody_labelled_is_seen_by_a_stake_alone() -> None:
    unknown = observation("o", "x") | {"code": {"text": "autre"}}
    assert [shown(unknown, sees(role, "circle", "desk", "self")) for role in PARTY_OF] == [None] * len(PARTY_OF)
    assert shown(unknown, sees("m2m_orienteur", "stake")) == unknown


def test_a_provision_is_seen_by_the_party_that_it_names() -> None:
    agreed = consent("permit", "Organization/saad", "medical", id="c")
    agreed["provision"] = {
        "provision": [agreed["provision"], {"type": "deny", "actor": []} | _actor("Organization/ccas")]
    }
    found = shown(agreed, sees("saad", "circle", party="Organization/saad"))
    assert found is not None
    assert [one["actor"][0]["reference"]["reference"] for one in found["provision"]["provision"]] == [
        "Organization/saad"
    ]
    assert shown(agreed, sees("ccas", "circle")) == agreed


def _actor(party: str) -> Resource:
    return {"actor": [{"role": {"text": "structure"}, "reference": {"reference": party}}]}


def test_an_agreement_about_one_party_is_its_own_and_no_news_for_the_others() -> None:
    """Else a refusal to psychiatry would tell of itself (`docs/leaks.md` L119)."""
    about = consent("deny", "Organization/saad", dateTime="2026-11-20")
    parts = split(about, {})
    assert sees("saad", "circle", party="Organization/saad").slice_of(about, parts) is not None
    assert sees("saad", "circle", party="Organization/autre").slice_of(about, parts) is None
    assert sees("ccas", "circle", party="Organization/ccas").slice_of(about, parts) is not None
    refused = split(consent("deny", "Organization/cmp"), {"Organization/cmp": CMP})
    assert sees("ccas", "circle", party="Organization/ccas").slice_of(about, refused) is None
    assert sees("psy_cmp", "circle", party="Organization/cmp").slice_of(about, refused) is not None


def test_an_activity_has_the_domain_that_it_says() -> None:
    plan = {
        "resourceType": "CarePlan",
        "id": "p",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": PERSON},
        "activity": [
            {"detail": {"status": "scheduled", "code": {"coding": [{"system": codes.ACTIVITY_DOMAIN, "code": code}]}}}
            for code in ("sante", "logement")
        ],
    }
    nurses, social = (shown(plan, sees(role, "circle")) for role in ("ssiad", "ccas"))
    assert nurses is not None
    assert social is not None
    assert nurses["activity"] == plan["activity"][:1]
    assert social["activity"] == plan["activity"][1:]
    assert shown(plan, sees("gestionnaire", "circle")) == plan


def test_a_domain_of_its_own_stays_beside_that_of_a_target() -> None:
    aim = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"text": "Marcher"},
        "subject": {"reference": PERSON},
        "extension": [of_domain("psy")],
        "addresses": [{"reference": "Goal/h"}],
    }
    theirs = Target(PLACES.place("goals.titles"), domain=PLACES.domains["social-droits"])
    assert shown(aim, sees("ccas", "circle"), {"Goal/h": theirs}) is None


def test_a_required_reference_labels_the_whole() -> None:
    aim = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"text": "Marcher"},
        "subject": {"reference": "Organization/cmp"},
    }
    assert shown(aim, sees("ssiad", "circle"), {"Organization/cmp": CMP}) is None
    cover = {
        "resourceType": "Coverage",
        "id": "c",
        "status": "active",
        "beneficiary": {"reference": PERSON},
        "payor": [{"reference": "RelatedPerson/fille"}],
    }
    assert shown(cover, sees("ems_apa", "circle")) == cover
    # By a stake alone one may not learn of others than oneself; and without its payor a Coverage is not valid.
    assert shown(cover, sees("m2m_orienteur", "stake")) is None
    assert shown(cover | {"payor": [{"reference": PERSON}]}, sees("m2m_orienteur", "stake")) is not None


def test_a_reference_inside_what_one_has_a_stake_in_is_not_opened_by_the_stake() -> None:
    seen = shown(observation("o", "ald", encounter={"reference": "Encounter/e"}), sees("saad", "stake"))
    assert seen is None  # the home help has nothing of rights, its own neither
    mine = shown(
        observation("o", "autonomy-need", encounter={"reference": "Encounter/e"}), sees("m2m_orienteur", "stake")
    )
    assert mine is not None
    assert "encounter" not in mine


def test_a_directory_entry_that_points_to_one_that_reveals_is_seen_whole_and_reveals_too() -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "organization": {"reference": "Organization/cmp"},
        "practitioner": {"reference": "Practitioner/dr"},
    }
    targets = {"Organization/cmp": CMP}
    assert shown(role, sees("saad"), targets) == role
    assert build_target(role, targets).reveals == PSYCHIATRIC
    centre = {"resourceType": "Organization", "id": "cmp", "type": [CMP_CATEGORY]}
    assert build_target(centre, {}) == CMP


def test_provenance_is_opened_by_a_target_that_one_sees() -> None:
    said_by = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "Condition/c"}, {"reference": "Task/t"}],
        "recorded": "2026-11-21T08:00:00Z",
        "agent": [{"who": {"reference": "Organization/dac"}}],
        "entity": [{"role": "source", "what": {"reference": "Condition/c"}}],
    }
    targets = {"Condition/c": Target(PLACES.place("medical.titles")), "Task/t": Target(PLACES.place("tasks.titles"))}
    assert shown(said_by, sees("hosp_ass", "circle"), targets) == said_by
    partly = shown(said_by, sees("pers_confiance", "close", consented=["tasks"]), targets)
    assert partly is not None
    assert partly["target"] == [{"reference": "Task/t"}]
    assert "entity" not in partly
    assert shown(said_by, sees("saad", "circle"), targets) is None


def test_binary_stands_where_its_document_stands() -> None:
    held = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "eA=="}
    document = Target(PLACES.place("social"))
    of_one = held | {"securityContext": {"reference": "DocumentReference/d"}}
    assert shown(of_one, sees("ccas", "circle"), {"DocumentReference/d": document}) == of_one
    assert shown(of_one, sees("saad", "circle"), {"DocumentReference/d": document}) is None
    assert build_target(of_one, {"DocumentReference/d": document}).entry == PLACES.place("social")
    of_a_person = held | {"securityContext": {"reference": PERSON}}
    assert shown(of_a_person, sees("saad", "circle")) is None
    assert shown(of_a_person, sees("m2m_orienteur", "stake")) == of_a_person


@pytest.mark.parametrize("inner", ["Practitioner", "Organization"])
def test_contained_resources_stand_with_what_points_to_them(inner: str) -> None:
    name = {"name": [{"family": "Fictive"}]} if inner == "Practitioner" else {"name": "Cabinet fictif"}
    contained = {"resourceType": inner, "id": "who"} | name
    asked = request("r", contained=[contained]) | {"requester": {"reference": "#who"}}
    found = shown(asked, sees("m2m_orienteur", "stake"))
    assert found == asked
    circle = shown(asked, sees("ssiad", "circle"))
    assert circle is not None
    assert circle["contained"] == [contained]


def test_a_contained_resource_hides_what_points_to_it_from_who_may_not_see_it() -> None:
    relative = {"resourceType": "RelatedPerson", "id": "who", "patient": {"reference": PERSON}}
    centre = {"resourceType": "Organization", "id": "where", "type": [CMP_CATEGORY]}
    noted = condition("c") | {"contained": [relative, centre], "recorder": {"reference": "#who"}}
    noted["asserter"] = {"reference": "#where"}
    found = shown(noted, sees("ssiad", "circle"))
    assert found == {name: value for name, value in noted.items() if name != "asserter"} | {"contained": [relative]}
    assert shown(noted, sees("psy_cmp", "circle")) == noted


def test_of_a_person_contained_and_required_every_slice_says_who() -> None:
    told = condition("c", contained=[{"resourceType": "Patient", "id": "p", "birthDate": "1938"}])
    told["subject"] = {"reference": "#p"}
    assert shown(told, sees("hosp_ass", "circle")) is not None
    assert shown(told, sees("aidant", "close", consented=["medical"])) is None


@pytest.mark.parametrize(
    ("resource", "person_is"),
    [
        (person(), PERSON),
        (request("r"), PERSON),
        ({"resourceType": "Organization", "id": "x"}, None),
        (
            {
                "resourceType": "Appointment",
                "participant": [{"actor": {"reference": "Location/l"}}, {"actor": {"reference": PERSON}}],
            },
            PERSON,
        ),
        ({"resourceType": "Binary", "securityContext": {"reference": "DocumentReference/d"}}, "DocumentReference/d"),
        ({"resourceType": "Provenance", "target": [{"reference": "Task/t"}, {"reference": PERSON}]}, PERSON),
        ({"resourceType": "Provenance", "target": [{"reference": "Task/t"}]}, "Task/t"),
        ({"resourceType": "Subscription"}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_person_of(resource: Resource, person_is: str | None) -> None:
    assert find_patient(resource) == person_is


def test_references_are_the_relative_ones_without_their_version() -> None:
    value = [
        {"reference": "Task/1/_history/2"},
        {"a": {"reference": "#in"}, "b": {"reference": "urn:uuid:0"}, "c": {"reference": "https://x.org/Task/3"}},
        {"reference": "Task"},
    ]
    assert list(list_references(value)) == ["Task/1"]


def test_a_target_that_the_hub_does_not_keep_is_seen_by_nobody() -> None:
    parts = split(condition("c", encounter={"reference": "Device/d"}), {})
    assert [part.place.needs & ALONE for part in parts if "encounter" in part.members] == [ALONE]


def test_a_client_cannot_smuggle_r4_past_the_check() -> None:
    with pytest.raises(Invalid):
        check({"resourceType": "Goal", "id": "g"})
