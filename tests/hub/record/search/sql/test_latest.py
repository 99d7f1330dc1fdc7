"""The worklist by `_lastUpdated`: the same pages as if the time of every row were computed (`hub.record.search.sql.latest`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import insert, update

from hub.record.repository.record import Record
from hub.record.search.sql import latest
from hub.record.tables import grant, stake, withheld, worklist
from hub.slices import get_reference_rid
from tests.territory import Territory, request, task

SSIAD = "Organization/ssiad"
NUMBER = 14


@pytest.fixture
def listed(store: object, here: Territory) -> Territory:
    """An owner with Tasks, some of which changed last for others, some by its stake, some by its grant, some by neither."""
    del store
    here.join_circle("saad")
    here.write(request("r", requester="Organization/dac", intent="filler-order"))
    here.write({"resourceType": "Patient", "id": "paul", "name": [{"family": "Exemple"}]})
    for number in range(NUMBER):
        here.pass_time()
        written = task(
            f"t{number:02d}", owner=SSIAD, focus="ServiceRequest/r", status=("accepted", "requested")[number % 2]
        )
        here.write(written if number % 3 else written | {"for": {"reference": "Patient/paul"}, "focus": None})
    for number in (3, 7, 2):
        here.pass_time()
        here.change(f"Task/t{number:02d}", description=f"Passage {number}")
    return here


def _list_pages(record: Record, *params: tuple[str, str]) -> Iterator[tuple[str, int]]:
    """Yield (name, lastUpdated) page by page."""
    page = record.search("Task", [("owner", SSIAD), *params])
    while True:
        yield from ((each.name, each.updated) for each in page.slices)
        if page.next is None:
            return
        page = record.search("Task", [pair for pair in params if pair[0] == "_count"], cursor=page.next)


def _assert_sorted(here: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    for role, status in product(("ssiad", "saad", "gestionnaire"), ("", "requested")):
        record = here.open(role)
        only = [("status", status)] if status else []
        every = list(_list_pages(record, *only, ("_count", "100")))
        assert role == "saad" or len(every) >= NUMBER // 4, role
        for count, slack, sign in product((1, 4, 100), (0, 3), "-+"):
            expected = sorted(every, key=lambda row: (-row[1] if sign == "-" else row[1], row[0]))
            with monkeypatch.context() as patch:
                patch.setattr(latest, "_SLACK", slack)
                sort = ("_sort", sign.strip("+") + "_lastUpdated")
                pages = list(_list_pages(record, *only, sort, ("_count", str(count))))
            assert pages == expected, (role, status, count, slack, sign)


def test_the_pages_are_sorted_by_the_time_that_the_actor_sees(
    listed: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _assert_sorted(listed, monkeypatch)
    # A part that nobody who is asked here sees was changed last.
    with listed.store.write() as connection:
        hidden = [get_reference_rid(f"Task/t{number:02d}") for number in (0, 1, 4, 5)]
        connection.execute(update(worklist).where(worklist.c.rid.in_(hidden)).values(age=-listed.pass_time()))
    _assert_sorted(listed, monkeypatch)
    # A stake ended and another began; a resource was withheld for a while; the grants on one person are new.
    times = [listed.pass_time() for _ in range(3)]
    listed.pass_time()
    with listed.store.write() as connection:
        one = stake.c.rid == get_reference_rid("Task/t08")
        connection.execute(update(stake).where(one, stake.c.party == SSIAD).values(until=times[0]))
        begun = {"rid": get_reference_rid("Task/t06"), "party": "Organization/saad", "kind": "handed", "via": 0}
        person = get_reference_rid("Patient/paul")
        connection.execute(insert(stake).values(**begun, since=times[1], until=latest.EVER, person=person))
        kept = {"rid": get_reference_rid("Task/t11"), "party": SSIAD, "role": "", "why": "test"}
        connection.execute(insert(withheld).values(**kept, since=times[0], until=times[1], person=person))
        connection.execute(update(grant).where(grant.c.person == person).values(since=times[2]))
    _assert_sorted(listed, monkeypatch)
