"""The parameters of `$validate`: a resource or none, `mode` and `profile`, in the URL or in a Parameters resource."""

from __future__ import annotations

from typing import Any, NamedTuple

from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest
from hub.api.resources.parameters import get_simple_value, list_parameters
from hub.domain.errors import Invalid

Json = dict[str, Any]

_SIMPLE = ("mode", "profile")
# The modes for which a resource must be in the body (True), or must not (False).
_MODES = {"create": True, "update": True, "delete": False}


class ValidateParams(NamedTuple):
    """`resource`: the one to validate, None for the one that the URL names."""

    resource: Json | None
    mode: str
    profile: str


def read_validate_params(request: ApiRequest) -> ValidateParams:
    """Return the parameters of `request`. Raises Invalid and Malformed: as `parse_query`, the body, and
    `parse_validate_params`."""
    pairs = request.parse_query()
    has_resource = request.method == "POST" and request.body.is_present
    return parse_validate_params(pairs, request.body.read_resource() if has_resource else None)


def parse_validate_params(pairs: Pairs, resource: Json | None) -> ValidateParams:
    """Return the parameters of a URL and a body. Raises Invalid `validate-mode`: an unknown mode, or one that does not fit;
    `validate-resource`, `parameter-unknown`, `parameter-twice`."""
    if resource is not None and resource.get("resourceType") == "Parameters":
        inner, resource = _unwrap(resource)
        pairs = [*pairs, *inner]
    values = _check_once(pairs)
    mode, profile = values.get("mode", ""), values.get("profile", "")
    has_resource = resource is not None
    fits = {"": True, "profile": bool(profile)} | {name: needs == has_resource for name, needs in _MODES.items()}
    if not fits.get(mode, False):
        raise Invalid("validate-mode", where="mode")
    return ValidateParams(resource, mode, profile)


def _check_once(pairs: Pairs) -> dict[str, str]:
    """Return `pairs` as a dictionary, if each is known and there once."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in _SIMPLE:
            raise Invalid("parameter-unknown", where=name)
        if name in values:
            raise Invalid("parameter-twice", where=name)
        values[name] = value
    return values


def _unwrap(resource: Json) -> tuple[Pairs, Json | None]:
    """Return the simple parameters in a Parameters resource, and the resource in it."""
    parameters = list_parameters(resource)
    resources = [parameter.get("resource") for name, parameter in parameters if name == "resource"]
    if len(resources) > 1 or not all(isinstance(inner, dict) for inner in resources):
        raise Invalid("validate-resource", where="Parameters.parameter")
    others = [(name, parameter) for name, parameter in parameters if name != "resource"]
    if any(name not in _SIMPLE for name, _ in others):  # the name is the sender's, so it is not repeated
        raise Invalid("parameter-unknown", where="Parameters.parameter")
    return [(name, get_simple_value(name, parameter)) for name, parameter in others], resources[
        0
    ] if resources else None
