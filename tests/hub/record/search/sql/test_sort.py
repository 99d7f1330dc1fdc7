"""Several sorts: what says nothing comes last, hidden values order nothing, and pages follow (`docs/leaks.md` L42, L47)."""

from __future__ import annotations

import itertools

import pytest

from tests.territory import Territory, observation

DATED = observation("x", "ald").get("effectiveDateTime")
SAID = [
    ("a", "final", 5, "2026-01-01"),
    ("b", "final", None, "2026-01-02"),
    ("c", "amended", 7, None),
    ("d", "amended", 5, "2026-01-02"),
    ("e", "final", None, None),
    ("f", "final", 5, "2026-01-01"),
]


@pytest.fixture
def measured(town: Territory) -> Territory:
    for id_, status, value, when in SAID:
        said = {} if value is None else {"valueQuantity": {"value": value, "unit": "kg"}}
        said |= {} if when is None else {"effectiveDateTime": when}
        town.write({k: v for k, v in (observation(id_, "ald", status=status) | said).items() if v != DATED})
    return town


def expected(*sort: tuple[int, bool]) -> list[str]:
    """`SAID` by columns, each descending or not; nothing last; then by id."""
    found = sorted(SAID)
    for column, descending in reversed(sort):
        says = [row for row in found if row[column] is not None]
        says.sort(key=lambda row: row[column], reverse=False)
        if descending:
            groups = [list(group) for _, group in itertools.groupby(says, key=lambda row: row[column])]
            says = [row for group in reversed(groups) for row in group]
        found = says + [row for row in found if row[column] is None]
    return [row[0] for row in found]


NAMES = {"status": 1, "value-quantity": 2, "date": 3}


def test_several_sorts_page_by_page(measured: Territory) -> None:
    record = measured.open("gestionnaire")
    only = ("_id", ",".join(row[0] for row in SAID))
    words = [f"{sign}{name}" for name in NAMES for sign in ("", "-")]
    sorts = [(one,) for one in words] + [
        pair for pair in itertools.permutations(words, 2) if pair[0][-4:] != pair[1][-4:]
    ]
    sorts += [("-value-quantity", "date", "-status"), ("date", "-value-quantity", "_lastUpdated")]
    for sort in sorts:
        asked = [only, ("_sort", ",".join(sort)), ("_count", "2")]
        pages: list[str] = []
        cursor = None
        for _ in range(4):
            page = record.search("Observation", [("_count", "2")] if cursor else asked, cursor=cursor)
            pages += [one.name.partition("/")[2] for one in page.slices]
            cursor = page.next
            if cursor is None:
                break
        by = [(NAMES[word.lstrip("-")], word[0] == "-") for word in sort if word != "_lastUpdated"]
        assert pages == expected(*by), sort
        assert cursor is None


def test_of_several_values_the_first_in_the_order_asked(town: Territory) -> None:
    for id_, names in (("x", ("B", "Y")), ("y", ("C", "D"))):
        town.write({"resourceType": "Organization", "id": id_, "name": names[0], "alias": [names[1]]})
    found = [("_id", "x,y"), ("_sort", "name")], [("_id", "x,y"), ("_sort", "-name")]
    record = town.open("saad")
    assert [[one.name for one in record.search("Organization", asked).slices] for asked in found] == [
        ["Organization/x", "Organization/y"], ["Organization/x", "Organization/y"],
    ]  # fmt: skip
