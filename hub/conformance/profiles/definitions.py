"""Our profiles as rules to judge by: the differentials of `fhir_profiles/`, read once.

Of https://hl7.org/fhir/R4/elementdefinition.html they use only what is read here; a test refuses any other key, so that a
profile promises nothing that is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir_profiles.definitions import by_url, definitions

BASE_URL = "http://hl7.org/fhir/StructureDefinition/"
_ANY = "*"
_UNLIMITED = 1 << 31


@dataclass(frozen=True)
class Discriminator:
    """By what an item belongs to a slice: what stands at `path` in it (() for itself) has all that `pattern` says."""

    path: tuple[str, ...]
    pattern: Any


@dataclass(frozen=True)
class Step:
    """One name of a path. `discriminators`: of a slice of it, all of which an item passes."""

    name: str
    discriminators: tuple[Discriminator, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What a profile says of one element.

    `exact`: a fixed value rather than a pattern. `kinds`: the types that a choice may have, `targets` those that a Reference
    may point to; each empty when any will do. `constraints`: (key, severity, FHIRPath, in human words).
    """

    steps: tuple[Step, ...]
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
    rules: tuple[Rule, ...]
    contexts: frozenset[str]


def profile(url: str) -> Profile | None:
    """The profile of this canonical URL, which may be anyone's word; None when it is none of ours."""
    return _read(url) if url in by_url("StructureDefinition") else None


@cache
def _read(url: str) -> Profile:
    definition = by_url("StructureDefinition")[url]
    below = profile(definition["baseDefinition"])
    elements = {element["id"]: element for element in definition["differential"]["element"]}
    rules = tuple(_rule(element, elements) for element in elements.values())
    contexts = frozenset(context["expression"] for context in definition.get("context", ()))
    return Profile(url, definition["version"], definition["type"], (*(below.rules if below else ()), *rules), contexts)


@cache
def profiles_of(resource_type: str) -> tuple[str, ...]:
    """The URLs of our profiles on a type."""
    return tuple(one["url"] for one in definitions("StructureDefinition") if one["type"] == resource_type)


def _rule(element: Mapping[str, Any], elements: Mapping[str, Mapping[str, Any]]) -> Rule:
    exact, pattern = _value(element)
    most = element.get("max", _ANY)
    types = element.get("type", ())
    return Rule(
        steps=_steps(element["id"], elements),
        path=element["path"],
        least=element.get("min", 0),
        most=_UNLIMITED if most == _ANY else int(most),
        pattern=pattern,
        exact=exact,
        value_set=element["binding"]["valueSet"] if "binding" in element else "",
        kinds=frozenset(kind["code"] for kind in types) if element["path"].endswith("[x]") else frozenset(),
        targets=frozenset(_type_of(target) for kind in types for target in kind.get("targetProfile", ())),
        constraints=tuple(
            (said["key"], said["severity"], said["expression"], said["human"]) for said in element.get("constraint", ())
        ),
    )


def _value(element: Mapping[str, Any]) -> tuple[bool, Any]:
    for key, value in element.items():
        if key.startswith(("fixed", "pattern")):
            return key.startswith("fixed"), value
    return False, None


def _type_of(target: str) -> str:
    """The type that a targetProfile is a profile of."""
    ours = by_url("StructureDefinition").get(target)
    return str(ours["type"]) if ours else target.removeprefix(BASE_URL)


def _steps(element_id: str, elements: Mapping[str, Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of an id such as `Patient.name:usual.use`, from under the root."""
    steps, so_far = [], ""
    for rank, part in enumerate(element_id.split(".")):
        name, _, slice_name = part.partition(":")
        sliced = f"{so_far}.{name}" if so_far else name
        so_far = f"{so_far}.{part}" if so_far else part
        if rank:
            steps.append(Step(name, _discriminators(sliced, so_far, elements) if slice_name else ()))
    return tuple(steps)


def _discriminators(sliced: str, slice_id: str, elements: Mapping[str, Mapping[str, Any]]) -> tuple[Discriminator, ...]:
    found = []
    for discriminator in elements[sliced]["slicing"]["discriminator"]:
        path = discriminator["path"]
        own = elements[slice_id]
        if path == "url" and own["type"][0].get("profile"):
            found.append(Discriminator(("url",), own["type"][0]["profile"][0]))
        elif path == "$this":
            found.append(Discriminator((), _value(own)[1]))
        else:
            found.append(Discriminator(tuple(path.split(".")), _value(elements[f"{slice_id}.{path}"])[1]))
    return tuple(found)
