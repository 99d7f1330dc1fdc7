"""Facts about rights that begin and end with a unit of work."""

from __future__ import annotations

from hub.record.access.derive import ConsentStatement
from hub.record.tables.base import EVER
from hub.record.unit_of_work.facts import FactChanges
from hub.slices import get_reference_rid
from tests.territory import PERSON


def test_facts_are_kept_once_and_never_from_before_now() -> None:
    facts, person_rid = FactChanges(1_000), get_reference_rid(PERSON)
    for _ in range(2):
        facts.add_tie(person_rid, "Organization/saad", "circle", "CareTeam/t", (5, EVER))
        facts.add_stake("Task/t", "Organization/saad", "owns", "Task/t", person_rid)
        facts.add_consent(person_rid, "Consent/c", ConsentStatement("permit", "*", "*", 5, 1_000 + 9))
    assert {name: len(rows) for name, rows in facts.rows.items()} == {"relation": 1, "stake": 1, "consent_fact": 1}
    assert {rows[0]["since"] for rows in facts.rows.values()} == {1_000}
    assert facts.persons == {person_rid}
    facts.end("stake", person_rid, kind="owns", party="Organization/saad")
    assert facts.ends == [("stake", {"kind": "owns", "party": "Organization/saad", "person": person_rid}, 1_000)]


def test_a_fact_is_not_compared_with_all_before_it() -> None:
    class Party(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Party.compared += 1
            return str.__eq__(self, other)

    facts = FactChanges(1_000)
    for number in [*range(200), *range(200)]:
        facts.add_stake("Task/t", Party("Organization/saad"), "owns", f"Task/{number}", 7)
    assert len(facts.rows["stake"]) == 200
    assert Party.compared <= 400
