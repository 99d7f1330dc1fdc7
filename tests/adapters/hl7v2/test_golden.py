"""The golden messages. `HUB_GOLDEN=write` rewrites what comes out, to be read before it is committed."""

from __future__ import annotations

import os

import pytest

from tests.adapters.hl7v2.golden import CASES, GOLDEN, outcome


@pytest.mark.parametrize("case", CASES)
def test_a_message_is_understood_and_answered_as_recorded(case: str) -> None:
    folder = GOLDEN / case
    understood, answered = outcome((folder / "in.hl7").read_bytes())
    if os.environ.get("HUB_GOLDEN") == "write":
        (folder / "out.json").write_text(understood, encoding="utf-8")
        (folder / "ack.hl7").write_bytes(answered)
    assert understood == (folder / "out.json").read_text(encoding="utf-8")
    assert answered == (folder / "ack.hl7").read_bytes()
