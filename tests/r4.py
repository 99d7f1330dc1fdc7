"""The published R4 (4.0.1) as a judge: its examples, and its error-level invariants evaluated by fhirpathpy.

Read by path from the shared data, never copied. A test that needs it wears `@r4.needs_data` (or the module says
`pytestmark = r4.needs_data`). `generated(type)` makes valid resources for property tests; it needs no data.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import fhirpathpy
import pytest
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from hub.domain.resource_types import TYPES
from tests.r4_generated import EXTENSIONS, generated

__all__ = ["EXTENSIONS", "NOT_JUDGED", "TYPES", "generated", "needs_data", "r4_examples", "shared_data", "violations"]

NOT_R4 = {"Questionnaire-qs1.json": "a fragment without the required status"}

# Error-level invariants that `violations` leaves out, and why.
NOT_JUDGED = {
    "ele-1": "asked of every element: the walk itself reports empty objects, a hundred times faster",
    "txt-1": "htmlChecks() is no FHIRPath function; the hub keeps no narrative",
    "txt-2": "htmlChecks() is no FHIRPath function; the hub keeps no narrative",
    "ctm-1": "resolve() needs a server",
    "per-1": "fhirpathpy orders times of two zones as texts",
    "inv-1": "fhirpathpy orders times of two zones as texts",
    "rng-2": "orders Quantities, which fhirpathpy cannot",
    "dom-3": "calls as() on collections, which fhirpathpy refuses",
    "app-4": "writes no-show where the code is noshow",
    "que-7": "asks whether a boolean `is Boolean`; fhirpathpy knows it as `boolean`",
}
# A FHIR function that fhirpathpy lacks: one primitive that has a value, not extensions alone.
ADDED = {"hasValue": {"fn": lambda nodes: [len(nodes) == 1 and not isinstance(nodes[0], dict)], "arity": {0: []}}}

Resource = dict[str, Any]


def shared_data() -> Path | None:
    """The folder of real messages and definitions (`HUB_SHARED_DATA`, default beside the project), or None."""
    project = Path(__file__).parents[1]
    folder = Path(os.environ.get("HUB_SHARED_DATA", project.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


needs_data = pytest.mark.skipif(shared_data() is None, reason="no shared data: set HUB_SHARED_DATA")


@cache
def read(path: Path) -> Resource:
    """A JSON file of the shared data, decimals with their digits. Shared between callers: do not change it."""
    return json.loads(path.read_text("utf-8"), parse_float=Decimal)


def r4_examples(types: Iterable[str] = TYPES) -> list[tuple[Path, Resource]]:
    """(path, a fresh copy) of every published example of these types, of R4 and of the guides. [] without the data."""
    data, wanted = shared_data(), frozenset(types)
    if data is None:
        return []
    paths = sorted([*data.glob("r4/examples/*/*.json"), *data.glob("igs/*/examples/*.json")])
    resources = [(path, read(path)) for path in paths if path.name not in NOT_R4]
    return [(path, copy.deepcopy(found)) for path, found in resources if found.get("resourceType") in wanted]


class Element(NamedTuple):
    """What a StructureDefinition says of one path. `target`: the path that it takes its children from."""

    path: str
    types: tuple[str, ...]
    definition: dict[str, Any]
    target: str


@cache
def elements() -> dict[str, Element]:
    """Path → element, for every R4 resource and complex type, choices under `value[x]` (`Observation.value[x]`)."""
    data = shared_data()
    assert data is not None, needs_data.kwargs["reason"]
    found = {}
    for name in ("profiles-resources.json", "profiles-types.json"):
        for entry in read(data / "r4" / name)["entry"]:
            definition = entry["resource"]
            if definition["resourceType"] == "StructureDefinition" and definition.get("derivation") != "constraint":
                for element in definition["snapshot"]["element"]:
                    types = tuple(kind["code"] for kind in element.get("type", []))
                    target = element.get("contentReference", "#" + element["path"])[1:]
                    found[element["path"]] = Element(element["path"], types, element, target)
    return found


@cache
def error_invariants(path: str) -> dict[str, str]:
    """Key → FHIRPath of the error-level invariants that stand at `path` (`Task`, `Period`, `CarePlan.activity`)."""
    rules = elements()[path].definition.get("constraint", [])
    return {rule["key"]: rule["expression"] for rule in rules if rule["severity"] == "error"}


@cache
def _compiled(expression: str, base: str) -> Any:
    compiled = fhirpathpy.compile(expression, models["r4"], {"userInvocationTable": ADDED, "traceFn": lambda *_: None})
    return lambda node, variables: compiled(ResourceNode.create_node(node, base), variables)


def violations(resource: Resource) -> list[str]:
    """Every broken error-level invariant, as `key@place`, `ele-1` included; `NOT_JUDGED` says which are left out."""
    return [
        f"{key}@{where}"
        for where, path, node in _nodes(resource, resource["resourceType"], resource["resourceType"])
        for key in _broken(node, path, resource)
    ]


def _broken(node: Resource, path: str, root: Resource) -> Iterator[str]:
    if not node:
        yield "ele-1"
    for key, expression in error_invariants(path).items():
        variables = {"resource": root, "rootResource": root}
        if key not in NOT_JUDGED and _compiled(expression, path)(node, variables) == [False]:
            yield key


def _nodes(node: Resource, path: str, where: str) -> Iterator[tuple[str, str, Resource]]:
    """(place, path in the definitions, object) of `node` and of every object under it."""
    yield where, path, node
    for key, value in node.items():
        for rank, item in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(item, dict):
                place = f"{where}.{key}" if rank is None else f"{where}.{key}[{rank}]"
                yield from _nodes(item, _path_of(item, _child(path, key)), place)


def _path_of(item: Resource, element: tuple[Element, str]) -> str:
    found, kind = element
    if kind == "Resource":
        return item["resourceType"]
    return found.target if kind in ("BackboneElement", "Element", "") else kind


def _child(path: str, key: str) -> tuple[Element, str]:
    """The element `key` under `path`, and its type; that of a primitive's partner `_key` is Element."""
    if key.startswith("_"):
        return elements()["Element"], "Element"
    exact = elements().get(f"{path}.{key}")
    if exact is not None:
        return exact, exact.types[0] if exact.types else ""
    for cut in range(1, len(key)):
        choice = elements().get(f"{path}.{key[:cut]}[x]")
        if choice is not None:
            for kind in choice.types:
                if kind[0].upper() + kind[1:] == key[cut:]:
                    return choice, kind
    raise AssertionError(f"{path}.{key} is no element of R4")
