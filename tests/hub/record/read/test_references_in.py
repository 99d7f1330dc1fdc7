"""References read from the bytes of slices: all of them, and no text that looks like one."""

from __future__ import annotations

import json

from hub.record.read.references_in import list_referenced_names
from hub.record.read.slice import Slice


def test_references_and_nothing_else() -> None:
    body = {
        "resourceType": "Task",
        "id": "x",
        "owner": {"reference": "Organization/o"},
        "input": [{"valueReference": {"reference": "Condition/c/_history/1"}}],
        "focus": {"reference": "#inside"},
        "basedOn": [{"reference": "https://ailleurs.example/Task/1"}],
        "description": 'on lit "reference":"Patient/secret" ici',
        "note": [{"text": "Goal/g"}],
    }
    found = list_referenced_names([Slice("Task/x", json.dumps(body, separators=(",", ":")).encode(), "v", 0)])
    assert found == {"Organization/o", "Condition/c"}
