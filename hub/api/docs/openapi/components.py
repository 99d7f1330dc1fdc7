"""What the calls of the OpenAPI document share: headers, parameters, answers, the open object that a resource is."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ID = {"type": "string", "pattern": "^[A-Za-z0-9\\-.]{1,64}$"}


def _header(name: str, description: str, example: str) -> Json:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}, "example": example}


def _of_path(name: str, description: str, schema: Json | None = None) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema or ID}


def _of_query(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


PARAMETERS: dict[str, Json] = {
    "id": _of_path("id", "Logical id, given by the hub"),
    "version_id": _of_path("version_id", "Version id, as meta.versionId says it"),
    "format": _of_query("_format", "Goes before Accept", {"type": "string"}),
    "count": _of_query("_count", "Resources in a page", {"type": "integer", "minimum": 0}),
    "cursor": _of_query("_cursor", "From the link `next`; it alone opens nothing", {"type": "string"}),
    "if_match": _header("If-Match", "The version that you change, as its ETag says it", 'W/"abc"'),
    "if_none_match": _header("If-None-Match", "ETags that you hold: 304 when one is still true", 'W/"abc"'),
    "if_none_exist": _header("If-None-Exist", "Create only if this search finds nothing", "identifier=urn:oid:1.2.3|7"),
    "prefer": _header(
        "Prefer", "return=minimal, representation or OperationOutcome; handling=lenient", "return=minimal"
    ),
}

HEADERS: dict[str, Json] = {
    "ETag": {"description": "The version that you see", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When what you see last changed", "schema": {"type": "string"}},
    "Location": {"description": "Where what was made stands", "schema": {"type": "string"}},
    "Content-Location": {
        "description": "Where the outcome of what was started can be asked for",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {"description": "RFC 6750", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "Name it when you report a fault", "schema": {"type": "string"}},
}

SCHEMAS: dict[str, Json] = {
    "Resource": {
        "type": "object",
        "description": "A FHIR R4 resource, https://hl7.org/fhir/R4: an open object, judged by the hub and not by this document",
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

# Status → what it means at every door; each comes with an OperationOutcome that says what to do.
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
    """The answers that components keep, by status."""
    schema = make_ref("schemas", "OperationOutcome")
    return {
        status: {
            "description": description,
            "headers": {name: make_ref("headers", name) for name in _of_refusal(status)},
            "content": {media_type: {"schema": schema} for media_type in media_types},
        }
        for status, description in REFUSALS.items()
    }


def _of_refusal(status: str) -> list[str]:
    return ["X-Request-Id", "WWW-Authenticate"] if status in ("401", "403") else ["X-Request-Id"]
