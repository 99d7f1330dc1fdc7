"""Our profiles as rules to judge by: the differentials of `fhir_profiles/`, read once.

Of https://hl7.org/fhir/R4/elementdefinition.html they use only what is read here; a test refuses any other key, so that a
profile promises nothing that is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir_profiles.definitions import load_by_url, load_definitions

BASE_URL = "http://hl7.org/fhir/StructureDefinition/"
_ANY = "*"
_UNLIMITED = 1 << 31


@dataclass(frozen=True)
class Discriminator:
    """By what an item belongs to a slice: what stands at `path` in it (() for itself) has all that `pattern` says."""

    path: tuple[str, ...]
    pattern: Any


@dataclass(frozen=True)
class PathStep:
    """One name of a path. `discriminators`: of a slice of it, all of which an item passes."""

    name: str
    discriminators: tuple[Discriminator, ...] = ()


@dataclass(frozen=True)
class ElementRule:
    """What a profile says of one element.

    `exact`: a fixed value rather than a pattern. `kinds`: the types that a choice may have, `targets` those that a Reference
    may point to; each empty when any will do. `constraints`: (key, severity, FHIRPath, in human words).
    """

    steps: tuple[PathStep, ...]
    path: str
    least: int
    most: int
    pattern: Any
    exact: bool
    value_set: str
    kinds: frozenset[str]
    targets: frozenset[str]
    constraints: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Profile:
    """A profile with all rules of those that it is built on, theirs first. `contexts`: where an extension may stand."""

    url: str
    version: str
    type: str
    rules: tuple[ElementRule, ...]
    contexts: frozenset[str]


def find_profile(url: str) -> Profile | None:
    """The profile of this canonical URL, which may be anyone's word; None when it is none of ours."""
    return _read_profile(url) if url in load_by_url("StructureDefinition") else None


@cache
def _read_profile(url: str) -> Profile:
    definition = load_by_url("StructureDefinition")[url]
    below = find_profile(definition["baseDefinition"])
    elements = {element["id"]: element for element in definition["differential"]["element"]}
    rules = tuple(_read_rule(element, elements) for element in elements.values())
    contexts = frozenset(context["expression"] for context in definition.get("context", ()))
    return Profile(url, definition["version"], definition["type"], (*(below.rules if below else ()), *rules), contexts)


@cache
def list_profiles(resource_type: str) -> tuple[str, ...]:
    """The URLs of our profiles on a type."""
    return tuple(one["url"] for one in load_definitions("StructureDefinition") if one["type"] == resource_type)


def _read_rule(element: Mapping[str, Any], elements: Mapping[str, Mapping[str, Any]]) -> ElementRule:
    exact, pattern = _read_value(element)
    most = element.get("max", _ANY)
    types = element.get("type", ())
    return ElementRule(
        steps=_read_steps(element["id"], elements),
        path=element["path"],
        least=element.get("min", 0),
        most=_UNLIMITED if most == _ANY else int(most),
        pattern=pattern,
        exact=exact,
        value_set=element["binding"]["valueSet"] if "binding" in element else "",
        kinds=frozenset(kind["code"] for kind in types) if element["path"].endswith("[x]") else frozenset(),
        targets=frozenset(_get_target_type(target) for kind in types for target in kind.get("targetProfile", ())),
        constraints=tuple(
            (said["key"], said["severity"], said["expression"], said["human"]) for said in element.get("constraint", ())
        ),
    )


def _read_value(element: Mapping[str, Any]) -> tuple[bool, Any]:
    for key, value in element.items():
        if key.startswith(("fixed", "pattern")):
            return key.startswith("fixed"), value
    return False, None


def _get_target_type(target: str) -> str:
    """The type that a targetProfile is a profile of."""
    ours = load_by_url("StructureDefinition").get(target)
    return str(ours["type"]) if ours else target.removeprefix(BASE_URL)


def _read_steps(element_id: str, elements: Mapping[str, Mapping[str, Any]]) -> tuple[PathStep, ...]:
    """The steps of an id such as `Patient.name:usual.use`, from under the root."""
    steps, so_far = [], ""
    for rank, part in enumerate(element_id.split(".")):
        name, _, slice_name = part.partition(":")
        sliced = f"{so_far}.{name}" if so_far else name
        so_far = f"{so_far}.{part}" if so_far else part
        if rank:
            steps.append(PathStep(name, _read_discriminators(sliced, so_far, elements) if slice_name else ()))
    return tuple(steps)


def _read_discriminators(
    sliced: str, slice_id: str, elements: Mapping[str, Mapping[str, Any]]
) -> tuple[Discriminator, ...]:
    found = []
    for discriminator in elements[sliced]["slicing"]["discriminator"]:
        path = discriminator["path"]
        own = elements[slice_id]
        if path == "url" and own["type"][0].get("profile"):
            found.append(Discriminator(("url",), own["type"][0]["profile"][0]))
        elif path == "$this":
            found.append(Discriminator((), _read_value(own)[1]))
        else:
            found.append(Discriminator(tuple(path.split(".")), _read_value(elements[f"{slice_id}.{path}"])[1]))
    return tuple(found)
