"""Find the one resource that a condition matches: https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #patch.

The search runs as the actor, so that hidden resources match nothing (`docs/leaks.md` L58, L59, L61, L69), and in the writing
transaction after the clock is locked: of two concurrent conditional creates, the second finds the resource of the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.actor import Actor
from hub.domain.errors import Conflict, Invalid
from hub.record.access.session import ReadSession
from hub.record.search.query.authorize import allow, allow_parameters
from hub.record.search.query.parser import parse_query
from hub.record.search.sql.execute import find

Condition = Sequence[tuple[str, str]]

# The parameters of all types that are conditions; the others shape the answer.
_CONDITION_PARAMETERS = frozenset({"_id", "_lastUpdated", "_tag", "_security", "_profile", "_has"})


def check_condition(actor: Actor, resource_type: str, params: Condition) -> None:
    """Check a condition before anything is read.

    Raises Refused when the actor may not search the type; Invalid `condition-empty`; Invalid `parameter-unknown` for a
    parameter that shapes the answer, is not declared, or that the role can never see."""
    allow(actor, resource_type, "s")
    if not params:
        raise Invalid("condition-empty")
    shaping = [
        word for name, _ in params if (word := name.partition(":")[0])[:1] == "_" and word not in _CONDITION_PARAMETERS
    ]
    if shaping:
        raise Invalid("parameter-unknown", where=shaping[0][:64])
    allow_parameters(actor, parse_query(resource_type, list(params)))


def find_unique(session: ReadSession, resource_type: str, params: Condition, base: str) -> str | None:
    """Return the `Type/id` that matches `params`, or None. Raises Conflict `condition-several` when the actor sees several."""
    query = parse_query(resource_type, [*params, ("_count", "1")])
    matches = find(session, query, None, base)
    if matches.last is not None:
        raise Conflict("condition-several")
    return next(iter(matches.names.values()), None)
