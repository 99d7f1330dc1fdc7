"""The declared search parameters as others read them: SearchParameter resources (https://hl7.org/fhir/R4/searchparameter.html)
and the CapabilityStatement's lines, both from the one table of `hub.record.search.index.parameters`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from fhir_profiles.codes import BASE
from hub.domain.resource_types import TYPES
from hub.fhir import get_structure
from hub.record.search.index.parameter import Parameter, Path, targets_of
from hub.record.search.index.parameters import COMMON, JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.values import PREFIXES, modifiers_of
from hub.version import VERSION

# What R4's code list calls otherwise than a URL does (https://hl7.org/fhir/R4/valueset-search-modifier-code.html).
_CODES = {"of-type": "ofType"}
_PATHS = {"_id": "id", "_lastUpdated": "meta.lastUpdated", "_tag": "meta.tag", "_security": "meta.security"} | {
    "_profile": "meta.profile"
}


@cache
def list_search_parameters() -> tuple[dict[str, Any], ...]:
    """The SearchParameter resources. Shared between callers: not to be changed."""
    common = [_resource("Resource", name, kind, f"Resource.{_PATHS[name]}") for name, kind in COMMON.items()]
    return (*common, *(_of(kind, one) for kind, table in PARAMETERS.items() for one in table.values()))


def declare_search(resource_type: str) -> dict[str, Any]:
    """What a CapabilityStatement says of searches for a type."""
    declared = PARAMETERS[resource_type]
    includes = [f"{resource_type}:{one.name}" for one in declared.values() if one.of_reference]
    reverse = sorted(_pointing_to(resource_type))
    lines = [_line("Resource", name, kind) for name, kind in COMMON.items()]
    lines += [_line(resource_type, one.name, one.type) for one in declared.values()]
    return {
        **({"searchInclude": includes} if includes else {}),
        **({"searchRevInclude": reverse} if reverse and resource_type not in JOURNAL_TYPES else {}),
        "searchParam": lines,
    }


def _line(base: str, name: str, kind: str) -> dict[str, str]:
    return {"name": name, "definition": _url(base, name), "type": kind}


def _pointing_to(resource_type: str) -> Iterator[str]:
    for source, declared in PARAMETERS.items():
        for one in declared.values():
            if source not in JOURNAL_TYPES and one.of_reference and resource_type in targets_of(source, one):
                yield f"{source}:{one.name}"


def _of(resource_type: str, parameter: Parameter) -> dict[str, Any]:
    found = _resource(resource_type, parameter.name, parameter.type, _expression(resource_type, parameter))
    offered = modifiers_of(resource_type, parameter)
    modifiers = list(dict.fromkeys("type" if one in TYPES else _CODES.get(one, one) for one in offered))
    if modifiers:
        found["modifier"] = modifiers
    if parameter.of_reference:
        found["target"] = list(targets_of(resource_type, parameter))
    if parameter.kind in ("date", "quantity"):
        found["comparator"] = list(PREFIXES)
    if parameter.components:
        declared = PARAMETERS[resource_type]
        found["component"] = [
            {"definition": _url(resource_type, name), "expression": _within(resource_type, declared[name])}
            for name in parameter.components
        ]
    return found


def _resource(base: str, name: str, kind: str, expression: str) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "id": f"{base}-{name.removeprefix('_')}",
        "url": _url(base, name),
        "version": VERSION,
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


def _url(base: str, name: str) -> str:
    return f"{BASE}SearchParameter/{base}-{name.removeprefix('_')}"


def _within(resource_type: str, parameter: Parameter) -> str:
    """The expression of a component, from the resource on."""
    return _expression(resource_type, parameter).replace(f"{resource_type}.", "")


def _expression(resource_type: str, parameter: Parameter) -> str:
    """In FHIRPath. A choice names what it takes: `Observation.value.ofType(Quantity)`."""
    if parameter.components:
        return resource_type
    known = get_structure(resource_type).elements
    return " | ".join(_path(resource_type, path) for path in parameter.paths if path.element in known)


def _path(resource_type: str, path: Path) -> str:
    written, kind = resource_type, resource_type
    for step in (path.element, *path.steps):
        if step in ("phone", "email"):
            written += f".where(system = '{step}')"
        elif step == "exists()":
            written += ".exists()"
        elif step != "*":
            element = get_structure(kind).elements[step]
            written += f".{element.choice}.ofType({element.kind})" if element.choice else f".{step}"
            kind = element.kind
    return f"{written}.where(resolve() is {path.only})" if path.only else written
