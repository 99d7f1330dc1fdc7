"""Parse a search of the journal: https://hl7.org/fhir/R4/auditevent.html#search, of one person or by ids.

Searching several persons' journals at once is not offered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hub.domain.errors import Invalid, Problem
from hub.record.audit.event import EventKey, decrypt_event_id
from hub.record.search.query.query import Condition, SearchCondition, SearchQuery
from hub.record.search.sql.plan import ConstantTerm, IndexTerm, ResourceTerm
from hub.record.search.sql.planner import plan_query
from hub.slices import get_reference_rid

EVENT = "AuditEvent"

_INCLUDED = frozenset({"patient", "agent"})


@dataclass(frozen=True)
class AuditQuery:
    """A parsed search. `persons`: the persons of the journals; `ids`: of the events, or None; `terms`: all other conditions, with
    their `values` by bind name."""

    question: SearchQuery
    persons: tuple[int, ...]
    ids: tuple[EventKey, ...] | None
    terms: tuple[IndexTerm | ResourceTerm | ConstantTerm, ...]
    values: dict[str, Any]

    @property
    def descending(self) -> bool:
        """Whether the newest come first; False for `_sort=date`."""
        return self.question.sort != (("date", False),)

    @property
    def includes(self) -> frozenset[str]:
        return frozenset(include.via.name for include in self.question.includes)


def parse_audit_query(question: SearchQuery, base: str, keys: tuple[bytes, ...]) -> AuditQuery:
    """Parse `question`, a search of AuditEvents. `base`: the FHIR base URL of absolute references.

    Raises Invalid `parameter-whose` when it has neither `patient` nor `_id`; Invalid at `_has`, `:iterate`, `_revinclude` and
    sorts other than `date`, which the journal does not offer."""
    _check(question)
    persons: list[int] = []
    ids: tuple[EventKey, ...] | None = None
    others: list[Condition] = []
    for condition in question.conditions:
        if not isinstance(condition, SearchCondition):
            raise Invalid(Problem("parameter-unknown", "_has"))
        if condition.name == "patient" and condition.modifier in ("", "Patient"):
            persons.append(_parse_person(condition, base))
        elif condition.name == "_id":
            known = [key for value in condition.values if (key := decrypt_event_id(value, keys)) is not None]
            ids = tuple(key for key in known if ids is None or key in ids)
        else:
            others.append(condition)
    if not persons and ids is None:
        raise Invalid(Problem("parameter-whose", "patient"))
    shape, values = plan_query(replace(question, conditions=tuple(others)), base)
    terms = tuple(term for term in shape.terms if isinstance(term, IndexTerm | ResourceTerm | ConstantTerm))
    return AuditQuery(question, tuple(persons), ids, terms, values)


def _check(question: SearchQuery) -> None:
    if question.sort not in ((), (("date", True),), (("date", False),)):
        raise Invalid(Problem("parameter-value", "_sort"))
    for include in question.includes:
        if include.reverse or include.iterate or include.via.name not in _INCLUDED:
            raise Invalid(Problem("parameter-value", "_revinclude" if include.reverse else "_include"))


def _parse_person(condition: SearchCondition, base: str) -> int:
    if len(condition.values) != 1:
        raise Invalid(Problem("parameter-value", "patient"))
    kind, _, number = condition.values[0].removeprefix(f"{base}/").rpartition("/")
    # A reference to another type matches no person, as in any search.
    return get_reference_rid(f"{kind or 'Patient'}/{number}")
