"""The HL7 tables: table number → its codes.

Source: the code systems `v2-nnnn` of FHIR R4 (4.0.1, CC0); `tables.tsv` has one table a line, its number and then its codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PAGE = Path(__file__).with_name("tables.tsv")


@cache
def load_tables() -> Mapping[str, frozenset[str]]:
    """Return table number (`0002`) → codes."""
    lines = (line.split("\t") for line in _PAGE.read_text("utf-8").splitlines())
    return {number: frozenset(codes) for number, *codes in lines}
