"""What `$validate` is asked: a resource or none, and the parameters `mode` and `profile`, in the URL or in Parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import request

from hub.api.http.body import read_resource
from hub.api.http.negotiation import without_format
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.resources.parameters import get_simple_value, list_parameters
from hub.domain.errors import Invalid

Json = dict[str, Any]

_SIMPLE = ("mode", "profile")
# The modes in which something must be sent (True), or named alone (False).
_MODES = {"create": True, "update": True, "delete": False}


class ValidateParams(NamedTuple):
    """`resource`: what is to be judged, None for the one that the URL names."""

    resource: Json | None
    mode: str
    profile: str


def asked() -> ValidateParams:
    """The question of this request. Invalid and Malformed as its parts are."""
    pairs = without_format(parse_pairs(request.query_string), request.headers.get("Accept"))
    return parse_validate_params(pairs, read_resource() if request.method == "POST" and request.get_data() else None)


def parse_validate_params(pairs: Pairs, sent: Json | None) -> ValidateParams:
    """What the parameters of a URL and a body ask. Invalid `validate-mode`: an unknown mode, or one that does not fit; else as
    parameters are refused."""
    if sent is not None and sent.get("resourceType") == "Parameters":
        inner, sent = _unwrapped(sent)
        pairs = [*pairs, *inner]
    given = _once(pairs)
    mode, profile = given.get("mode", ""), given.get("profile", "")
    fits = {"": True, "profile": bool(profile)} | {name: needs == (sent is not None) for name, needs in _MODES.items()}
    if not fits.get(mode, False):
        raise Invalid("validate-mode", where="mode")
    return ValidateParams(sent, mode, profile)


def _once(pairs: Pairs) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in _SIMPLE:
            raise Invalid("parameter-unknown", where=name)
        if name in given:
            raise Invalid("parameter-twice", where=name)
        given[name] = value
    return given


def _unwrapped(parameters: Json) -> tuple[Pairs, Json | None]:
    """The simple parameters, and the resource."""
    given = list_parameters(parameters)
    resources = [one.get("resource") for name, one in given if name == "resource"]
    if len(resources) > 1 or not all(isinstance(one, dict) for one in resources):
        raise Invalid("validate-resource", where="Parameters.parameter")
    others = [(name, one) for name, one in given if name != "resource"]
    if any(name not in _SIMPLE for name, _ in others):  # the name is the sender's, and not said again
        raise Invalid("parameter-unknown", where="Parameters.parameter")
    return [(name, get_simple_value(name, one)) for name, one in others], resources[0] if resources else None
