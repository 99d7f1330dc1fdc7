"""Split a search into its plan, for which a statement is compiled once, and the values that it binds. No database access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_profiles.codes import REDACTED
from hub.domain.resource_types import TYPES
from hub.record.search.index.extract import BY_WORDS, WORDS
from hub.record.search.index.implicit_systems import IMPLICIT_SYSTEMS
from hub.record.search.index.parameter import Parameter, list_targets
from hub.record.search.query.escaping import plain, split
from hub.record.search.query.query import Chain, Composite, Condition, Has, SearchCondition, SearchQuery
from hub.record.search.sql.comparisons import Comparisons
from hub.record.search.sql.plan import (
    ChainTerm,
    CompositeTerm,
    ConstantTerm,
    IndexTerm,
    QueryPlan,
    ResourceTerm,
    ReverseChainTerm,
    Term,
    Test,
    find_term_by_person,
    rank_selectivity,
)


def plan_query(question: SearchQuery, base: str) -> tuple[QueryPlan, dict[str, Any]]:
    """Return the plan of `question` and its values by bind name. `base`: the FHIR base URL of absolute references."""
    reader = _Reader(base)
    terms = tuple(reader.build_term(question.type, condition) for condition in question.conditions)
    ranked = [(rank, number) for number, term in enumerate(terms) if (rank := rank_selectivity(term)) is not None]
    leading = min(ranked)[1] if ranked else None
    return QueryPlan(question.type, terms, leading, find_term_by_person(terms, leading)), reader.values


class _Reader:
    """Turns the conditions of one search into terms."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._tests = Comparisons()
        self.values = self._tests.values

    def build_term(self, resource_type: str, condition: Condition) -> Term:
        if isinstance(condition, Chain):
            return ChainTerm(
                condition.via.name,
                condition.target,
                self.build_term(condition.target, condition.inner),
            )
        if isinstance(condition, Has):
            return ReverseChainTerm(
                condition.source,
                condition.via.name,
                self.build_term(condition.source, condition.inner),
            )
        if isinstance(condition, Composite):
            whole = (
                tuple(self._build_index_term(resource_type, part) for part in parts) for parts in condition.alternatives
            )
            return CompositeTerm(tuple(whole))
        if condition.parameter is None:
            return self._build_common_term(condition)
        return self._build_index_term(resource_type, condition)

    def _build_common_term(self, condition: SearchCondition) -> Term:
        if condition.name == "_id":
            return ResourceTerm(tuple((self._tests.test("id", "eq", value),) for value in condition.values))
        if condition.name == "_lastUpdated":
            return ResourceTerm(tuple(self._tests.dates(condition.values, "updated", "updated", length=1)))
        if condition.modifier == "missing":
            return ConstantTerm((condition.values == ("true",)) == (condition.name != "_security"))
        # No slice has a tag or a profile, and every slice has the one security label REDACTED.
        label = condition.name == "_security" and any(
            _matches_token(raw_value, *REDACTED) for raw_value in condition.written
        )
        return ConstantTerm(label != (condition.modifier == "not"))

    def _build_index_term(self, resource_type: str, condition: SearchCondition) -> IndexTerm:
        parameter = condition.parameter
        assert parameter is not None
        if condition.modifier == "missing":
            return IndexTerm(parameter.name, parameter.kind, wanted=condition.values == ("false",))
        if condition.modifier in ("of-type", "identifier"):
            read = self._tests.build_typed_token if condition.modifier == "of-type" else self._tests.token
            alternatives = tuple(map(read, condition.written))
            return IndexTerm(f"{parameter.name}:{condition.modifier}", "token", alternatives)
        alternatives = tuple(self._list_alternatives(resource_type, condition))
        if parameter.kind == "string" and parameter.name in BY_WORDS and not condition.modifier:
            return IndexTerm(f"{parameter.name}:{WORDS}", parameter.kind, alternatives)
        return IndexTerm(parameter.name, parameter.kind, alternatives, wanted=condition.modifier != "not")

    def _list_alternatives(self, resource_type: str, condition: SearchCondition) -> Iterator[tuple[Test, ...]]:
        parameter, modifier = condition.parameter, condition.modifier
        assert parameter is not None
        match parameter.kind:
            case "date":
                yield from self._tests.dates(condition.values, "low", "high", zone=parameter.zone)
            case "reference":
                only = (modifier,) if modifier in TYPES else list_targets(resource_type, parameter)
                for value in condition.values:
                    yield from self._tests.references(value.removeprefix(f"{self._base}/"), only)
            case "token":
                spelled = (_spell_as_indexed(resource_type, parameter, value) for value in condition.written)
                yield from map(self._tests.token, spelled)
            case "quantity":
                for value in condition.written:
                    yield from self._tests.quantities(value)
            case "string":
                for value in condition.values:
                    yield self._tests.string(value, modifier)
            case _:
                for value in condition.values:
                    yield from self._tests.uris(value, modifier)


def _matches_token(raw_value: str, system: str, code: str) -> bool:
    """Whether the token `raw_value` names the code."""
    words = [plain(word) for word in split(raw_value, "|")]
    return words in ([code], [system, code], [system, ""])


def _spell_as_indexed(resource_type: str, parameter: Parameter, value: str) -> str:
    """Return a token as its index row has it: without an implicit system, a contact in lower case."""
    systems = IMPLICIT_SYSTEMS.get((resource_type, parameter.name), frozenset())
    return _leave_out_system(value.lower() if parameter.is_contact else value, systems)


def _leave_out_system(value: str, systems: frozenset[str]) -> str:
    """Return `system|code` as the bare code when the element's own codes are of that system; else the value as it is."""
    system, *code = split(value, "|")
    return "|".join(code) if code not in ([], [""]) and plain(system) in systems else value
