"""The parameters of an operation: in the URL of a GET, or in a Parameters resource in the body of a POST.

https://hl7.org/fhir/R4/operations.html#request. Parsed strictly: what is not known is refused, not ignored.
"""

from __future__ import annotations

from typing import Any

from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest
from hub.domain.errors import Invalid


def read_parameters(request: ApiRequest) -> Pairs:
    """Return the parameters as names and texts. Raises Invalid as `ApiRequest.parse_query`, `read_resource` and
    `get_simple_value`."""
    if request.method == "POST" and request.body.is_present:
        parameters = list_parameters(request.read_resource())
        return [(name, get_simple_value(name, parameter)) for name, parameter in parameters]
    return request.parse_query()


def list_parameters(resource: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the whole of each parameter of a Parameters resource. Raises Invalid `parameters-expected` for
    anything else."""
    parameters = resource.get("parameter", [])
    if resource.get("resourceType") != "Parameters" or not isinstance(parameters, list):
        raise Invalid("parameters-expected")
    pairs = [(parameter.get("name"), parameter) for parameter in parameters if isinstance(parameter, dict)]
    if len(pairs) < len(parameters) or not all(isinstance(name, str) for name, _ in pairs):
        raise Invalid("parameters-expected")
    return [(str(name), parameter) for name, parameter in pairs]


def get_simple_value(name: str, parameter: dict[str, Any]) -> str:
    """Return the one primitive value of a parameter, as a URL would have it. Raises Invalid `parameter-value` when it has
    another."""
    values = [value for key, value in parameter.items() if key != "name"]
    if len(values) != 1 or isinstance(values[0], dict | list) or values[0] is None:
        raise Invalid("parameter-value", where=name[:64])
    value = values[0]
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
