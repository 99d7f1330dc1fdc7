"""What an actor who writes sees, asked once."""

from __future__ import annotations

from hub.record.unit_of_work.writer_view import WriterView
from hub.slices import get_reference_rid
from tests.territory import PERSON, Territory, condition, statements


def test_hidden_and_absent_names_are_invisible_alike_and_asked_for_once(here: Territory) -> None:
    here.join_circle("ssiad")
    here.write(condition("seen"), condition("hidden", "F20.0"))
    names = ["Condition/seen", "Condition/hidden", "Condition/absent"]
    with here.store.write() as connection:
        view = WriterView(here.session("ssiad", connection))
        assert view.find_invisible(names) == {"Condition/hidden", "Condition/absent"}
        with statements(here.store) as said:
            assert view.find_invisible(names[:2]) == {"Condition/hidden"}
        assert said == []


def test_parts_stakes_and_rights_are_loaded_once(here: Territory) -> None:
    here.join_circle("ssiad")
    here.write(condition("seen"))
    rid, person = get_reference_rid("Condition/seen"), get_reference_rid(PERSON)
    with here.store.write() as connection:
        view = WriterView(here.session("ssiad", connection))
        view.load_edited([rid])
        view.load_rights([0, person])
        with statements(here.store) as said:
            assert any(row.content for row in view.get_parts("Condition/seen"))
            assert not view.has_stake(rid)
            assert view.get_rights(person).lines
        assert said == []
