"""The intake endpoint in the OpenAPI document: beside the FHIR base, in the format of the adapter of each source. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.api.docs.openapi.components import make_ref

Json = dict[str, Any]

PATH = "/intake/{source}"
_SOURCE = {
    "name": "source",
    "in": "path",
    "required": True,
    "description": "The source by which you send, as the operator registered it",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
}
ANSWER_PATH = "/intake/{source}/messages/{number}"
_NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "Your own number of the message: MSH-10; Bundle.identifier or the placer's number; for a row, its digest",
    "schema": {"type": "string", "maxLength": 200},
}
_APPLICATION = {
    "name": "application",
    "in": "query",
    "description": "MSH-3, where several of your applications number alike",
    "schema": {"type": "string", "maxLength": 200},
}
_REFUSALS = ("401", "403", "404", "405", "413", "415", "429", "500")


def build_intake_path(origin: str, media_types: Iterable[str]) -> Json:
    """Return the Path Item of the intake endpoint under `origin`. `media_types`: those that the adapters take."""
    body = {"schema": {"description": "One message, in the format of the source"}}
    calls = {
        "get": {
            "summary": "What a source takes: media types, columns or messages, required fields, an example",
            "responses": {"200": _describe("The description", ["application/json"])},
        },
        "post": {
            "summary": "Send one message; the same message again gets the same answer",
            "requestBody": {"required": True, "content": dict.fromkeys(media_types, body)},
            "responses": {
                **dict.fromkeys(("200", "201"), _describe("Taken: the source's own kind of answer", media_types)),
                **dict.fromkeys(
                    ("400", "409", "422"), _describe("Refused, in the source's own kind of answer", media_types)
                ),
            },
        },
    }
    return {method: _complete(method, call, origin) for method, call in calls.items()}


def build_answer_path(origin: str, media_types: Iterable[str]) -> Json:
    """Return the Path Item by which a sender asks again what became of a message."""
    call = {
        "summary": "What became of a message: the answer that it got, byte for byte",
        "parameters": [_SOURCE, _NUMBER, _APPLICATION],
        "responses": {"200": _describe("The answer", media_types), "422": make_ref("responses", "422")},
    }
    return {"get": _complete("get", call, origin) | {"operationId": "get-intake-message"}}


def _complete(method: str, call: Json, origin: str) -> Json:
    refusals = {status: make_ref("responses", status) for status in _REFUSALS}
    return {
        "operationId": f"{method}-intake-source",
        "tags": ["Intake"],
        "servers": [{"url": origin}],
        "parameters": [_SOURCE],
        **call,
        "responses": call["responses"] | refusals,
    }


def _describe(description: str, media_types: Iterable[str]) -> Json:
    return {"description": description, "content": {name: {} for name in media_types}}
