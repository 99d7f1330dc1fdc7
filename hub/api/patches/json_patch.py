"""JSON Patch: RFC 6902, in the media type `application/json-patch+json`."""

from __future__ import annotations

from functools import partial
from typing import Any

from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import JsonPointer, JsonPointerException

from hub.domain.errors import Invalid, Malformed, Refused
from hub.fhir import SIZE, dumps, loads
from hub.record.write.edit import Patch

MAX_OPERATIONS = 100  # operations
_STEPS = 64  # of one path: as deep as JSON may be
_WITH_VALUE = frozenset({"add", "replace", "test"})
_FROM = frozenset({"copy", "move"})


def parse_json_patch(data: bytes, *, size: int = SIZE, may_read: bool = True) -> Patch:
    """Return the change that `data` asks for.

    Raises Malformed: not a JSON array within the bounds of `hub.fhir.loads`. Raises Invalid `patch-malformed` at `patch[n]`:
    not an operation; `patch-too-long`. The change itself raises Invalid `patch-failed` at `patch[n]`: what the operation names
    is not there, or a `test` fails, or too much is copied. Raises Refused `scope-insufficient`: a `test` of who may not read."""
    # `loads` reads objects only: the array is put into one, and must be all that is in it.
    wrapped = loads(b'{"patch":' + data + b"}", size=size + 10)
    operations = wrapped["patch"]
    if len(wrapped) > 1 or not isinstance(operations, list):
        raise Malformed("patch-not-a-list")
    if len(operations) > MAX_OPERATIONS:
        raise Invalid("patch-too-long", where="patch")
    patches = [_parse_operation(operation, f"patch[{rank}]") for rank, operation in enumerate(operations)]
    if not may_read and any(operation["op"] == "test" for operation in operations):
        raise Refused("scope-insufficient")
    return partial(_apply, list(zip(operations, patches, strict=True)))


def _parse_operation(operation: Any, place: str) -> JsonPatch:
    try:
        patch = JsonPatch([operation])
        pointers = [JsonPointer(operation[name]) for name in ("path", "from") if name in operation]
    except (JsonPatchException, JsonPointerException, TypeError, AttributeError):
        raise Invalid("patch-malformed", where=place) from None
    kind = operation["op"]
    complete = (kind not in _WITH_VALUE or "value" in operation) and (kind not in _FROM or "from" in operation)
    if not complete or any(len(pointer.parts) > _STEPS for pointer in pointers):
        raise Invalid("patch-malformed", where=place)
    return patch


def _apply(operations: list[tuple[dict[str, Any], JsonPatch]], resource: dict[str, Any]) -> dict[str, Any]:
    patched: Any = resource
    room = SIZE
    for rank, (operation, patch) in enumerate(operations):
        try:
            if operation["op"] in _FROM:
                room -= _measure(JsonPointer(operation["from"]).resolve(patched))
            if room < 0:
                raise JsonPatchException
            patched = patch.apply(patched, in_place=True)
        except (JsonPatchException, JsonPointerException, Malformed):
            raise Invalid("patch-failed", where=f"patch[{rank}]") from None
    if not isinstance(patched, dict):
        raise Invalid("patch-failed", where="patch")
    return loads(dumps(patched))


def _measure(value: Any) -> int:
    """Return the bytes of a value that is copied or moved. Raises Malformed when it is nested too deeply, as copies of copies
    would be."""
    data = dumps({"": value})
    loads(data)
    return len(data)
