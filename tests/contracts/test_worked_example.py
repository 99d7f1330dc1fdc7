"""`docs/example.md` tells what happens: each of its blocks is made again, and is the same."""

import pytest

from hub.record.db.store import Store
from tests.contracts.worked_example import make_blocks, read_page


@pytest.fixture
def made(store: Store) -> dict[str, str]:
    return make_blocks(store)


def test_the_page_shows_what_the_record_does(made: dict[str, str]) -> None:
    page = read_page()
    assert page.keys() == made.keys()
    for name, text in page.items():
        assert text == made[name], name


def test_the_roles_of_the_page_read_different_things(made: dict[str, str]) -> None:
    assert len({made[name] for name in ("read-gestionnaire", "read-ems-apa", "read-saad")}) == 3
    assert made["read-saad"] == "404\n"
