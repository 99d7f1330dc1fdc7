"""A question of search, read and checked before anything is queried (https://hl7.org/fhir/R4/search.html).

Strict: what the hub does not declare is Invalid at the parameter's name, a question that asks too much is `search-too-costly`.
The same whatever the data (`docs/leaks.md` L33). Pure.
"""

from __future__ import annotations

from functools import lru_cache

from hub.domain.errors import Invalid, Problem
from hub.record.search.index.parameter import targets_of
from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.chains import read_condition
from hub.record.search.query.query import COUNT, Asked, Chain, Has, Include, SearchQuery, number_in

INCLUDES, SORTS = 8, 4
# What one question may come to: conditions, and hops of chains and `_has` together.
CONDITIONS, HOPS = 30, 6
SORTED = ("token", "string", "date", "quantity", "uri")
TOTALS = ("none", "estimate", "accurate")
_INCLUDES = {"_include": (False, False), "_include:iterate": (False, True)} | {
    "_revinclude": (True, False),
    "_revinclude:iterate": (True, True),
}

# What shapes the answer and is no condition. The door reads `_format`, `_pretty` and `_elements`.
RESULT = frozenset({"_count", "_sort", "_total", "_summary", "_elements", "_format", "_pretty"})

SUMMARIES = ("true", "text", "data", "count", "false")  # all but `count` shape the slices that were found


def parse_query(resource_type: str, asked: list[tuple[str, str]]) -> SearchQuery:
    """The question that `asked` makes of `resource_type`. Invalid as `read_condition`; `parameter-value`, `parameter-unknown` (of
    `_sort`) or `parameter-twice` at what shapes the answer; `search-too-costly`."""
    return _question(resource_type, tuple(asked))


# A page turned again asks the same: a function of the words alone, whoever asks.
@lru_cache(maxsize=1024)
def _question(resource_type: str, asked: tuple[tuple[str, str], ...]) -> SearchQuery:
    conditions: list[Asked] = []
    settings: dict[str, str] = {}
    includes: list[Include] = []
    for name, value in asked:
        if "\0" in value or len(value) > 4096:
            raise Invalid(Problem("parameter-value", name[:64]))
        if name in _INCLUDES:
            includes.append(_include(resource_type, name, value))
        elif name in RESULT:
            if name in settings and name not in ("_format", "_pretty"):
                raise Invalid(Problem("parameter-twice", name))
            settings[name] = value
        else:
            conditions.append(read_condition(resource_type, name, value))
    _affordable(conditions, includes)
    summary, total = settings.get("_summary", "false"), settings.get("_total", "none")
    if summary not in SUMMARIES or total not in TOTALS:
        raise Invalid(Problem("parameter-value", "_summary" if summary not in SUMMARIES else "_total"))
    count = _count(settings.get("_count"))
    return SearchQuery(
        type=resource_type,
        conditions=tuple(conditions),
        count=count,
        sort=_sort(resource_type, settings.get("_sort", "")),
        # An estimate may be exact.
        total=total != "none" or summary == "count" or count == 0,
        only_count=summary == "count" or count == 0,
        includes=tuple(includes),
    )


def _affordable(conditions: list[Asked], includes: list[Include]) -> None:
    """By what is asked and never by data: else the refusal would tell of it."""
    if len(includes) > INCLUDES or len(conditions) > CONDITIONS or sum(map(_hops, conditions)) > HOPS:
        raise Invalid("search-too-costly")


def _hops(asked: Asked) -> int:
    return 1 + _hops(asked.inner) if isinstance(asked, Chain | Has) else 0


def _count(value: str | None) -> int:
    if value is None:
        return COUNT
    try:
        return number_in(value)
    except ValueError:
        raise Invalid(Problem("parameter-value", "_count")) from None


def _sort(resource_type: str, value: str) -> tuple[tuple[str, bool], ...]:
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


def _include(resource_type: str, name: str, value: str) -> Include:
    """`Source:parameter` or `Source:parameter:Target`. No `*`: each hop is asked by its name."""
    reverse, iterate = _INCLUDES[name]
    source, _, rest = value.partition(":")
    via_name, _, target = rest.partition(":")
    via = PARAMETERS.get(source, {}).get(via_name)
    if via is None or not via.of_reference or (reverse and source in JOURNAL_TYPES):
        raise Invalid(Problem("parameter-value", name))
    targets = targets_of(source, via)
    fits = resource_type in ((target,) if target else targets) if reverse else source == resource_type
    if (target and target not in targets) or not (fits or iterate):
        raise Invalid(Problem("parameter-value", name))
    return Include(source, via, target, reverse, iterate)
