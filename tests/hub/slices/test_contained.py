"""A contained resource is shown to who sees a reference to it, and no slice points to one that it lacks (`docs/parts.md` 10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.resource_types import STORED_TYPES
from hub.domain.sections import load_sections
from hub.fhir import get_structure
from hub.slices import Part, join, rename_ids, split
from hub.slices.contained import group_by_references
from tests.sights import every_sight
from tests.territory import PERSON, condition

Json = dict[str, Any]
SECTIONS = load_sections()
# What each of them needs: nothing of a person; medical; psychiatric; contacts; identity.
CONTAINED: tuple[Json, ...] = (
    {"resourceType": "Organization", "name": "Maison fictive"},
    condition("x", "I10"),
    condition("x", "F20.0"),
    {"resourceType": "RelatedPerson", "patient": {"reference": PERSON}, "name": [{"text": "Une voisine"}]},
    {"resourceType": "Patient", "birthDate": "1938-02-03"},
)
TYPES = sorted(STORED_TYPES - {"Binary", "Subscription"})
slow = settings(max_examples=400, suppress_health_check=list(HealthCheck))


def list_pointing(kind: str) -> list[str]:
    """The top-level elements of a type that may be a reference."""
    return sorted(e.name for e in get_structure(kind).elements.values() if e.kind == "Reference")


@st.composite
def containers(draw: st.DrawFn) -> Json:
    """A resource of any type with one to four contained resources; some elements point to them, once or in arrays."""
    kind = draw(st.sampled_from([kind for kind in TYPES if list_pointing(kind)]))
    inner = draw(st.lists(st.sampled_from(CONTAINED), min_size=1, max_size=4))
    contained = [one | {"id": f"c{number}"} for number, one in enumerate(inner)]
    elements = get_structure(kind).elements
    outer = [PERSON, "Organization/cmp", "Condition/psy", "Task/t", *[f"#{one['id']}" for one in contained] * 2]
    references = st.sampled_from(outer).map(lambda name: {"reference": name})
    resource: Json = {"resourceType": kind, "id": "x", "contained": contained}
    for name in draw(st.lists(st.sampled_from(list_pointing(kind)), min_size=1, max_size=4, unique=True)):
        value = draw(st.lists(references, min_size=1, max_size=3)) if elements[name].many else draw(references)
        resource[name] = value
    if draw(st.booleans()):
        contained[0]["extension"] = [{"url": "urn:x", "valueReference": {"reference": f"#{contained[-1]['id']}"}}]
    return resource


def list_references_inside(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if str(value.get("reference", "")).startswith("#"):
            yield value["reference"]
        for inner in value.values():
            yield from list_references_inside(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from list_references_inside(inner)


def check_closed(resource: Json, seen: Json) -> None:
    """What is seen of `resource` has all that it points to; and of what is contained only what something in it points to."""
    shown = {f"#{inner['id']}" for inner in seen.get("contained", ())}
    pointed = set(list_references_inside(seen))
    assert pointed <= shown
    assert shown & set(list_references_inside(resource)) <= pointed


@slow
@given(containers())
def test_a_contained_resource_goes_with_what_points_to_it(resource: Json) -> None:
    parts = split(resource, {})
    assert join(parts) == {name: value for name, value in resource.items() if name not in ("resourceType", "id")}
    for sight in every_sight():
        seen = sight.slice_of(resource, parts)
        if seen is not None:
            check_closed(resource, seen)


def list_places(parts: list[Part], path: str) -> dict[str, list[str]]:
    """Id of a contained resource, or the local reference of an item of `path` → the names of its places."""
    return {
        str(item.get("id") or item.get("reference")): sorted(SECTIONS.names(part.place.needs))
        for part in parts
        for _, item in part.ranked.get(path, ())
    }


def test_two_in_one_array_have_places_of_their_own() -> None:
    """A plan that contains a house and a psychiatric diagnosis: who may not know of the latter sees the former."""
    addresses = [{"reference": "#house"}, {"reference": "#diagnosis"}, {"reference": "Condition/psy"}]
    contained = [CONTAINED[0] | {"id": "house"}, CONTAINED[2] | {"id": "diagnosis"}]
    plan = {"resourceType": "CarePlan", "id": "p", "status": "active", "intent": "plan", "addresses": addresses}
    parts = split(plan | {"subject": {"reference": PERSON}, "contained": contained}, {})
    assert list_places(parts, "contained") == {"house": ["activities"], "diagnosis": ["activities", "psychiatric"]}
    assert list_places(parts, "addresses")["#house"] == ["activities"]


@pytest.mark.parametrize(
    ("values", "contained", "groups"),
    [
        (["#a", "#b", "x"], ["a", "b"], [([0], [0]), ([1], [1])]),
        ([["#a", "#b"], "#b"], ["a", "b"], [([0, 1], [0, 1])]),
        (["x"], ["a"], [([], [0])]),
        ([{"reference": "#ab"}], ["a"], [([], [0])]),
    ],
)
def test_groups_are_what_local_references_join(values: Any, contained: list[str], groups: Any) -> None:
    assert group_by_references(values, [{"id": key} for key in contained]) == groups


def test_one_contained_resource_that_points_to_another_is_of_its_group() -> None:
    role = {"id": "role", "practitioner": {"reference": "#dr"}}
    assert group_by_references([{"reference": "#role"}], [{"id": "dr"}, role]) == [([0], [0, 1])]


def test_an_id_that_is_taken_is_changed_with_all_that_points_to_it() -> None:
    [_, part] = sorted(
        split(
            {
                "resourceType": "CarePlan",
                "id": "p",
                "addresses": [{"reference": "#a"}],
                "contained": [{"id": "a"} | CONTAINED[1]],
            }
            | {"contained": [CONTAINED[1] | {"id": "a"}]},
            {},
        ),
        key=lambda part: len(part.ranked),
    )
    renamed = json.dumps(rename_ids(part, {"a", "a-2"}).get_elements())
    assert '"#a-3"' in renamed and '"id": "a-3"' in renamed and '"#a"' not in renamed
    assert rename_ids(part, {"b"}) == part
