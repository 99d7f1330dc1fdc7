"""The OpenAPI 3.1 document of the FHIR API and of intake: https://spec.openapis.org/oas/v3.1.0. Pure.

It is made of the table of routes and the CapabilityStatement, so it has exactly the calls that are routed and declared. Resources
are open objects: their elements are defined by R4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.registry import ADAPTERS
from hub.api.docs.openapi.calls import list_calls
from hub.api.docs.openapi.components import HEADERS, PARAMETERS, SCHEMAS, build_error_responses, make_ref
from hub.api.docs.openapi.examples import RESOURCES
from hub.api.docs.openapi.intake import ANSWER_PATH, build_answer_path, build_intake_path
from hub.api.docs.openapi.intake import PATH as INTAKE_PATH
from hub.api.docs.openapi.operations import OperationWriter
from hub.api.http.route import PREFIX, Route

Json = dict[str, Any]

_SECURITY = "smart"


def build_openapi(statement: Json, routes: Iterable[Route]) -> Json:
    """Return the OpenAPI document of the hub that has the CapabilityStatement `statement` and the rows `routes`."""
    base = statement["implementation"]["url"]
    [rest] = statement["rest"]
    media_types = [name for name in statement["format"] if "/" in name]
    declarations = {resource["type"]: resource for resource in rest["resource"]}
    writer = OperationWriter(declarations, media_types)
    paths: dict[str, Json] = {}
    for call in list_calls(statement, routes):
        paths.setdefault(call.path, {})[call.method.lower()] = writer.write(call)
    intake_types = dict.fromkeys(name for adapter in ADAPTERS.values() for name in adapter.media_types)
    paths[INTAKE_PATH] = build_intake_path(base.removesuffix(PREFIX), intake_types)
    paths[ANSWER_PATH] = build_answer_path(base.removesuffix(PREFIX), intake_types)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{statement['software']['name']}: FHIR R4",
            "version": statement["software"]["version"],
            "description": rest["documentation"],
        },
        "servers": [{"url": base}],
        "security": [{_SECURITY: []}],
        "tags": [{"name": name} for name in sorted({tag for path in paths.values() for tag in _list_tags(path)})],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS | {name: _write_schema(name) for name in declarations},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": build_error_responses(media_types),
            "securitySchemes": {_SECURITY: _write_security(base, rest)},
        },
    }


def _list_tags(path: Json) -> list[str]:
    return [tag for operation in path.values() for tag in operation["tags"]]


def _write_schema(resource_type: str) -> Json:
    """Return the schema of a type of R4: an open object of that `resourceType`."""
    schema: Json = {
        "allOf": [make_ref("schemas", "Resource")],
        "properties": {"resourceType": {"const": resource_type}},
    }
    return schema | ({"examples": [RESOURCES[resource_type]]} if resource_type in RESOURCES else {})


def _write_security(base: str, rest: Json) -> Json:
    """https://hl7.org/fhir/smart-app-launch/backend-services.html: a token for a signed assertion, no shared secret."""
    types = [resource["type"] for resource in rest["resource"]]
    scopes = {f"system/{name}.cruds": f"All of {name} that your role allows" for name in types}
    return {
        "type": "oauth2",
        "description": f"SMART Backend Services, private_key_jwt: see {base}/.well-known/smart-configuration",
        "flows": {"clientCredentials": {"tokenUrl": f"{base.removesuffix(PREFIX)}/oauth/token", "scopes": scopes}},
    }
