"""The search parameters as SearchParameter resources (https://hl7.org/fhir/R4/searchparameter.html) and in the
CapabilityStatement, both from the one table of `hub.record.search.index.parameters`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from fhir_profiles.codes import BASE
from hub.api.metadata.standard_parameters import find_standard_url
from hub.domain.resource_types import TYPES
from hub.fhir import get_structure
from hub.record.search.index.parameter import Parameter, Path, list_targets
from hub.record.search.index.parameters import COMMON, JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.values import PREFIXES, list_modifiers
from hub.version import VERSION

# Modifiers whose code differs from how a URL writes them (https://hl7.org/fhir/R4/valueset-search-modifier-code.html).
_CODES = {"of-type": "ofType"}
_PATHS = {"_id": "id", "_lastUpdated": "meta.lastUpdated", "_tag": "meta.tag", "_security": "meta.security"} | {
    "_profile": "meta.profile"
}


@cache
def list_search_parameters() -> tuple[dict[str, Any], ...]:
    """Return the SearchParameter resources. Shared between callers, so not to be changed."""
    common = [_write_base("Resource", name, kind, f"Resource.{_PATHS[name]}") for name, kind in COMMON.items()]
    return (
        *common,
        *(_write_resource(kind, parameter) for kind, table in PARAMETERS.items() for parameter in table.values()),
    )


def declare_search(resource_type: str) -> dict[str, Any]:
    """Return the elements of CapabilityStatement.rest.resource about searches for a type."""
    parameters = PARAMETERS[resource_type].values()
    includes = [f"{resource_type}:{parameter.name}" for parameter in parameters if parameter.of_reference]
    reverse = sorted(_list_reverse_includes(resource_type))
    declarations = [_declare_parameter("Resource", name, kind) for name, kind in COMMON.items()]
    declarations += [_declare_parameter(resource_type, parameter.name, parameter.type) for parameter in parameters]
    return {
        **({"searchInclude": includes} if includes else {}),
        **({"searchRevInclude": reverse} if reverse and resource_type not in JOURNAL_TYPES else {}),
        "searchParam": declarations,
    }


def _declare_parameter(base: str, name: str, kind: str) -> dict[str, str]:
    return {"name": name, "definition": _get_definition(base, name), "type": kind}


def _get_definition(base: str, name: str) -> str:
    """Return the canonical URL of a parameter: R4's where it is R4's, so that clients know it; else that of ours."""
    return find_standard_url(base, name) or _make_url(base, name)


def _list_reverse_includes(resource_type: str) -> Iterator[str]:
    """Yield `Type:parameter` of each reference to the type."""
    for source, parameters in PARAMETERS.items():
        for parameter in parameters.values():
            if source in JOURNAL_TYPES or not parameter.of_reference:
                continue
            if resource_type in list_targets(source, parameter):
                yield f"{source}:{parameter.name}"


def _write_resource(resource_type: str, parameter: Parameter) -> dict[str, Any]:
    expression = _write_expression(resource_type, parameter)
    resource = _write_base(resource_type, parameter.name, parameter.type, expression)
    codes = (
        "type" if modifier in TYPES else _CODES.get(modifier, modifier)
        for modifier in list_modifiers(resource_type, parameter)
    )
    modifiers = list(dict.fromkeys(codes))
    if modifiers:
        resource["modifier"] = modifiers
    if parameter.of_reference:
        resource["target"] = list(list_targets(resource_type, parameter))
    if parameter.kind in ("date", "quantity"):
        resource["comparator"] = list(PREFIXES)
    if parameter.components:
        parameters = PARAMETERS[resource_type]
        resource["component"] = [
            {
                "definition": _get_definition(resource_type, name),
                "expression": _write_component(resource_type, parameters[name]),
            }
            for name in parameter.components
        ]
    return resource


def _write_base(base: str, name: str, kind: str, expression: str) -> dict[str, Any]:
    """Return the elements that every SearchParameter has."""
    standard_url = find_standard_url(base, name)
    return {
        "resourceType": "SearchParameter",
        "id": f"{base}-{name.removeprefix('_')}",
        "url": _make_url(base, name),
        "version": VERSION,
        **({"derivedFrom": standard_url} if standard_url else {}),
        "name": base + "".join(word[:1].upper() + word[1:] for word in name.replace("_", "-").split("-")),
        "status": "active",
        "description": f"What the hub finds as {name}: {expression}. One finds by what one sees of it, and by nothing else.",
        "code": name,
        "base": [base],
        "type": kind,
        "expression": expression,
        "multipleOr": True,
        "multipleAnd": True,
    }


def _make_url(base: str, name: str) -> str:
    return f"{BASE}SearchParameter/{base}-{name.removeprefix('_')}"


def _write_component(resource_type: str, parameter: Parameter) -> str:
    """Return the expression of a component, which begins at the resource."""
    return _write_expression(resource_type, parameter).replace(f"{resource_type}.", "")


def _write_expression(resource_type: str, parameter: Parameter) -> str:
    """Return the FHIRPath of a parameter. A choice has the type of its value: `Observation.value.ofType(Quantity)`."""
    if parameter.components:
        return resource_type
    elements = get_structure(resource_type).elements
    return " | ".join(_write_path(resource_type, path) for path in parameter.paths if path.element in elements)


def _write_path(resource_type: str, path: Path) -> str:
    expression, kind = resource_type, resource_type
    for step in (path.element, *path.steps):
        if step in ("phone", "email"):
            expression += f".where(system = '{step}')"
        elif step == "exists()":
            expression += ".exists()"
        elif step != "*":
            element = get_structure(kind).elements[step]
            expression += f".{element.choice}.ofType({element.kind})" if element.choice else f".{step}"
            kind = element.kind
    return f"{expression}.where(resolve() is {path.only})" if path.only else expression
