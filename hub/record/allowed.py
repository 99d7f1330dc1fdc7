"""What is decided before the database is read: by scope, and by what the role could ever see (security.md D7; `leaks.md` L38)."""

from __future__ import annotations

from functools import cache, lru_cache

from hub.actor import Actor
from hub.errors import Invalid, Problem, Refused
from hub.policy import reachable, roles, writable
from hub.record.search.parameters import PARAMETERS
from hub.record.search.question import Chain, Condition, Has, Question
from hub.scopes import covers
from hub.slices import TYPES
from hub.slices.reach import places_of_element, places_of_type

# Derived by the hub: nobody writes them through a door.
HUB_WRITES = frozenset({"AuditEvent", "Provenance"})


def allow(actor: Actor, resource_type: str, letter: str) -> None:
    """Refused unless the scopes cover the interaction `letter` (of `cruds`) and the type is not closed to the role.

    A type is closed only if no place that it can have is ever granted to the role: the same answer whatever the data."""
    if resource_type not in TYPES:
        raise Refused("type-closed")
    if not _covered(actor.scopes, resource_type, letter):
        raise Refused("scope-insufficient")
    if not _open(actor.role, resource_type, writes=letter in "cud"):
        raise Refused("type-closed")


def allow_parameters(actor: Actor, question: Question) -> None:
    """Invalid `parameter-unknown` for a parameter on an element that the role can never see (`leaks.md` L16, L47)."""
    for condition in question.conditions:
        _allow_condition(actor.role, question.type, condition)
    for name, _ in question.sort:
        _allow_element(actor.role, question.type, name)


def _allow_condition(role: str, resource_type: str, condition: Condition | Chain | Has) -> None:
    if isinstance(condition, Chain):
        _allow_element(role, resource_type, condition.via.name)
        _allow_condition(role, condition.target, condition.inner)
    elif isinstance(condition, Has):
        _allow_element(role, condition.source, condition.via.name)
        _allow_condition(role, condition.source, condition.inner)
    else:
        _allow_element(role, resource_type, condition.name)


def _allow_element(role: str, resource_type: str, parameter: str) -> None:
    if not _sees(role, resource_type, parameter):
        raise Invalid(Problem("parameter-unknown", parameter))


@cache
def _sees(role: str, resource_type: str, parameter: str) -> bool:
    found = PARAMETERS[resource_type].get(parameter)
    places = places_of_type(resource_type) if found is None else places_of_element(resource_type, found.element)
    return bool(places & reachable(roles()[role]))


@cache
def _open(role: str, resource_type: str, writes: bool) -> bool:
    if writes and resource_type in HUB_WRITES:
        return False
    reach = writable(roles()[role]) if writes else reachable(roles()[role])
    return bool(places_of_type(resource_type) & reach)


@lru_cache(maxsize=4096)
def _covered(scopes: tuple[str, ...], resource_type: str, letter: str) -> bool:
    return covers(scopes, resource_type, letter)
