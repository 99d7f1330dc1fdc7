"""Our structures say what the published R4 definitions say, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from hub.fhir import RESOURCES, Element, get_structure
from tests import r4

# Required bindings whose codes the hub does not list: they are as many as the world's media types or currencies.
OPEN = {"mimetypes", "currencies", "all-types", "defined-types"}


@cache
def value_sets() -> tuple[dict, dict]:
    data = r4.shared_data()
    assert data is not None
    resources = [entry["resource"] for entry in r4.read(data / "r4" / "valuesets.json")["entry"]]
    sets = {found["url"]: found for found in resources if found["resourceType"] == "ValueSet"}
    return sets, {found["url"]: found for found in resources if found["resourceType"] == "CodeSystem"}


def codes(url: str) -> frozenset[str]:
    """The codes of a value set that one may use (abstract ones are not for use)."""
    sets, systems = value_sets()
    found: set[str] = set()
    for included in sets[url.split("|", maxsplit=1)[0]]["compose"]["include"]:
        for inner in included.get("valueSet", []):
            found |= codes(inner)
        if "concept" in included:
            found |= {concept["code"] for concept in included["concept"]}
        elif "system" in included:
            found |= set(usable(systems[included["system"]]["concept"]))
    return frozenset(found)


def usable(concepts: list[dict]) -> Iterator[str]:
    for concept in concepts:
        if {"code": "notSelectable", "valueBoolean": True} not in concept.get("property", []):
            yield concept["code"]
        yield from usable(concept.get("concept", []))


def pairs(name: str, path: str) -> Iterator[tuple[str, Element | None, r4.Element]]:
    """Every (JSON name, ours, theirs) directly under `path`, choices spelt out."""
    ours = get_structure(name).elements
    for theirs in list(r4.elements().values()):
        parent, _, last = theirs.path.rpartition(".")
        if parent == path and not last.endswith("[x]"):
            yield last, ours.get(last), theirs
        elif parent == path:
            for kind in theirs.types:
                spelt = last.removesuffix("[x]") + kind[0].upper() + kind[1:]
                yield spelt, ours.get(spelt), theirs


def shapes(name: str, path: str) -> Iterator[tuple[str, str]]:
    """(structure, path) of a type and of the backbone elements in it."""
    yield name, path
    for last, ours, theirs in pairs(name, path):
        if ours is not None and theirs.types[:1] in (("BackboneElement",), ("Element",)):
            yield from shapes(ours.kind, f"{path}.{last}")


def everything() -> list[tuple[str, str]]:
    if r4.shared_data() is None:
        return []
    named, pending = set(), [*r4.TYPES]
    while pending:
        name = pending.pop()
        if name not in named:
            named.add(name)
            pending += [
                e.kind for e in get_structure(name).elements.values() if not e.primitive and e.kind in r4.elements()
            ]
    return [shape for name in sorted(named) for shape in shapes(name, name)]


ALL = pytest.mark.parametrize(("name", "path"), everything())


@r4.needs_data
@ALL
def test_elements_types_and_cardinalities_are_those_of_r4(name: str, path: str) -> None:
    theirs = {last for last, _, _ in pairs(name, path)}
    lacking = {"valueMeta"} if name == "Extension" else set()  # R4B's model has none; ours refuses it
    assert set(get_structure(name).elements) == theirs - lacking
    for last, ours, found in pairs(name, path):
        if ours is not None:
            definition = found.definition
            assert (last, ours.required) == (last, definition["min"] > 0)
            assert (last, ours.many) == (last, definition["max"] != "1")
            assert ours.choice == (
                found.path.rpartition(".")[2].removesuffix("[x]") if found.path.endswith("[x]") else ""
            )
            if len(found.types) == 1 and not found.types[0].startswith("http:"):  # System.String: an id
                assert found.types[0] in {ours.kind, "BackboneElement", "Element"}


@r4.needs_data
@ALL
def test_codes_of_required_bindings_are_those_of_r4(name: str, path: str) -> None:
    for last, ours, found in pairs(name, path):
        binding = found.definition.get("binding", {})
        if ours is None or ours.kind != "code":
            continue
        value_set = binding.get("valueSet", "").split("|")[0].rsplit("/", 1)[-1]
        if binding.get("strength") == "required" and value_set not in OPEN:
            assert (last, ours.codes) == (last, codes(binding["valueSet"]) - {"Resource", "DomainResource"})
        else:
            assert (last, ours.codes) == (last, frozenset())


@r4.needs_data
@ALL
def test_targets_of_references_are_those_of_r4(name: str, path: str) -> None:
    for last, ours, found in pairs(name, path):
        if ours is not None and ours.kind == "Reference":
            profiles = [
                target.rsplit("/", 1)[1]
                for kind in found.definition["type"]
                if kind["code"] == "Reference"
                for target in kind.get("targetProfile", [])
            ]
            assert (last, ours.targets) == (last, frozenset(profiles) - {"Resource"})


@r4.needs_data
def test_the_resources_of_r4_are_named() -> None:
    assert codes("http://hl7.org/fhir/ValueSet/resource-types") - {"Resource", "DomainResource"} == RESOURCES


@pytest.mark.parametrize("name", ["Nonsense", "RatioRange", "CodeableReference", "", "__class__"])
def test_what_is_no_type_of_r4_is_unknown(name: str) -> None:
    with pytest.raises(KeyError):
        get_structure(name)


def test_backbone_elements_and_data_types_have_a_structure_too() -> None:
    assert get_structure("TaskRestriction").elements["period"].kind == "Period"
    assert get_structure("Identifier").elements["assigner"].targets == {"Organization"}
