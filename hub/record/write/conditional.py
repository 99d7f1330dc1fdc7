"""The one resource that a condition means: https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #patch.

The match is the actor's own search, run in the writing transaction behind the clock: what is hidden matches nothing
(`docs/leaks.md` L58, L59, L61, L69), and of two who ask at once the second finds what the first made.
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

# What of the parameters of all types says which resource is meant; the others shape an answer.
_MEANING = frozenset({"_id", "_lastUpdated", "_tag", "_security", "_profile", "_has"})


def check_condition(actor: Actor, resource_type: str, asked: Condition) -> None:
    """Refused when the actor may not search the type. Invalid `condition-empty`; a parameter that shapes an answer, is not
    declared, or that the role can never see. All before anything is read."""
    allow(actor, resource_type, "s")
    if not asked:
        raise Invalid("condition-empty")
    shaping = [word for name, _ in asked if (word := name.partition(":")[0])[:1] == "_" and word not in _MEANING]
    if shaping:
        raise Invalid("parameter-unknown", where=shaping[0][:64])
    allow_parameters(actor, parse_query(resource_type, list(asked)))


def find_unique(session: ReadSession, resource_type: str, asked: Condition, base: str) -> str | None:
    """The `Type/id` that meets `asked`, or None. Conflict `condition-several` when the actor sees several that do."""
    question = parse_query(resource_type, [*asked, ("_count", "1")])
    matches = find(session, question, None, base)
    if matches.last is not None:
        raise Conflict("condition-several")
    return next(iter(matches.names.values()), None)
