"""The golden tables. `HUB_GOLDEN=write` rewrites what comes out, to be read before it is committed."""

from __future__ import annotations

import os

import pytest

from tests.adapters.social.golden import CASES, GOLDEN, understood


@pytest.mark.parametrize("case", CASES)
def test_a_table_is_understood_as_recorded(case: str) -> None:
    found, recorded = understood((GOLDEN / case / "in.csv").read_bytes()), GOLDEN / case / "out.json"
    if os.environ.get("HUB_GOLDEN") == "write":
        recorded.write_text(found, encoding="utf-8")
    assert found == recorded.read_text(encoding="utf-8")
