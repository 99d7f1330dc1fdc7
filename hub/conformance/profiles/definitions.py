"""Our profiles as rules to check resources by: the differentials of `fhir_profiles/`, read once.

Of https://hl7.org/fhir/R4/elementdefinition.html they use only what is read here. A test refuses any other key, so that a
profile promises nothing that is not checked.
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
    """The test of an item for a slice: the value at `path` in it (() for the item itself) matches `pattern`."""

    path: tuple[str, ...]
    pattern: Any


@dataclass(frozen=True)
class PathStep:
    """One name of a path. `discriminators`: those of a slice; an item of the slice passes all of them."""

    name: str
    discriminators: tuple[Discriminator, ...] = ()


@dataclass(frozen=True)
class ElementRule:
    """What a profile requires of one element.

    `least`, `most`: its cardinality. `exact`: `pattern` is a fixed value. `kinds`: the types that a choice may have, `targets`
    those that a Reference may point to; each empty when any will do. `constraints`: (key, severity, FHIRPath, human words).
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
    """A profile with the rules of those that it is built on, theirs first. `contexts`: the elements that an extension is for."""

    url: str
    version: str
    type: str
    rules: tuple[ElementRule, ...]
    contexts: frozenset[str]


def find_profile(url: str) -> Profile | None:
    """Return our profile of this canonical URL, which a client may have sent; None when there is none."""
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
    """Return the URLs of our profiles on a type."""
    definitions = load_definitions("StructureDefinition")
    return tuple(definition["url"] for definition in definitions if definition["type"] == resource_type)


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
            (rule["key"], rule["severity"], rule["expression"], rule["human"]) for rule in element.get("constraint", ())
        ),
    )


def _read_value(element: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return (whether it is fixed, the fixed value or the pattern); (False, None) without either."""
    for key, value in element.items():
        if key.startswith(("fixed", "pattern")):
            return key.startswith("fixed"), value
    return False, None


def _get_target_type(target: str) -> str:
    """Return the type that a targetProfile is a profile of."""
    definition = load_by_url("StructureDefinition").get(target)
    return str(definition["type"]) if definition else target.removeprefix(BASE_URL)


def _read_steps(element_id: str, elements: Mapping[str, Mapping[str, Any]]) -> tuple[PathStep, ...]:
    """Return the steps of an id such as `Patient.name:usual.use`, without the root."""
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
    discriminators = []
    for discriminator in elements[sliced]["slicing"]["discriminator"]:
        path = discriminator["path"]
        own = elements[slice_id]
        if path == "url" and own["type"][0].get("profile"):
            discriminators.append(Discriminator(("url",), own["type"][0]["profile"][0]))
        elif path == "$this":
            discriminators.append(Discriminator((), _read_value(own)[1]))
        else:
            discriminators.append(Discriminator(tuple(path.split(".")), _read_value(elements[f"{slice_id}.{path}"])[1]))
    return tuple(discriminators)
