"""The golden messages. `HUB_GOLDEN=write` rewrites what comes out, to be read before it is committed."""

from __future__ import annotations

import os

import pytest

from tests.adapters.fhir.golden import CASES, GOLDEN, raw, understood


@pytest.mark.parametrize("case", CASES)
def test_a_message_is_understood_as_recorded(case: str) -> None:
    found, recorded = understood(raw(case)), GOLDEN / case / "out.json"
    if os.environ.get("HUB_GOLDEN") == "write":
        recorded.write_text(found, encoding="utf-8")
    assert found == recorded.read_text(encoding="utf-8")
