"""The structure of R4 types, read from the R4B models of fhir.resources and corrected where R4 differs.

Compact and cached: `hub.conformance` walks it instead of building a pydantic model, which is forty times faster
(`docs/performance.md` §1). Each model class is loaded when it is first needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from hub.fhir.r4 import CODES, NOT_R4, TARGETS

_PLAIN = {bool: "boolean", int: "integer", str: "string"}
_NO_ELEMENT = ("resource_type", "resourceType", "fhir_comments")


@dataclass(frozen=True, slots=True)
class Element:
    """One JSON property. `kind`: a primitive (`dateTime`), a complex type (`Period`, `TaskRestriction`), or `Resource`.

    `choice`: the x of `value[x]`, or "". `codes`: of a required binding, empty when any code will do. `targets`: the
    types that a Reference may point to, empty when any will do. `required` of a choice: one of its elements is.
    """

    name: str
    kind: str
    primitive: bool
    many: bool
    required: bool
    choice: str
    codes: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Structure:
    """A type: its elements by JSON name in FHIR's order, the names that it requires (`status`), the choices that it
    requires (`value`), and all its choices."""

    name: str
    elements: dict[str, Element]
    required: tuple[str, ...]
    required_choices: frozenset[str]
    choices: frozenset[str]


@cache
def get_structure(name: str) -> Structure:
    """Return the structure of a resource (`Task`), a type (`Period`) or a backbone element (`TaskRestriction`).

    KeyError: no such type in R4.
    """
    model = _load_model(name)
    fields = {(field.alias or key): field for key, field in model.model_fields.items()}
    ordered = [key for key in model.elements_sequence() if key in fields]
    rest = [key for key in fields if key not in ordered and key not in _NO_ELEMENT and not key.startswith("_")]
    built = [_build_element(name, key, fields[key]) for key in (*ordered, *rest)]
    elements = {element.name: element for element in built if element.kind not in NOT_R4}
    return Structure(
        name,
        elements,
        tuple(key for key, element in elements.items() if element.required and not element.choice),
        frozenset(element.choice for element in elements.values() if element.required and element.choice),
        frozenset(element.choice for element in elements.values() if element.choice),
    )


def _load_model(name: str) -> Any:
    from fhir.resources.R4B import (
        get_fhir_model_class,  # imported here: it loads pydantic, 150 ms that `loads` does not need
    )

    if name in NOT_R4:
        raise KeyError(name)
    try:
        return get_fhir_model_class(name)
    except ValueError:
        raise KeyError(name) from None


def _build_element(owner: str, name: str, field: Any) -> Element:
    extra = field.json_schema_extra or {}
    kind, primitive, many = _read_annotation(field.annotation)
    codes = extra.get("enum_values", ()) if kind == "code" else ()
    targets = extra.get("enum_reference_types", ()) if kind == "Reference" else ()
    required = field.is_required() or extra.get("element_required") or extra.get("one_of_many_required")
    return Element(
        name,
        kind,
        primitive,
        many,
        bool(required),
        extra.get("one_of_many") or "",
        CODES.get((owner, name), frozenset(codes)),
        TARGETS.get((owner, name), frozenset(targets) - {"Resource"}),
    )


def _read_annotation(annotation: Any) -> tuple[str, bool, bool]:
    """Return (FHIR type, whether a primitive, whether a list) of an annotation such as `Optional[List[PeriodType]]`."""
    many = False
    while get_origin(annotation) is not None and not hasattr(annotation, "__metadata__"):
        many = many or get_origin(annotation) is list
        annotation = next(argument for argument in get_args(annotation) if argument is not type(None))
    if hasattr(annotation, "__metadata__"):  # Annotated[str, Code()]: the last argument is FHIR's
        name = type(annotation.__metadata__[-1]).__name__.removesuffix("Version")
        return name[0].lower() + name[1:], True, many
    if annotation in _PLAIN:
        return _PLAIN[annotation], True, many
    return annotation.__name__.removesuffix("Type"), False, many
