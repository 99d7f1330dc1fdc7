"""A part as a row, and back."""

from __future__ import annotations

from hub.record.unit_of_work.part_rows import read_elements


def test_says_leaves_out_ranks() -> None:
    assert read_elements(b'"a":1', b'{"note":[[3,"x"],[7,"y"]]}') == {"a": 1, "note": ["x", "y"]}
    assert read_elements(b"", b"") == {}
