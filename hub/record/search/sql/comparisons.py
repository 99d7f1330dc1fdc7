"""Turn the values of a condition into tests on the columns of an index, with a bind name for each. No database access.

https://hl7.org/fhir/R4/search.html#prefix, #token, #string, #uri, #quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any

from hub.domain.dates import parse_span
from hub.domain.normalization.folding import fold
from hub.domain.resource_types import TYPES
from hub.record.search.index.extract import LATEST, WIDTH, parse_number, parse_number_span
from hub.record.search.query.escaping import plain, split
from hub.record.search.query.values import split_prefix
from hub.record.search.sql.plan import Alternatives, Test

_INSIDE: tuple[Test, ...] = (("low", "ge", "start"), ("high", "le", "end"))
_BEFORE: tuple[Test, ...] = (("low", "lt", "start"),)
_AFTER: tuple[Test, ...] = (("high", "gt", "end"),)
# Prefix → alternatives of (end of the indexed span, operator, end of the value's span).
_COMPARED: dict[str, Alternatives] = {
    "eq": (_INSIDE,),
    "ne": (_BEFORE, _AFTER),
    "gt": (_AFTER,),
    "lt": (_BEFORE,),
    "ge": (_INSIDE, _AFTER),
    "le": (_INSIDE, _BEFORE),
    "sa": ((("low", "ge", "end"),),),
    "eb": ((("high", "le", "start"),),),
    "ap": ((("low", "lt", "end"), ("high", "gt", "start")),),
}

# The same for quantities, where `gt`, `lt`, `ge`, `le`, `sa` and `eb` compare with `value`, the number itself.
_MEASURED: dict[str, Alternatives] = {
    "eq": ((("low", "ge", "start"), ("high", "lt", "end")),),
    "ne": ((("low", "lt", "start"),), (("high", "ge", "end"),)),
    "gt": ((("high", "gt", "value"),),),
    "lt": ((("low", "lt", "value"),),),
    "ge": ((("high", "ge", "value"),),),
    "le": ((("low", "le", "value"),),),
    "sa": ((("low", "gt", "value"),),),
    "eb": ((("high", "lt", "value"),),),
    "ap": ((("low", "le", "above"), ("high", "ge", "below")),),
}


class Comparisons:
    """Builds the tests of one query. A tuple of tests is joined by AND, several tuples by OR. `values`: {bind name: value}."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def token(self, value: str) -> tuple[Test, ...]:
        """`code`, `system|code`, `|code` or `system|`."""
        # What follows a second bar is part of the code.
        system, *code = split(value, "|")
        if not code:
            return (self.test("code", "eq", plain(system)),)
        code_tests = [self.test("code", "eq", plain("|".join(code)))] if code != [""] else []
        return (*code_tests, self.test("system", "eq", plain(system)))

    def build_typed_token(self, value: str) -> tuple[Test, ...]:
        """An identifier by its type: `system|code|value`."""
        system, code, number = (plain(word) for word in split(value, "|"))
        return self.test("code", "eq", f"{code}|{number}"), self.test("system", "eq", system)

    def references(self, name: str, targets: Iterable[str]) -> Iterator[tuple[Test, ...]]:
        """`Type/id`, or a bare id, which stands for each type of `targets`."""
        if "/" not in name:
            yield from ((self.test("code", "eq", f"{target}/{name}"),) for target in targets)
        else:
            # A reference to another type than the modifier matches nothing.
            is_possible = name.partition("/")[0] in targets or name.partition("/")[0] not in TYPES
            yield (self.test("code", "eq", name if is_possible else ""),)

    def string(self, value: str, modifier: str) -> tuple[Test, ...]:
        """A beginning in any case and with any accents, unless `modifier` says otherwise."""
        if modifier == "exact":
            return (self.test("exact", "eq", value),)
        if modifier == "contains":
            return (self.test("folded", "within", f"%{_literal(fold(value)[:WIDTH])}%"),)
        return self._beginning("folded", fold(value)[:WIDTH])

    def uris(self, value: str, modifier: str) -> Iterator[tuple[Test, ...]]:
        """A URL or a canonical. `modifier` `below`: those that begin with `value`; `above`: those with which `value` begins."""
        if modifier == "below":
            yield self._beginning("code", value[:WIDTH])
        elif modifier == "above":
            steps = [rank for rank, char in enumerate(value) if char == "/"]
            beginnings = {value, *(value[:rank] for rank in steps), *(value[: rank + 1] for rank in steps)}
            yield from ((self.test("code", "eq", beginning),) for beginning in sorted(beginnings))
        else:
            yield (self.test("code", "eq", value),)

    def _beginning(self, column: str, text: str) -> tuple[Test, ...]:
        """Texts that begin with `text`, as a range: it can use the index, and LIKE cannot."""
        return self.test(column, "ge", text), self.test(column, "lt", text + chr(0x10FFFF))

    def dates(
        self, values: Iterable[str], low: str, high: str, length: int = 0, zone: tzinfo | None = None
    ) -> Iterator[tuple[Test, ...]]:
        """R4's prefixes on [low, high) against the span of the value (https://hl7.org/fhir/R4/search.html#prefix).

        `length`: the length of the interval (µs) when `low` and `high` are the same column. `zone`: of values without one; the
        territory's by default."""
        for value in values:
            prefix, text = split_prefix(value)
            start, end = parse_span(text, zone)
            if prefix == "ap":
                # R4 leaves the range of `ap` to the server: here the span of the value is added on both sides.
                start, end = start - (end - start), min(end + (end - start), LATEST)
            bounds = {"start": start, "end": end}
            for tests in _COMPARED[prefix]:
                yield tuple(
                    self.test(low, operator, bounds[bound])
                    if side == "low"
                    else self.test(high, operator, bounds[bound] - length)
                    for side, operator, bound in tests
                )

    def quantities(self, value: str) -> Iterator[tuple[Test, ...]]:
        """A number, perhaps with the system and code of its unit, or with the unit alone (#quantity)."""
        prefix, text = split_prefix(value)
        number_text, *unit = (plain(word) for word in split(text, "|"))
        exact, (start, end) = parse_number(number_text), parse_number_span(number_text)
        # `ap` is ten per cent on both sides, as R4 proposes.
        near = {"above": exact + abs(exact) / 10, "below": exact - abs(exact) / 10}
        bounds = {"start": start, "end": end, "value": exact} | near
        for tests in _MEASURED[prefix]:
            for code_tests in _list_unit_tests(*unit):
                yield (
                    *(self.test(side, operator, bounds[bound]) for side, operator, bound in tests),
                    *(self.test(column, "eq", word) for column, word in code_tests.items()),
                )

    def test(self, column: str, operator: str, value: Any) -> Test:
        """Add one test and its value. Texts to be equal are cut to `WIDTH`, as in the index."""
        name = f"value_{len(self.values)}"
        self.values[name] = value[:WIDTH] if isinstance(value, str) and operator == "eq" else value
        return column, operator, name


def _list_unit_tests(system: str = "", unit: str = "") -> list[dict[str, str]]:
    """Return the alternatives of {column: value} for a unit: without a system, `unit` may be the code or the text."""
    if system:
        return [{"system": system, "code": unit}]
    return [{"code": unit}, {"unit": unit}] if unit else [{}]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
