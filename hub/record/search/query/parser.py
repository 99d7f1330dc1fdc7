"""Parse and check the parameters of a search (https://hl7.org/fhir/R4/search.html). No database access.

Strict: what the hub does not declare is Invalid at the parameter's name, a query with too many conditions is
`search-too-costly`. The answer does not depend on data (`docs/leaks.md` L33).
"""

from __future__ import annotations

from functools import lru_cache

from hub.domain.errors import Invalid, Problem
from hub.record.search.index.parameter import list_targets
from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.chains import read_condition
from hub.record.search.query.query import COUNT, Chain, Condition, Has, Include, SearchQuery, parse_limit

INCLUDES, SORTS = 8, 4
# The limits of one query: conditions, and hops of all its chains and `_has`.
CONDITIONS, HOPS = 30, 6
SORTED = ("token", "string", "date", "quantity", "uri")
TOTALS = ("none", "estimate", "accurate")
_INCLUDES = {"_include": (False, False), "_include:iterate": (False, True)} | {
    "_revinclude": (True, False),
    "_revinclude:iterate": (True, True),
}

# Parameters that shape the answer and are not conditions. `hub.api` reads `_format`, `_pretty` and `_elements`.
RESULT = frozenset({"_count", "_sort", "_total", "_summary", "_elements", "_format", "_pretty"})

SUMMARIES = ("true", "text", "data", "count", "false")  # all but `count` are applied to the slices by `hub.api`


def parse_query(resource_type: str, params: list[tuple[str, str]]) -> SearchQuery:
    """Parse the parameters of a search of `resource_type`.

    Raises Invalid as `read_condition`; `parameter-value`, `parameter-unknown` (of `_sort`) or `parameter-twice` at a parameter
    that shapes the answer; `search-too-costly`."""
    return _parse(resource_type, tuple(params))


# Cached, because all pages of a search have the same parameters; the result depends on nothing else.
@lru_cache(maxsize=1024)
def _parse(resource_type: str, params: tuple[tuple[str, str], ...]) -> SearchQuery:
    conditions: list[Condition] = []
    settings: dict[str, str] = {}
    includes: list[Include] = []
    for name, value in params:
        if "\0" in value or len(value) > 4096:
            raise Invalid(Problem("parameter-value", name[:64]))
        if name in _INCLUDES:
            includes.append(_read_include(resource_type, name, value))
        elif name in RESULT:
            if name in settings and name not in ("_format", "_pretty"):
                raise Invalid(Problem("parameter-twice", name))
            settings[name] = value
        else:
            conditions.append(read_condition(resource_type, name, value))
    _check_cost(conditions, includes)
    summary, total = settings.get("_summary", "false"), settings.get("_total", "none")
    if summary not in SUMMARIES or total not in TOTALS:
        raise Invalid(Problem("parameter-value", "_summary" if summary not in SUMMARIES else "_total"))
    count = _read_count(settings.get("_count"))
    return SearchQuery(
        type=resource_type,
        conditions=tuple(conditions),
        count=count,
        sort=_read_sort(resource_type, settings.get("_sort", "")),
        # An estimate may be exact.
        total=total != "none" or summary == "count" or count == 0,
        only_count=summary == "count" or count == 0,
        includes=tuple(includes),
    )


def _check_cost(conditions: list[Condition], includes: list[Include]) -> None:
    """Check the number of conditions, includes and hops. The check never depends on data, which it would reveal."""
    if len(includes) > INCLUDES or len(conditions) > CONDITIONS or sum(map(_count_hops, conditions)) > HOPS:
        raise Invalid("search-too-costly")


def _count_hops(params: Condition) -> int:
    return 1 + _count_hops(params.inner) if isinstance(params, Chain | Has) else 0


def _read_count(value: str | None) -> int:
    if value is None:
        return COUNT
    try:
        return parse_limit(value)
    except ValueError:
        raise Invalid(Problem("parameter-value", "_count")) from None


def _read_sort(resource_type: str, value: str) -> tuple[tuple[str, bool], ...]:
    keys = []
    for word in filter(None, value.split(",")):
        name, descending = word.removeprefix("-"), word.startswith("-")
        parameter = PARAMETERS[resource_type].get(name)
        if name not in ("_id", "_lastUpdated") and (parameter is None or parameter.kind not in SORTED):
            raise Invalid(Problem("parameter-unknown", "_sort"))
        keys.append((name, descending))
    if len(keys) > SORTS:
        raise Invalid(Problem("parameter-value", "_sort"))
    return tuple(keys)


def _read_include(resource_type: str, name: str, value: str) -> Include:
    """Read `Source:parameter` or `Source:parameter:Target`. `*` is not offered."""
    reverse, iterate = _INCLUDES[name]
    source, _, rest = value.partition(":")
    via_name, _, target = rest.partition(":")
    via = PARAMETERS.get(source, {}).get(via_name)
    if via is None or not via.of_reference or (reverse and source in JOURNAL_TYPES):
        raise Invalid(Problem("parameter-value", name))
    targets = list_targets(source, via)
    fits = resource_type in ((target,) if target else targets) if reverse else source == resource_type
    if (target and target not in targets) or not (fits or iterate):
        raise Invalid(Problem("parameter-value", name))
    return Include(source, via, target, reverse, iterate)
