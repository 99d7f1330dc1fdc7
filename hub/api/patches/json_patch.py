"""JSON Patch: RFC 6902, in the media type `application/json-patch+json`."""

from __future__ import annotations

from functools import partial
from typing import Any

from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import JsonPointer, JsonPointerException

from hub.domain.errors import Invalid, Malformed
from hub.fhir import SIZE, dumps, loads
from hub.record.write.edit import Patch

MAX_OPERATIONS = 100  # operations
_STEPS = 64  # of one path: as deep as JSON may be
_WITH_VALUE = frozenset({"add", "replace", "test"})
_FROM = frozenset({"copy", "move"})


def parse_json_patch(data: bytes, *, size: int = SIZE) -> Patch:
    """The change that `data` asks for.

    Malformed: not a JSON array within the bounds of `hub.fhir.loads`. Invalid `patch-malformed` at `patch[n]`: not an
    operation; `patch-too-long`. The change itself raises Invalid `patch-failed` at `patch[n]`: what the operation names
    is not there, or a `test` fails, or too much is copied.
    """
    # The reader takes objects alone: the array is put into one, and must be all that is in it.
    wrapped = loads(b'{"patch":' + data + b"}", size=size + 10)
    operations = wrapped["patch"]
    if len(wrapped) > 1 or not isinstance(operations, list):
        raise Malformed("patch-not-a-list")
    if len(operations) > MAX_OPERATIONS:
        raise Invalid("patch-too-long", where="patch")
    return partial(_patched, [(one, _read(one, f"patch[{rank}]")) for rank, one in enumerate(operations)])


def _read(operation: Any, place: str) -> JsonPatch:
    try:
        read = JsonPatch([operation])
        pointers = [JsonPointer(operation[name]) for name in ("path", "from") if name in operation]
    except (JsonPatchException, JsonPointerException, TypeError, AttributeError):
        raise Invalid("patch-malformed", where=place) from None
    kind = operation["op"]
    complete = (kind not in _WITH_VALUE or "value" in operation) and (kind not in _FROM or "from" in operation)
    if not complete or any(len(pointer.parts) > _STEPS for pointer in pointers):
        raise Invalid("patch-malformed", where=place)
    return read


def _patched(operations: list[tuple[dict[str, Any], JsonPatch]], resource: dict[str, Any]) -> dict[str, Any]:
    found: Any = resource
    room = SIZE
    for rank, (operation, patch) in enumerate(operations):
        try:
            if operation["op"] in _FROM:
                room -= _weight(JsonPointer(operation["from"]).resolve(found))
            if room < 0:
                raise JsonPatchException
            found = patch.apply(found, in_place=True)
        except (JsonPatchException, JsonPointerException, Malformed):
            raise Invalid("patch-failed", where=f"patch[{rank}]") from None
    if not isinstance(found, dict):
        raise Invalid("patch-failed", where="patch")
    return loads(dumps(found))


def _weight(value: Any) -> int:
    """The bytes of what is put elsewhere. Malformed when it is too deep: copies of copies would soon be."""
    data = dumps({"": value})
    loads(data)
    return len(data)
