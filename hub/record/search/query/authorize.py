"""Check scope and role before the database is read (`docs/security.md` D7; `docs/leaks.md` L38)."""

from __future__ import annotations

from functools import cache, lru_cache

from hub.domain.actor import Actor
from hub.domain.errors import Invalid, Problem, Refused
from hub.domain.policy import get_reachable_places, get_writable_places
from hub.domain.resource_types import RESOURCE_TYPES, TYPES
from hub.domain.roles import load_roles
from hub.domain.scopes import covers
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.query import Chain, Composite, Condition, Has, SearchQuery
from hub.slices.placement.reach import get_element_places, get_type_places

# Types that only the hub writes.
HUB_WRITES = frozenset(name for name, entry in RESOURCE_TYPES.items() if entry.only_hub_writes)
# Types that only clients of software read and write. A Subscription counts the changes that its owner sees, and a person may mask
# herself from one colleague (`docs/leaks.md` L148).
OF_SOFTWARE = frozenset({"Subscription"})
# Types of which every organisation may change some elements of its own entries (`hub.record.write.own_service`).
HAS_OWN_ENTRIES = frozenset({"HealthcareService"})


def allow(actor: Actor, resource_type: str, letter: str) -> None:
    """Raise Refused unless the scopes cover the interaction `letter` (of `cruds`) and the type is open to the role and, of an
    account, to people.

    A type is closed to a role that can never get any of its places: the answer does not depend on data."""
    if resource_type not in TYPES:
        raise Refused("type-closed")
    if not _covers(actor.scopes, resource_type, letter):
        raise Refused("scope-insufficient")
    writes = letter in "cd" or (letter == "u" and resource_type not in HAS_OWN_ENTRIES)
    if not _open(actor.role, resource_type, writes=writes) or (actor.account and resource_type in OF_SOFTWARE):
        raise Refused("type-closed")


def may_read(actor: Actor, resource_type: str) -> bool:
    """Return whether the scopes of `actor` cover the reading of the type."""
    return _covers(actor.scopes, resource_type, "r")


def allow_parameters(actor: Actor, question: SearchQuery) -> None:
    """Raise Invalid `parameter-unknown` for a parameter on an element that the role can never see, and for a chain to a type
    that the scopes do not let it search (`docs/leaks.md` L16, L18, L47)."""
    for condition in question.conditions:
        _allow_condition(actor, question.type, condition)
    for name, _ in question.sort:
        _allow_element(actor.role, question.type, name)
    for include in question.includes:
        _allow_element(actor.role, include.source, include.via.name)


def _allow_condition(actor: Actor, resource_type: str, condition: Condition) -> None:
    if isinstance(condition, Chain | Has):
        source, target = (
            (resource_type, condition.target) if isinstance(condition, Chain) else (condition.source, condition.source)
        )
        _allow_element(actor.role, source, condition.via.name)
        if not _covers(actor.scopes, target, "s"):
            raise Invalid(Problem("parameter-unknown", condition.via.name))
        _allow_condition(actor, target, condition.inner)
    else:
        parameter_name = condition.parameter.name if isinstance(condition, Composite) else condition.name
        _allow_element(actor.role, resource_type, parameter_name)


def _allow_element(role: str, resource_type: str, parameter: str) -> None:
    if not _sees(role, resource_type, parameter):
        raise Invalid(Problem("parameter-unknown", parameter))


@cache
def _sees(role: str, resource_type: str, name: str) -> bool:
    """Whether the role may get a place that the parameter reads; for a composite, one of each component."""
    parameter, reach = PARAMETERS[resource_type].get(name), get_reachable_places(load_roles()[role])
    if parameter is None:
        return bool(get_type_places(resource_type) & reach)
    if parameter.components:
        return all(_sees(role, resource_type, component) for component in parameter.components)
    return any(get_element_places(resource_type, path.element) & reach for path in parameter.paths)


@cache
def _open(role: str, resource_type: str, writes: bool) -> bool:
    if writes and resource_type in HUB_WRITES:
        return False
    reach = get_writable_places(load_roles()[role]) if writes else get_reachable_places(load_roles()[role])
    return bool(get_type_places(resource_type) & reach)


@lru_cache(maxsize=4096)
def _covers(scopes: tuple[str, ...], resource_type: str, letter: str) -> bool:
    return covers(scopes, resource_type, letter)
