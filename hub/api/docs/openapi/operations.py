"""One call as an OpenAPI operation: its parameters, its body, its answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.api.docs.openapi.calls import Call
from hub.api.docs.openapi.components import PARAMETERS, make_ref
from hub.api.docs.openapi.examples import BUNDLES, RESOURCES, build_fhirpath_patch, build_json_patch

Json = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"
_JSON_PATCH = "application/json-patch+json"

# Code of a call → what it does, its headers, its statuses of success, the headers of these, its refusals.
_READING = ("400", "401", "403", "404", "406")
_WRITING = ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422")
_CONDITIONS = ("if_match", "if_none_match", "if_unmodified_since")
_KINDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "capabilities": ("CapabilityStatement, open to all", (), ("200",), (), ("400", "406")),
    "read": ("Read one", _CONDITIONS, ("200", "304"), ("ETag", "Last-Modified"), (*_READING, "412")),
    "vread": ("Read one version", (), ("200",), ("ETag", "Last-Modified"), _READING),
    "history-instance": ("Versions of one", (), ("200",), (), _READING),
    "history-type": ("Versions of all", (), ("200",), (), _READING),
    "search-type": ("Search", ("prefer",), ("200",), (), (*_READING, "413", "415")),
    "compartment": ("Search what is about one person", ("prefer",), ("200",), (), _READING),
    "create": ("Create", ("if_none_exist", "prefer"), ("200", "201"), ("ETag", "Last-Modified", "Location"), _WRITING),
    "update": ("Update", (*_CONDITIONS, "prefer"), ("200",), ("ETag", "Last-Modified"), (*_WRITING, "428")),
    "conditional-update": ("Update what matches", (*_CONDITIONS, "prefer"), ("200", "201"), ("ETag",), (*_WRITING, "428")),
    "patch": ("Change parts of one", (*_CONDITIONS, "prefer"), ("200",), ("ETag", "Last-Modified"), (*_WRITING, "428")),
    "conditional-patch": ("Change parts of what matches", (*_CONDITIONS, "prefer"), ("200",), ("ETag",), (*_WRITING, "428")),
    "delete": ("Delete one's own", _CONDITIONS, ("204",), (), (*_READING, "412")),
    "transaction": ("Batch or transaction", ("prefer",), ("200",), (), _WRITING),
    "operation": ("Operation", ("prefer",), ("200", "202", "204"), ("Content-Location",), (*_WRITING, "428")),
}  # fmt: skip
_OTHER = _KINDS["operation"]
_WRITES_RESOURCE = {"create", "update", "conditional-update"}
_PATCHES = {"patch", "conditional-patch"}


class OperationWriter:
    """Writes the calls of one hub. `declarations`: type → its part of the CapabilityStatement. `media_types`: of resources."""

    def __init__(self, declarations: dict[str, Json], media_types: list[str]) -> None:
        self.declarations = declarations
        self.media_types = media_types

    def write(self, call: Call) -> Json:
        """Return the Operation Object of `call`."""
        action, parameters, successes, headers, refusals = _KINDS.get(call.code, _OTHER)
        subject = call.path.partition("$")[2].partition("/")[0] if call.code == "operation" else call.resource_type
        operation: Json = {
            "operationId": _write_id(call),
            "summary": f"{action}: {'$' if call.code == 'operation' else ''}{subject}" if subject else action,
            "tags": [call.resource_type or "System"],
            "parameters": [*self._list_parameters(call, parameters)],
            "responses": {
                status: self._write_success(call, status, headers) for status in successes
            } | {status: make_ref("responses", status) for status in (*refusals, "405", "429", "500")},
        }  # fmt: skip
        if body := self._write_body(call):
            operation["requestBody"] = body
        if call.code == "capabilities":
            operation["security"] = []
        return operation

    def _list_parameters(self, call: Call, headers: tuple[str, ...]) -> Iterable[Json]:
        names = [part.strip("{}") for part in call.path.split("/") if part.startswith("{")]
        for name in names:
            shared = name in PARAMETERS
            yield make_ref("parameters", name) if shared else PARAMETERS["id"] | {"name": name, "description": name}
        yield make_ref("parameters", "format")
        yield from (make_ref("parameters", name) for name in headers)
        if call.code in ("search-type", "compartment") and call.method == "GET":
            yield from (make_ref("parameters", name) for name in ("count", "cursor"))
            yield from self._list_search_parameters(call.resource_type)
        if call.code.startswith("conditional-"):
            yield from self._list_search_parameters(call.resource_type)

    def _list_search_parameters(self, resource_type: str) -> Iterable[Json]:
        for parameter in self.declarations[resource_type].get("searchParam", ()):
            if parameter["name"] not in ("_format", "_count", "_cursor"):
                schema = {"type": "array", "items": {"type": "string"}}
                style = {"description": parameter["type"], "style": "form", "explode": True}
                yield {"name": parameter["name"], "in": "query", "schema": schema} | style

    def _write_success(self, call: Call, status: str, headers: tuple[str, ...]) -> Json:
        references = {name: make_ref("headers", name) for name in ("X-Request-Id", *headers)}
        if status in ("204", "304"):
            return {"description": "Nothing more", "headers": references}
        kind = call.resource_type if call.code in _WRITES_RESOURCE | _PATCHES | {"read", "vread"} else "Resource"
        schema = {"oneOf": [make_ref("schemas", kind), {"type": "null"}]} if call.code in _WRITES_RESOURCE else None
        content = {name: {"schema": schema or make_ref("schemas", kind)} for name in self.media_types}
        return {"description": "Done", "headers": references, "content": content}

    def _write_body(self, call: Call) -> Json | None:
        if call.method == "GET" or call.code == "delete":
            return None
        if call.code == "search-type":
            parameters = self.declarations[call.resource_type].get("searchParam", ())
            fields = {parameter["name"]: {"type": "string"} for parameter in parameters}
            return {"content": {_FORM: {"schema": {"type": "object", "properties": fields}}}}
        if call.code in _PATCHES:
            example: Json = {"schema": make_ref("schemas", "Resource")}
            patch: Json = {"schema": {"type": "array", "items": {"type": "object"}}}
            if call.resource_type in RESOURCES:
                example["example"] = build_fhirpath_patch(call.resource_type)
                patch["example"] = build_json_patch(call.resource_type)
            return {"required": True, "content": {_JSON_PATCH: patch, self.media_types[0]: example}}
        return {
            "required": call.code != "operation",
            "content": {name: self._write_content(call, name) for name in self.media_types},
        }

    def _write_content(self, call: Call, media_type: str) -> Json:
        """Return the body of a write in one media type, with examples in JSON."""
        kind = call.resource_type if call.code in _WRITES_RESOURCE else "Resource"
        content: Json = {"schema": make_ref("schemas", kind)}
        if "json" in media_type and call.code == "transaction":
            content["examples"] = {name: {"value": bundle} for name, bundle in BUNDLES.items()}
        if "json" in media_type and call.code in _WRITES_RESOURCE and kind in RESOURCES:
            identity = {"id": "exemple"} if call.code == "update" else {}
            content["examples"] = {"small": {"value": RESOURCES[kind] | identity}}
        return content


def _write_id(call: Call) -> str:
    """Return the operationId, which is unique because generators of clients make a function of it."""
    path = call.path.replace("{", "").replace("}", "").replace("$", "").strip("/")
    return f"{call.method.lower()}-{path.replace('/', '-') or 'base'}"
