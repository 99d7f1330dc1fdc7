"""The facts that a unit of work changes: stakes, ties and consents, from which grants are derived (`docs/parts.md` 12–14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.record.access.derive import ConsentStatement
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid

# From the moment at which the hub learns of it, without an end.
ALWAYS = (0, EVER)


class FactChanges:
    """Facts to insert and to end. None begins before `time`, the commit time: before it, the hub did not know of it.

    `rows`: the rows to insert, by table name; `ends`: (table name, conditions, moment) of the facts to end; `persons`: the
    numbers of those whose grants must be derived again: in whole if they are in `changed_for_all`, else of `parties`, by
    person, alone."""

    def __init__(self, time: int) -> None:
        self._time = time
        # What is in `rows`, so that a fact is not compared with all before it.
        self._known: set[tuple[Any, ...]] = set()
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.ends: list[tuple[str, dict[str, Any], int]] = []
        self.persons: set[int] = set()
        self.parties: dict[int, set[str]] = {}
        self.changed_for_all: set[int] = set()

    def add_stake(self, name: str, party: str, kind: str, via: str, person: int) -> None:
        """Give `party` a stake of `kind` in the resource `name`, which is about `person`, from now on, because of the
        resource `via`."""
        row = {"rid": get_reference_rid(name), "party": party, "kind": kind, "via": get_reference_rid(via)}
        self.add("stake", row | {"since": self._time, "until": EVER, "person": person})

    def add_tie(self, person: int, party: str, kind: str, via: str, period: tuple[int, int] = ALWAYS) -> None:
        """Give `party` a tie of `kind` to `person` in `period` (since, until), because of the resource `via`."""
        since, until = period
        row = {"person": person, "party": party, "kind": kind, "via": get_reference_rid(via)}
        self.add("relation", row | {"since": max(since, self._time), "until": until})

    def add_consent(self, person: int, via: str, statement: ConsentStatement) -> None:
        """Add what the person permits or denies in the Consent `via`."""
        row = {"person": person, "via": get_reference_rid(via), "effect": statement.effect, "party": statement.party}
        row |= {"section": statement.section, "since": max(statement.since, self._time), "until": statement.until}
        self.add("consent_fact", row)

    def add_mask(self, person: int, account: str, via: str, period: tuple[int, int]) -> None:
        """Add that `person` masks `account` in `period` (since, until) by the Consent `via`."""
        since, until = period
        row = {"account": account, "person": person, "via": get_reference_rid(via)}
        self.add("masked", row | {"since": max(since, self._time), "until": until})

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add `row`, once, and its person to those whose grants are derived again."""
        fact = (table, *row.values())
        if fact not in self._known:
            self._known.add(fact)
            self.rows.setdefault(table, []).append(row)
            self._add_concerned(table, row["person"], row)

    def set_time(self, time: int) -> None:
        """Set the commit time, later than the one before: what would begin or end between them does so at `time`."""
        for rows in self.rows.values():
            for row in rows:
                row["since"] = max(row["since"], time)
        self.ends = [
            (table, conditions, max(at, time) if at >= self._time else at) for table, conditions, at in self.ends
        ]
        self._time = time

    def end(self, table: str, person: int, at: int | None = None, **conditions: Any) -> None:
        """End the open rows of a table of facts that meet `conditions`, at `at` (default: the commit time)."""
        self.ends.append((table, conditions | {"person": person}, at or self._time))
        self._add_concerned(table, person, conditions)

    def _add_concerned(self, table: str, person: int, fact: Mapping[str, Any]) -> None:
        """Add whose grants on `person` the fact changes: those of a party, or of all, as what she says may be for a role. Of a
        person on whom accounts have facts, as masks, all are derived at each change."""
        self.persons.add(person)
        parties = self.parties.setdefault(person, set())
        if table == "consent_fact" or (table != "masked" and "party" not in fact):
            self.changed_for_all.add(person)
        elif table != "masked":
            parties.add(fact["party"])
