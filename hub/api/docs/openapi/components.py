"""What the calls of the OpenAPI document share: parameters, headers, schemas, refusals."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ID = {"type": "string", "pattern": "^[A-Za-z0-9\\-.]{1,64}$"}


def _write_header(name: str, description: str, example: str) -> Json:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}, "example": example}


def _write_path_parameter(name: str, description: str, schema: Json | None = None) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema or ID}


def _write_query_parameter(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


PARAMETERS: dict[str, Json] = {
    "id": _write_path_parameter("id", "Logical id, given by the hub"),
    "version_id": _write_path_parameter("version_id", "Version id, from meta.versionId"),
    "format": _write_query_parameter("_format", "Takes precedence over Accept", {"type": "string"}),
    "count": _write_query_parameter("_count", "Resources in a page", {"type": "integer", "minimum": 0}),
    "cursor": _write_query_parameter(
        "_cursor", "From a link `next`; it is of no use without your token", {"type": "string"}
    ),
    "if_match": _write_header("If-Match", "The version that you change, from its ETag", 'W/"abc"'),
    "if_none_match": _write_header(
        "If-None-Match", "ETags that you have: 304, or on a write 412, when one is still valid", 'W/"abc"'
    ),
    "if_unmodified_since": _write_header(
        "If-Unmodified-Since", "412 if it changed later; counts only without If-Match", "Sat, 21 Nov 2026 08:00:00 GMT"
    ),
    "if_none_exist": _write_header(
        "If-None-Exist", "Create only if this search finds nothing", "identifier=urn:oid:1.2.3|7"
    ),
    "prefer": _write_header(
        "Prefer", "return=minimal, representation or OperationOutcome; handling=lenient", "return=minimal"
    ),
}

HEADERS: dict[str, Json] = {
    "ETag": {"description": "The version that you see", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When what you see last changed", "schema": {"type": "string"}},
    "Location": {"description": "The address of what was written", "schema": {"type": "string"}},
    "Content-Location": {
        "description": "The address of the status of what was started",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {"description": "RFC 6750", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "Name it when you report a fault", "schema": {"type": "string"}},
}

SCHEMAS: dict[str, Json] = {
    "Resource": {
        "type": "object",
        "description": "A FHIR R4 resource, https://hl7.org/fhir/R4: an open object, which the hub validates, not this document",
        "required": ["resourceType"],
        "properties": {"resourceType": {"type": "string"}},
        "additionalProperties": True,
    },
    "OperationOutcome": {
        "type": "object",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["severity", "code"],
                    "properties": {
                        "severity": {"enum": ["fatal", "error", "warning", "information"]},
                        "code": {"type": "string"},
                        "diagnostics": {"type": "string"},
                        "expression": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
    },
}

# Status → what it means on every route; each answer has an OperationOutcome that says what to do.
REFUSALS: dict[str, str] = {
    "400": "Not readable, or a parameter that is not offered",
    "401": "No access token, or one that is not valid",
    "403": "Your role or the token's scopes never allow this",
    "404": "Absent, or hidden from you: the answer is the same",
    "405": "This method is not taken here",
    "406": "No form of answer that you accept",
    "409": "Against the present state",
    "412": "Changed since the version that you name, or several match",
    "413": "Too large",
    "415": "This media type is not taken here",
    "422": "Readable, and against a rule: each issue says which and where",
    "428": "Say in If-Match which version you change",
    "429": "Too many requests",
    "500": "The hub failed; the answer says nothing more",
}


def make_ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def build_error_responses(media_types: list[str]) -> dict[str, Json]:
    """Return the Response Object of each refusal, by status."""
    schema = make_ref("schemas", "OperationOutcome")
    return {
        status: {
            "description": description,
            "headers": {name: make_ref("headers", name) for name in _list_headers(status)},
            "content": {media_type: {"schema": schema} for media_type in media_types},
        }
        for status, description in REFUSALS.items()
    }


def _list_headers(status: str) -> list[str]:
    return ["X-Request-Id", "WWW-Authenticate"] if status in ("401", "403") else ["X-Request-Id"]
