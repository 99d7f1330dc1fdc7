"""The primitive types, each with what it takes and what it refuses."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.conformance.r4.primitives import CHECKS, explain_fault
from tests import r4

TAKEN: dict[str, list[Any]] = {
    "base64Binary": ["YQ==", "YWJj", "YW Jj\n", "+/+/"],
    "boolean": [True, False],
    "canonical": ["http://exemple.org/a|1.0", "#local"],
    "code": ["a", "in-progress", "a b"],
    "date": ["2026", "2026-11", "2026-11-21", "2024-02-29"],
    "dateTime": ["2026", "2026-11-21", "2026-11-21T23:59:59Z", "2026-11-21T00:00:00.123456+14:00"],
    "decimal": [1, 0, -3, Decimal("72.50"), Decimal("1E+2")],
    "id": ["a", "A-1.b", "a" * 64],
    "instant": ["2026-11-21T10:00:00+01:00", "2026-11-21T10:00:00.1Z"],
    "integer": [0, -(2**31), 2**31 - 1],
    "markdown": ["**gras**\n- <script>"],
    "oid": ["urn:oid:1.2.250.1"],
    "positiveInt": [1, 2**31 - 1],
    "string": ["x", "Noël\u00a0: l’été\t\r\n", "<script>", "👵"],
    "time": ["00:00:00", "23:59:59.999"],
    "unsignedInt": [0, 1],
    "uri": ["urn:oid:1.2", "https://exemple.org/é?a=b", "a"],
    "url": ["https://exemple.org", "mailto:a@exemple.org"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ['<div xmlns="http://www.w3.org/1999/xhtml">x</div>'],
}
LINKS = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "a b",
    "a\x00",
    "",
    "\ud800",
    1,
]
REFUSED: dict[str, list[Any]] = {
    "base64Binary": ["", " ", "YQ=", "YQ", "Y===", "é", "YQ==YQ==", b"YQ==", 1],
    "boolean": ["true", 1, 0, None],
    "canonical": LINKS,
    "code": ["", " a", "a ", "a  b", "a\tb", "a\n", 1, None],
    "date": [
        "0000",
        "26",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "2026-11-31",
        "2026-1-1",
        "2026-11-21T10:00:00Z",
        "٢٠٢٦",
        2026,
    ],
    "dateTime": [
        "2026-11-21T10:00:00",
        "2026-11-21T10:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T10:00:60Z",
        "2026-11T10:00:00Z",
        "2026-11-21 10:00:00Z",
        "2026-11-21T10:00:00+15:00",
        "2026-02-30T10:00:00Z",
        "2026-11-21T10:00:00Z\n",
    ],
    "decimal": ["3", True, 1.5, Decimal("NaN"), Decimal("Infinity"), None],
    "id": ["", "a" * 65, "a b", "a_b", "é", "a\n", "../a", 1],
    "instant": ["2026-11-21", "2026-11-21T10:00:00"],
    "integer": ["3", True, 2**31, -(2**31) - 1, Decimal("1.0")],
    "markdown": ["", "  ", "a\x00"],
    "oid": ["1.2.3", "urn:oid:3.1", "urn:oid:1.02"],
    "positiveInt": [0, -1, "1", True],
    "string": ["", " ", "\u00a0", "a\x00", "a\x1b", "\ud800", 3, None, ["x"]],
    "time": ["24:00:00", "10:00", "10:00:00Z", "10:00:60"],
    "unsignedInt": [-1, 2**31],
    "uri": LINKS,
    "url": LINKS,
    "uuid": ["c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"],
    "xhtml": ["text", "<script>x</script>", ""],
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in TAKEN for value in TAKEN[kind]])
def test_taken(kind: str, value: Any) -> None:
    assert CHECKS[kind](value) is True


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in REFUSED for value in REFUSED[kind]])
def test_refused(kind: str, value: Any) -> None:
    assert CHECKS[kind](value) is False


def test_every_kind_is_tried() -> None:
    assert set(TAKEN) == set(REFUSED) == set(CHECKS)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("integer", "3", "type-wrong"),
        ("integer", 2**31, "format-wrong"),
        ("decimal", 1.5, "type-wrong"),
        ("date", "x", "format-wrong"),
        ("date", "", "empty"),
        ("boolean", 1, "type-wrong"),
        ("string", [], "type-wrong"),
    ],
)
def test_the_fault_tells_type_from_format(kind: str, value: Any, code: str) -> None:
    assert explain_fault(kind, value) == code


@r4.needs_data
@pytest.mark.parametrize("kind", ["code", "date", "dateTime", "id", "instant", "oid", "time", "uuid"])
def test_no_wider_than_the_published_pattern(kind: str) -> None:
    definition = r4.elements()[f"{kind}.value"].definition["type"][0]["extension"]
    published = next(found["valueString"] for found in definition if found["url"].endswith("/regex"))

    @given(st.from_regex(published) | st.sampled_from(TAKEN[kind]) | st.text(max_size=8))
    def holds(value: str) -> None:
        assert not CHECKS[kind](value) or re.fullmatch(published, value)

    holds()
