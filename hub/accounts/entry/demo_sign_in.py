"""Sign-in in the demo: an account opens by its login alone. All persons there are invented (`docs/contract.md` §6)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.entry.logins import make_skeleton
from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import get_session, make_agent
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn
from hub.domain.config_pages import parse_toml, read_config
from hub.domain.errors import NotFound, Refused
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.people import find_by_skeleton
from hub.record.accounts.sessions import NewSession, hash_id, insert_session, make_id, replace_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store

DEMO = "demo"
_PAGE = "demo/people.toml"


@dataclass(frozen=True)
class DemoAccount:
    """An account that may be tried. `roles`: those of `config/demo/people.toml`."""

    login: str
    name: str
    roles: tuple[str, ...]


def list_demo_accounts(store: Store) -> list[DemoAccount]:
    """Return the accounts of `config/demo/people.toml` that the record has."""
    people = parse_toml(read_config(_PAGE), _PAGE)["person"]
    with store.read() as connection:
        return [
            DemoAccount(entry["login"], entry["name"], tuple(role["role"] for role in entry["roles"]))
            for entry in people
            if any(find_by_skeleton(connection, make_skeleton(entry["login"])))
        ]


def sign_in_to_demo(store: Store, login: str, origin: Origin, *, demo: bool) -> SignedIn | NotSignedIn:
    """Open a session for an account of the demo. `demo`: whether this is one. Raises Refused `demo-only` when it is not."""
    if not demo:
        raise Refused("demo-only")
    skeleton, vault = make_skeleton(login), open_vault(store)
    with store.write() as connection:
        colleague, personal = find_by_skeleton(connection, skeleton)
        account = colleague or personal
        if account is None or not account.active:
            return NotSignedIn()
        token = insert_session(
            connection, store, vault, NewSession(account.account_id, DEMO, origin.network, origin.agent)
        )
        agent = Agent(account.account_id, network=origin.network)
        write_event(connection, AccountEvent(store.now(), "sign-in", account.account_id, agent, why=DEMO))
    return SignedIn(token)


def step_up_in_demo(store: Store, token: str, *, demo: bool) -> SignedIn:
    """Let a session that was opened by its login alone count as proven now; it goes on under a new id.

    Raises NotFound; Refused `demo-only` where this is no demo, or the session was opened otherwise."""
    session = get_session(store, token)
    if not demo or session.method != DEMO:
        raise Refused("demo-only")
    now, after, vault = store.now(), make_id(store), open_vault(store)
    with store.write() as connection:
        if not replace_session(connection, hash_id(vault, token), hash_id(vault, after), authenticated=now, seen=now):
            raise NotFound
        write_event(connection, AccountEvent(now, "step-up", session.account_id, make_agent(session), why=DEMO))
    return SignedIn(after)
