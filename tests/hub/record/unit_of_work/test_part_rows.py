"""A part as a row, and back."""

from __future__ import annotations

from hub.record.unit_of_work.part_rows import says


def test_says_leaves_out_ranks() -> None:
    assert says(b'"a":1', b'{"note":[[3,"x"],[7,"y"]]}') == {"a": 1, "note": ["x", "y"]}
    assert says(b"", b"") == {}
