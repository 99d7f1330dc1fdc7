"""The pages of administrators on a small territory: software with keys that end at different times, accounts, two versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext
from sqlalchemy import insert, update

from hub.accounts.entry.sessions import choose_language
from hub.accounts.management.people import add_account, give_role
from hub.administration.partners import add_keys
from hub.administration.public_keys import make_key, parse_public_key, strip_private_members
from hub.app import create_app
from hub.domain.config_pages import read_config
from hub.record.accounts.events import Agent
from hub.record.accounts.sessions import IDLE, NewSession, hash_id, insert_session
from hub.record.accounts.vault import open_vault
from hub.record.clients.keys import ClientKey
from hub.record.clients.registry import Partner, register, suspend
from hub.record.db.store import Store, open_store, random_id
from hub.record.maintenance.migrate import migrate
from hub.record.tables import policy_version, session
from hub.settings.settings import load
from tests.pages.site import Page, Site, find_free_port, serve_app
from tests.people import OPERATOR
from tests.territory import settle_territory

_DAC = "Organization/dac"
_SENDER = ("system/Bundle.c", "system/*.rs")
_AGENT = Agent("operator:test")
# The identifiers of the accounts, which the addresses of pages name.
_ACCOUNTS = ("elise", "nadia")
# The record of the site that is served, for those who enter it.
_served: dict[str, Store] = {}


@contextmanager
def serve_administration() -> Iterator[str]:
    """The hub on a record of its own, which is thrown away."""
    with TemporaryDirectory() as folder:
        port = find_free_port()
        settings = load({"HUB_ENV": "demo", "HUB_VAR": folder, "PORT": str(port)})
        accounts = iter(_ACCOUNTS)
        store = open_store(
            f"sqlite:///{Path(folder) / 'pages.sqlite'}",
            (b"0" * 64,),
            new_id=lambda kind: (next(accounts, "") if kind == "Account" else "") or random_id(kind),
        )
        migrate(store)
        _fill(store)
        app = create_app(settings, store)
        with serve_app(app, port) as address:
            _served[address] = store
            yield address
            del _served[address]
        store.dispose()


def enter_as_administrator(context: BrowserContext, address: str, _role: str, language: str) -> None:
    """A session of the administrator, who proved herself just now."""
    store = _served[address]
    vault = open_vault(store)
    with store.write() as connection:
        token = insert_session(connection, store, vault, NewSession("elise", "password", language=language))
    choose_language(store, token, language)
    context.add_cookies([{"name": "sid", "value": token, "url": address}])


def end_session(address: str, token: str) -> None:
    """Let a session have been left alone for too long."""
    store = _served[address]
    own = session.c.hash == hash_id(open_vault(store), token)
    with store.write() as connection:
        connection.execute(update(session).where(own).values(seen=session.c.seen - IDLE))


def _make_key(kid: str) -> ClientKey:
    return parse_public_key(strip_private_members(make_key(kid)))


def _fill(store: Store) -> None:
    settle_territory(store)
    for client, party, role, sources in (
        ("chu-dpi", "chu", "hosp_clinicien", ("chu-hl7",)),
        ("ccas-portail", "ccas", "ccas", ("ccas-csv",)),
        ("ssiad-logiciel", "ssiad", "ssiad", ()),
        ("saad-planning", "saad", "saad", ()),
    ):
        keys = (_make_key(f"{party}-2026"),)
        register(
            store, Partner(client, f"Logiciel fictif {client}", f"Organization/{party}", role, _SENDER, sources, keys)
        )
    # Two keys at once, one of which ends; a client that is suspended.
    add_keys(store, _AGENT, "chu-dpi", [_make_key("chu-2027")], 300)
    add_keys(store, _AGENT, "ccas-portail", [], 20)
    suspend(store, "saad-planning")
    for login, name, role in (
        ("elise@dac.example", "Élise Navette", "admin_sys"),
        ("nadia@dac.example", "Nadia Lisière", "guichet"),
    ):
        give_role(store, OPERATOR, add_account(store, OPERATOR, login, name).account_id, _DAC, role)
    after = '[saad.sections]\nidentity = "read"\ncontacts = "none"'
    before = '[saad.sections]\nidentity = { level = "summary", shows = ["usual"] }\ncontacts = "read"'
    roles, sections = read_config("roles.toml"), read_config("sections.toml")
    values = {"number": 2, "at": store.now(), "by": "operator:root", "fingerprint": "x", "sections": sections}
    with store.write() as connection:
        connection.execute(insert(policy_version).values(roles=roles.replace(before, after), **values))


ADMINISTRATION = Site(
    "administration",
    serve_administration,
    enter_as_administrator,
    tuple(
        Page(f"/admin/{path}", "admin_sys", status)
        for path, status in (
            ("partenaires", 200),
            ("partenaires/nouveau", 200),
            ("partenaires/structure", 200),
            ("partenaires/chu-dpi", 200),
            ("cles", 200),
            ("cles/chu-dpi", 200),
            ("droits", 200),
            ("droits/roles/saad", 200),
            ("droits/versions", 200),
            ("sources", 200),
            ("sources/chu-hl7", 200),
            ("comptes", 200),
            ("comptes/nouveau", 200),
            ("comptes/nadia", 200),
            ("comptes/nadia/depart", 200),
            ("cles/personne", 404),
        )
    ),
)
