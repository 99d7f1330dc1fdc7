"""One resource against the structure of its R4 type: every problem with its path, never a value.

A walk over plain JSON takes a microsecond an element; no model is built. https://hl7.org/fhir/R4/json.html defines the JSON of
elements. Stricter than R4 in one point: a required primitive has a value, and an extension does not replace it.
"""

from __future__ import annotations

import contextlib
from typing import Any

from hub.conformance.r4 import primitives
from hub.conformance.r4.bindings import CONCEPTS
from hub.conformance.r4.containment import Containment
from hub.conformance.r4.elements import Holds
from hub.conformance.r4.invariants import INVARIANTS
from hub.conformance.r4.problems import ElementPath, EnoughError, Problems
from hub.conformance.r4.references import get_declared_type
from hub.conformance.r4.types import check_type
from hub.domain.errors import Invalid
from hub.domain.resource_types import TYPES
from hub.fhir import MODELLED, RESOURCES, Element, Structure, get_structure

MAX_ITEMS = 5000  # in one array (`docs/security.md` §5.3)
_MAY_BE_LOCAL = frozenset({"canonical", "uri", "url"})


def check(resource: dict[str, Any], *, known: frozenset[str] = TYPES) -> None:
    """Raise Invalid unless `resource` (from `hub.fhir.loads`, so of bounded depth) is valid R4 of a type in `known`.

    Invalid has up to 20 problems, each at its FHIRPath (`Task.restriction.period.start`). An unknown element is reported at the
    path of its parent, for its name is the sender's. Invariants are checked when the structure is right.
    """
    walk = _Walk()
    with contextlib.suppress(EnoughError):
        walk.check_resource(resource, check_type(resource, known))
    if walk.problems.items:
        raise Invalid(*walk.problems.items)


class _Walk:
    """The state of one `check`: the problems so far, and the invariants to check at the end."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.report = self.problems.add
        self.containment = Containment(self.problems)
        self.rules: list[tuple[str, Holds, dict[str, Any], ElementPath]] = []

    def check_resource(self, root: dict[str, Any], name: str) -> None:
        self.check_object(root, name, (name,), resource=True)
        self.containment.check()
        if not self.problems.items:
            for code, holds, value, path in self.rules:
                if not holds(value):
                    self.report(code, path)

    def check_contained(self, item: dict[str, Any], path: ElementPath) -> None:
        name = item.get("resourceType")
        if self.containment.inside is not None:
            self.report("r4-dom-2", path)
        elif not isinstance(name, str) or name not in MODELLED:
            self.report("type-unknown", (path, "resourceType"))
        else:
            self.containment.enter(path[1], name, item, path)
            self.check_object(item, name, path, resource=True)
            self.containment.inside = None

    def check_object(self, value: dict[str, Any], name: str, path: ElementPath, *, resource: bool = False) -> None:
        shape = get_structure(name)
        chosen: dict[str, str] = {}
        for key, item in value.items():
            element = shape.elements.get(key) or self.find_partner_element(key, shape, path, resource)
            if element is None:
                continue
            if element.choice and chosen.setdefault(element.choice, element.name) != element.name:
                self.report("choice-twice", (path, f"{element.choice}[x]"))
            if element.name != key:
                self.check_partners(element, item, value, (path, key))
            elif element.primitive:
                self.check_primitive(element, item, value, (path, key))
            elif element.many:
                self.check_items(element, item, (path, key))
            else:
                self.check_complex(element, item, (path, key))
        for choice in shape.required_choices.difference(chosen):
            self.report("required-missing", (path, f"{choice}[x]"))
        self.check_whole(value, shape, path, resource)

    def check_whole(self, value: dict[str, Any], shape: Structure, path: ElementPath, resource: bool) -> None:
        for key in shape.required:
            if key not in value:
                self.report("required-missing", (path, key))
        if not value or (len(value) == 1 and "id" in value and not resource):
            self.report("empty", path)  # ele-1: hasValue() or (children().count() > id.count())
        for code, holds in INVARIANTS.get(shape.name, ()):
            self.rules.append((code, holds, value, path))
        for key, holds in CONCEPTS.get(shape.name, ()):
            if key in value:
                self.rules.append(("code-unknown", holds, value[key], (path, key)))

    def find_partner_element(self, key: str, shape: Structure, path: ElementPath, resource: bool) -> Element | None:
        """Return the element `x` of a key `_x`; None, and a problem, for a key that belongs to no element."""
        element = shape.elements.get(key[1:]) if key.startswith("_") else None
        if element is not None and element.primitive:
            return element
        if key != "resourceType" or not resource:
            self.report("element-unknown", path)
        return None

    def check_array(self, item: Any, path: ElementPath) -> bool:
        """Return whether `item` is an array to look into; report it otherwise."""
        fault = ""
        if type(item) is not list:
            fault = "null" if item is None else "array-expected"
        elif not item:
            fault = "empty"
        elif len(item) > MAX_ITEMS:
            fault = "array-too-long"
        if fault:
            self.report(fault, path)
        return not fault

    def check_items(self, element: Element, item: Any, path: ElementPath) -> None:
        if self.check_array(item, path):
            for rank, inner in enumerate(item):
                self.check_complex(element, inner, (path, rank))

    def check_complex(self, element: Element, item: Any, path: ElementPath) -> None:
        if type(item) is not dict:
            self.report("null" if item is None else "object-expected", path)
        elif element.kind == "Resource":
            self.check_contained(item, path)
        else:
            self.check_object(item, element.kind, path)
            if element.kind == "Reference":
                self.check_reference(element, item, path)

    def check_reference(self, element: Element, item: dict[str, Any], path: ElementPath) -> None:
        """Check that a Reference points to what its element may, and to the type that it declares itself."""
        targets = element.targets
        if declared := get_declared_type(item):
            if declared not in RESOURCES or (targets and declared not in targets):
                self.report("reference-target", (path, "type"))
            else:
                targets = frozenset({declared})
        self.containment.add_reference(item.get("reference"), targets, path)

    def check_primitive(self, element: Element, item: Any, owner: dict[str, Any], path: ElementPath) -> None:
        if not element.many:
            self.check_value(element, item, path)
        elif self.check_array(item, path):
            partners = owner.get(f"_{element.name}")
            for rank, inner in enumerate(item):
                if inner is not None:
                    self.check_value(element, inner, (path, rank))
                elif _get_item(partners, rank) is None:
                    self.report("null", (path, rank))

    def check_value(self, element: Element, item: Any, path: ElementPath) -> None:
        kind = element.kind
        if not primitives.CHECKS[kind](item):
            self.report("null" if item is None else primitives.explain_fault(kind, item), path)
        elif element.codes and item not in element.codes:
            self.report("code-unknown", path)
        elif kind in _MAY_BE_LOCAL and item[0] == "#":
            self.containment.add_reference(item, frozenset(), path)

    def check_partners(self, element: Element, item: Any, owner: dict[str, Any], path: ElementPath) -> None:
        """Check `_x`: the id and extensions of the primitive `x`, or an array of them and nulls next to its array."""
        values = owner.get(element.name)
        if not element.many:
            self.check_partner(item, path, alone=values is None)
        elif self.check_array(item, path):
            if type(values) is list and len(values) != len(item):
                self.report("partner-length", path)
            for rank, inner in enumerate(item):
                if inner is not None:
                    self.check_partner(inner, (path, rank), alone=_get_item(values, rank) is None)
            if all(inner is None for inner in item):
                self.report("empty", path)

    def check_partner(self, item: Any, path: ElementPath, *, alone: bool) -> None:
        if type(item) is not dict:
            self.report("null" if item is None else "object-expected", path)
        elif len(item) == 1 and "id" in item and not alone:  # next to a value, an id alone is enough
            self.check_value(get_structure("Element").elements["id"], item["id"], (path, "id"))
        else:
            self.check_object(item, "Element", path)


def _get_item(values: Any, rank: int) -> Any:
    return values[rank] if type(values) is list and rank < len(values) else None
