"""Registering the software of partners and its keys: refused by name, each act traced (`docs/contract.md` §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.domain.errors import Conflict, Invalid, NotFound, Problem
from hub.intake import load_sources
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.organisations import is_known
from hub.record.clients import key_list, keys, registry
from hub.record.clients.keys import ClientKey
from hub.record.clients.registry import Partner
from hub.record.db.store import Store
from hub.record.tables.base import EVER

_HOUR = 3_600_000_000
MAX_OVERLAP = 720  # hours


@dataclass(frozen=True)
class PartnerState:
    """A registered client as an administrator sees it. `ends`: when the last of its keys ends, in microseconds; None when one
    has no end; 0 when none is accepted any more. `used`: when one of these last proved it, None before."""

    partner: Partner
    ends: int | None
    used: int | None = None


def add_partner(store: Store, agent: Agent, partner: Partner, *, dry_run: bool = False) -> None:
    """Register `partner`.

    Raises Invalid as `check_partner` does, for an organisation or a source that the hub does not have
    (`client-party-unknown`, `client-source-unknown`, each with its name), and without a key (`key-file`); Conflict
    `client-known`. Nothing is written with `dry_run`."""
    registry.check_partner(partner)
    if problems := _find_unknowns(store, partner):
        raise Invalid(*problems)
    if not partner.keys:
        raise Invalid("key-file", where="key")
    if registry.find(store, partner.client_id) is not None:
        raise Conflict("client-known", where=partner.client_id)
    if not dry_run:
        registry.register(store, partner, _make_note(store, agent, "partner-added", partner))


def _find_unknowns(store: Store, partner: Partner) -> list[Problem]:
    problems = []
    if not is_known(store, partner.party.partition("/")[2]):
        problems.append(Problem("client-party-unknown", partner.party))
    problems += [Problem("client-source-unknown", name) for name in partner.sources if name not in load_sources()]
    return problems


def suspend_partner(store: Store, agent: Agent, client_id: str) -> None:
    """Refuse a client and its tokens from now on. Raises NotFound."""
    partner = get_partner(store, client_id)
    registry.suspend(store, client_id, _make_note(store, agent, "partner-suspended", partner))


def resume_partner(store: Store, agent: Agent, client_id: str) -> None:
    """Admit a suspended client again. Raises NotFound."""
    partner = get_partner(store, client_id)
    registry.resume(store, client_id, _make_note(store, agent, "partner-resumed", partner))


def add_keys(store: Store, agent: Agent, client_id: str, fresh: Sequence[ClientKey], hours: int) -> None:
    """Accept the keys `fresh` too; the present ones end after `hours`, with 0 at once.

    Raises Invalid `key-overlap`; NotFound; Conflict `key-known`."""
    if not 0 <= hours <= MAX_OVERLAP:
        raise Invalid("key-overlap", where="hours")
    note = _make_note(store, agent, "keys-added", get_partner(store, client_id), *(key.kid for key in fresh))
    keys.rotate(store, client_id, fresh, hours * _HOUR, note)


def retire_key(store: Store, agent: Agent, client_id: str, kid: str) -> None:
    """Refuse a key of a client from now on. Raises NotFound; Conflict `key-last`."""
    note = _make_note(store, agent, "key-retired", get_partner(store, client_id), kid)
    key_list.retire_key(store, client_id, kid, note)


def list_partners(store: Store) -> list[PartnerState]:
    """Every client, those whose keys end first at the top."""
    ends: dict[str, int] = {}
    used: dict[str, int] = {}
    for key in key_list.list_keys(store):
        ends[key.client_id] = max(key.until, ends.get(key.client_id, 0))
        used[key.client_id] = max(key.used or 0, used.get(key.client_id, 0))
    states = [
        PartnerState(
            partner,
            None if (end := ends.get(partner.client_id, 0)) >= EVER else end,
            used.get(partner.client_id) or None,
        )
        for partner in registry.everyone(store)
    ]
    return sorted(states, key=lambda state: (state.ends is None, state.ends or 0, state.partner.client_id))


def get_partner(store: Store, client_id: str) -> Partner:
    """The client of that name. Raises NotFound."""
    partner = registry.find(store, client_id)
    if partner is None:
        raise NotFound
    return partner


def _make_note(store: Store, agent: Agent, act: str, partner: Partner, *kids: str) -> Callable[[Any], None]:
    """What writes the trace of `act` in the transaction of the act."""
    event = AccountEvent(store.now(), act, "", agent, partner.party, partner.role, " ".join([partner.client_id, *kids]))
    return lambda connection: write_event(connection, event)
