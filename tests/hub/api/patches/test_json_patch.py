"""JSON Patch (RFC 6902), bounded."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.api.patches import parse_json_patch
from hub.domain.errors import HubError, Invalid, Malformed

TASK: dict[str, Any] = {"resourceType": "Task", "status": "requested", "note": [{"text": "a"}, {"text": "b"}]}


def patched(*operations: object, before: dict[str, Any] | None = None) -> dict[str, Any]:
    return parse_json_patch(json.dumps(list(operations)).encode())(deepcopy(before or TASK))


def op(kind: str, path: str, **more: Any) -> dict[str, Any]:
    return {"op": kind, "path": path, **more}


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        (op("replace", "/status", value="received"), TASK | {"status": "received"}),
        (op("add", "/note/-", value={"text": "c"}), TASK | {"note": [*TASK["note"], {"text": "c"}]}),
        (op("add", "/note/0", value={"text": "c"}), TASK | {"note": [{"text": "c"}, *TASK["note"]]}),
        (op("remove", "/note/0"), TASK | {"note": [{"text": "b"}]}),
        (op("move", "/note/0", **{"from": "/note/1"}), TASK | {"note": [{"text": "b"}, {"text": "a"}]}),
        (op("copy", "/note/-", **{"from": "/note/0"}), TASK | {"note": [*TASK["note"], {"text": "a"}]}),
        (op("test", "/status", value="requested"), TASK),
        (op("replace", "", value={"resourceType": "Task"}), {"resourceType": "Task"}),
    ],
)
def test_each_operation(operation, after):
    assert patched(operation) == after


def test_numbers_keep_their_digits():
    change = parse_json_patch(b'[{"op":"replace","path":"/valueQuantity/value","value":1.50}]')
    after = change({"resourceType": "Observation", "valueQuantity": {"value": 2}})
    assert str(after["valueQuantity"]["value"]) == "1.50"


@pytest.mark.parametrize(
    "operation",
    [
        op("test", "/status", value="received"),
        op("test", "/priority", value="urgent"),
        op("test", "/priority/x", value=None),
        op("replace", "/priority", value="urgent"),
        op("remove", "/note/2"),
        op("remove", "/status/0"),
        op("add", "/note/3", value={}),
        op("add", "/priority/x", value=1),
        op("copy", "/x", **{"from": "/priority"}),
        op("move", "/note/0/text/x", **{"from": "/note/0"}),
        op("replace", "", value=[]),
        op("remove", ""),
    ],
)
def test_what_does_not_fit_is_told_by_its_place_alone(operation):
    with pytest.raises(Invalid) as refusal:
        patched(op("test", "/status", value="requested"), operation)
    [problem] = refusal.value.problems
    assert problem.code == "patch-failed"
    assert problem.where in ("patch[1]", "patch")


@pytest.mark.parametrize(
    "operation",
    [
        "remove",
        7,
        None,
        {},
        op("merge", "/status"),
        op("append", "/status", value="x"),
        {"op": "remove"},
        {"op": "remove", "path": 7},
        op("remove", "status"),
        op("remove", "/a~2b"),
        op("add", "/priority"),
        op("test", "/priority"),
        op("move", "/priority"),
        op("move", "/priority", **{"from": 7}),
        op("copy", "/priority", **{"from": "x"}),
        op("add", "/a" * 65, value=1),
        {"op": ["add"], "path": "/x", "value": 1},
    ],
)
def test_what_is_no_operation_is_told_before_anything_is_read(operation):
    with pytest.raises(Invalid) as refusal:
        parse_json_patch(json.dumps([op("remove", "/status"), operation]).encode())
    assert [(one.code, one.where) for one in refusal.value.problems] == [("patch-malformed", "patch[1]")]


@pytest.mark.parametrize("data", [b"{}", b"7", b"", b"[", b'[],"x":1', b'[],"patch":[]', b"[NaN]"])
def test_what_is_no_list_is_malformed(data):
    with pytest.raises(Malformed):
        parse_json_patch(data)


def test_a_patch_has_an_end():
    with pytest.raises(Invalid) as refusal:
        parse_json_patch(json.dumps([op("remove", "/x")] * 101).encode())
    assert [one.code for one in refusal.value.problems] == ["patch-too-long"]


def test_copies_of_copies_have_an_end():
    doubled = [op("copy", f"/note/0/x{rank}", **{"from": "/note"}) for rank in range(100)]
    with pytest.raises(Invalid) as refusal:
        patched(*doubled)
    assert [one.code for one in refusal.value.problems] == ["patch-failed"]
    large = TASK | {"description": "x" * 100_000}
    with pytest.raises(Invalid):
        patched(*[op("copy", f"/x{rank}", **{"from": "/description"}) for rank in range(20)], before=large)


PATHS = st.sampled_from(
    ["", "/", "/status", "/note", "/note/0", "/note/-", "/note/1/text", "/status/0", "/x/y", "/note/00", "/note/x"]
)
VALUES = st.sampled_from([None, True, 1, "x", [], {}, [{"text": "c"}]])
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": PATHS},
    optional={"value": VALUES, "from": PATHS},
)


@given(st.lists(OPERATIONS, max_size=6))
def test_whatever_is_sent_is_done_or_refused(operations):
    try:
        assert isinstance(patched(*operations), dict)
    except HubError as refusal:
        assert all(not one.where or one.where.startswith("patch") for one in refusal.problems)
