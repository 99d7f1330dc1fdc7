import pytest

from hub.domain.referral.datatypes import Code
from hub.mapping.shape import add_hours, build_coding, build_period, compact, convert_concept, precedes, require_concept


def test_nothing_empty_is_kept_and_false_is_something():
    made = compact(a="", b=" ", c=None, d=[], e={}, f=["", " x\x00 "], active=False, zero=0, class_="y")
    assert made == {"f": ["x"], "active": False, "zero": 0, "class": "y"}


def test_a_senders_code_becomes_a_legal_one():
    assert build_coding("", " A  B ") == {"code": "A B"}
    assert build_coding("urn:x", " ") == {}


def test_an_empty_notion_is_nothing_or_unknown_where_r4_requires_one():
    assert convert_concept(Code()) == convert_concept(None) == {}
    assert require_concept(Code())["coding"][0]["code"] == "unknown"
    assert require_concept(Code(text="Chutes")) == {"text": "Chutes"}


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2026-01-01", "2026-01-02", True),
        ("2026", "2026-05", False),
        ("2025-12-31T22:59:59Z", "2026", True),
        ("2025-12-31T23:00:00Z", "2026", False),
        ("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z", True),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z", False),
        ("", "2026", False),
    ],
)
def test_precedes_only_when_sure(one, other, before):
    assert precedes(one, other) is before


def test_a_period_never_ends_before_it_starts():
    assert build_period("2026-02-01", "2026-01-01") == {"start": "2026-02-01"}
    assert build_period("2026-02-01", "2026-02") == {"start": "2026-02-01", "end": "2026-02"}
    assert build_period("", "2026") == {"end": "2026"}


def test_later_keeps_the_zone():
    assert add_hours("2026-11-20T09:30:00+01:00", 48) == "2026-11-22T09:30:00+01:00"
