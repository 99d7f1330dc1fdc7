"""One resource against the structure of its R4 type: all that is wrong, each with its place, never a value.

A walk over plain JSON, a microsecond an element; no model is built. https://hl7.org/fhir/R4/json.html says how elements
stand in JSON. Stricter than R4 in one point: a required primitive has a value, an extension does not replace it.
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
from hub.conformance.r4.types import check_type
from hub.domain.errors import Invalid
from hub.domain.resource_types import TYPES
from hub.fhir import MODELLED, Element, Structure, get_structure

MAX_ITEMS = 5000  # in one array (`docs/security.md` §5.3)
_MAY_BE_LOCAL = frozenset({"canonical", "uri", "url"})


def check(resource: dict[str, Any], *, known: frozenset[str] = TYPES) -> None:
    """Nothing, if `resource` (from `hub.fhir.loads`, so of bounded depth) is valid R4 of a type in `known`.

    Invalid: with up to 20 problems, each at its FHIRPath place (`Task.restriction.period.start`; an unknown element at
    the place of its parent, for its name is the sender's): structure first, invariants when the structure holds.
    """
    walk = _Walk()
    with contextlib.suppress(EnoughError):
        walk.resource(resource, check_type(resource, known))
    if walk.problems.found:
        raise Invalid(*walk.problems.found)


class _Walk:
    """The state of one `check`: what is wrong so far, what to judge at the end."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.wrong = self.problems.add
        self.containment = Containment(self.problems)
        self.rules: list[tuple[str, Holds, dict[str, Any], ElementPath]] = []

    def resource(self, root: dict[str, Any], name: str) -> None:
        self.object(root, name, (name,), resource=True)
        self.containment.judge()
        if not self.problems.found:
            for code, holds, value, place in self.rules:
                if not holds(value):
                    self.wrong(code, place)

    def contained(self, item: dict[str, Any], place: ElementPath) -> None:
        name = item.get("resourceType")
        if self.containment.inside is not None:
            self.wrong("r4-dom-2", place)
        elif not isinstance(name, str) or name not in MODELLED:
            self.wrong("type-unknown", (place, "resourceType"))
        else:
            self.containment.enter(place[1], name, item, place)
            self.object(item, name, place, resource=True)
            self.containment.inside = None

    def object(self, value: dict[str, Any], name: str, place: ElementPath, *, resource: bool = False) -> None:
        shape = get_structure(name)
        chosen: dict[str, str] = {}
        for key, item in value.items():
            element = shape.elements.get(key) or self.aside(key, shape, place, resource)
            if element is None:
                continue
            if element.choice and chosen.setdefault(element.choice, element.name) != element.name:
                self.wrong("choice-twice", (place, f"{element.choice}[x]"))
            if element.name != key:
                self.partners(element, item, value, (place, key))
            elif element.primitive:
                self.primitive(element, item, value, (place, key))
            elif element.many:
                self.items(element, item, (place, key))
            else:
                self.complex(element, item, (place, key))
        for choice in shape.required_choices.difference(chosen):
            self.wrong("required-missing", (place, f"{choice}[x]"))
        self.whole(value, shape, place, resource)

    def whole(self, value: dict[str, Any], shape: Structure, place: ElementPath, resource: bool) -> None:
        for key in shape.required:
            if key not in value:
                self.wrong("required-missing", (place, key))
        if not value or (len(value) == 1 and "id" in value and not resource):
            self.wrong("empty", place)  # ele-1: hasValue() or (children().count() > id.count())
        for code, holds in INVARIANTS.get(shape.name, ()):
            self.rules.append((code, holds, value, place))
        for key, holds in CONCEPTS.get(shape.name, ()):
            if key in value:
                self.rules.append(("code-unknown", holds, value[key], (place, key)))

    def aside(self, key: str, shape: Structure, place: ElementPath, resource: bool) -> Element | None:
        """What a key that is no element belongs to: the element `x` of a partner `_x`, or nothing to look into."""
        element = shape.elements.get(key[1:]) if key.startswith("_") else None
        if element is not None and element.primitive:
            return element
        if key != "resourceType" or not resource:
            self.wrong("element-unknown", place)
        return None

    def array(self, item: Any, place: ElementPath) -> bool:
        """Is it an array that one may look into?"""
        fault = ""
        if type(item) is not list:
            fault = "null" if item is None else "array-expected"
        elif not item:
            fault = "empty"
        elif len(item) > MAX_ITEMS:
            fault = "array-too-long"
        if fault:
            self.wrong(fault, place)
        return not fault

    def items(self, element: Element, item: Any, place: ElementPath) -> None:
        if self.array(item, place):
            for rank, inner in enumerate(item):
                self.complex(element, inner, (place, rank))

    def complex(self, element: Element, item: Any, place: ElementPath) -> None:
        if type(item) is not dict:
            self.wrong("null" if item is None else "object-expected", place)
        elif element.kind == "Resource":
            self.contained(item, place)
        else:
            self.object(item, element.kind, place)
            if element.kind == "Reference":
                self.containment.reference(item.get("reference"), element.targets, place)

    def primitive(self, element: Element, item: Any, owner: dict[str, Any], place: ElementPath) -> None:
        if not element.many:
            self.value(element, item, place)
        elif self.array(item, place):
            partners = owner.get(f"_{element.name}")
            for rank, inner in enumerate(item):
                if inner is not None:
                    self.value(element, inner, (place, rank))
                elif _get_item(partners, rank) is None:
                    self.wrong("null", (place, rank))

    def value(self, element: Element, item: Any, place: ElementPath) -> None:
        kind = element.kind
        if not primitives.CHECKS[kind](item):
            self.wrong("null" if item is None else primitives.explain_fault(kind, item), place)
        elif element.codes and item not in element.codes:
            self.wrong("code-unknown", place)
        elif kind in _MAY_BE_LOCAL and item[0] == "#":
            self.containment.reference(item, frozenset(), place)

    def partners(self, element: Element, item: Any, owner: dict[str, Any], place: ElementPath) -> None:
        """`_x`: ids and extensions of the primitive `x`, or an array of them and nulls beside its array."""
        values = owner.get(element.name)
        if not element.many:
            self.partner(item, place, alone=values is None)
        elif self.array(item, place):
            if type(values) is list and len(values) != len(item):
                self.wrong("partner-length", place)
            for rank, inner in enumerate(item):
                if inner is not None:
                    self.partner(inner, (place, rank), alone=_get_item(values, rank) is None)
            if all(inner is None for inner in item):
                self.wrong("empty", place)

    def partner(self, item: Any, place: ElementPath, *, alone: bool) -> None:
        if type(item) is not dict:
            self.wrong("null" if item is None else "object-expected", place)
        elif len(item) == 1 and "id" in item and not alone:  # beside a value, an id may stand by itself
            self.value(get_structure("Element").elements["id"], item["id"], (place, "id"))
        else:
            self.object(item, "Element", place)


def _get_item(values: Any, rank: int) -> Any:
    return values[rank] if type(values) is list and rank < len(values) else None
