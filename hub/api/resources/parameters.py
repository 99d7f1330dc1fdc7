"""What an operation is asked: parameters in the URL of a GET, or a Parameters resource in the body of a POST.

https://hl7.org/fhir/R4/operations.html#request. Read strictly: what is not understood is refused, not ignored.
"""

from __future__ import annotations

from typing import Any

from flask import request

from hub.api.http.body import read_only_resource
from hub.api.http.negotiation import without_format
from hub.api.http.query_string import Pairs, parse_pairs
from hub.domain.errors import Invalid


def read_parameters() -> Pairs:
    """The parameters of this request as names and texts. Invalid as its parts are."""
    if request.method == "POST" and (request.content_length or "Transfer-Encoding" in request.headers):
        return [(name, get_simple_value(name, given)) for name, given in read_parameters_resource()]
    return without_format(parse_pairs(request.query_string), request.headers.get("Accept"))


def read_parameters_resource() -> list[tuple[str, dict[str, Any]]]:
    """The name and the whole of each parameter that was sent. Invalid `parameters-expected`: another resource, or another
    form."""
    return list_parameters(read_only_resource())


def list_parameters(resource: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The same of a resource that has been read already."""
    given = resource.get("parameter", [])
    if resource.get("resourceType") != "Parameters" or not isinstance(given, list):
        raise Invalid("parameters-expected")
    found = [(one.get("name"), one) for one in given if isinstance(one, dict)]
    if len(found) < len(given) or not all(isinstance(name, str) for name, _ in found):
        raise Invalid("parameters-expected")
    return [(str(name), one) for name, one in found]


def get_simple_value(name: str, parameter: dict[str, Any]) -> str:
    """The one primitive value of a parameter, as a URL would say it. Invalid `parameter-value` when it has another."""
    values = [value for key, value in parameter.items() if key != "name"]
    if len(values) != 1 or isinstance(values[0], dict | list) or values[0] is None:
        raise Invalid("parameter-value", where=name[:64])
    value = values[0]
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
