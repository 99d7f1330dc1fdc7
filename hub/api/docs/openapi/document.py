"""OpenAPI 3.1 of the FHIR door: https://spec.openapis.org/oas/v3.1.0. Pure.

Written from the routes that the door mounts and from the CapabilityStatement, which is made of the tables that the code obeys:
what is not declared there is not here. Resources are open objects; what R4 asks of them stands in R4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.api.docs.openapi.calls import list_calls
from hub.api.docs.openapi.components import HEADERS, PARAMETERS, SCHEMAS, build_error_responses, make_ref
from hub.api.docs.openapi.examples import RESOURCES
from hub.api.docs.openapi.operations import Writer
from hub.api.http.route import Route

Json = dict[str, Any]

_SECURITY = "smart"


def build_openapi(statement: Json, routes: Iterable[Route]) -> Json:
    """The OpenAPI document of the hub that says `statement` (a CapabilityStatement) of itself and mounts `routes`."""
    base = statement["implementation"]["url"]
    [rest] = statement["rest"]
    media_types = [name for name in statement["format"] if "/" in name]
    writer = Writer({found["type"]: found for found in rest["resource"]}, media_types)
    paths: dict[str, Json] = {}
    for call in list_calls(statement, routes):
        paths.setdefault(call.path, {})[call.method.lower()] = writer.operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{statement['software']['name']}: FHIR R4",
            "version": statement["software"]["version"],
            "description": rest["documentation"],
        },
        "servers": [{"url": base}],
        "security": [{_SECURITY: []}],
        "tags": [{"name": name} for name in sorted({tag for path in paths.values() for tag in _tags(path)})],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS | {found["type"]: _open_object(found["type"]) for found in rest["resource"]},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": build_error_responses(media_types),
            "securitySchemes": {_SECURITY: _security(base, rest)},
        },
    }


def _tags(path: Json) -> list[str]:
    return [tag for operation in path.values() for tag in operation["tags"]]


def _open_object(resource_type: str) -> Json:
    """R4's type by name; each of its resources has at least that."""
    found: Json = {
        "allOf": [make_ref("schemas", "Resource")],
        "properties": {"resourceType": {"const": resource_type}},
    }
    return found | ({"examples": [RESOURCES[resource_type]]} if resource_type in RESOURCES else {})


def _security(base: str, rest: Json) -> Json:
    """https://hl7.org/fhir/smart-app-launch/backend-services.html: a token for a signed assertion, no shared secret."""
    [uris] = rest["security"]["extension"]
    urls = {one["url"]: one["valueUri"] for one in uris["extension"]}
    scopes = {
        f"system/{found['type']}.cruds": f"All of {found['type']} that your role allows" for found in rest["resource"]
    }
    return {
        "type": "oauth2",
        "description": f"SMART Backend Services, private_key_jwt: see {base}/.well-known/smart-configuration",
        "flows": {"clientCredentials": {"tokenUrl": urls["token"], "scopes": scopes}},
    }
