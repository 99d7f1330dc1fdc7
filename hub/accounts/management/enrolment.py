"""One-time links, by which the owner of an account sets up its factors, for the first time or when one is lost (LA-7).

Who makes a link neither sets nor sees a password. The account's former factors are valid until the link is used.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from hub.accounts.credentials.codes import (
    SEED_BYTES,
    find_totp_step,
    make_recovery_codes,
    make_totp_uri,
    read_recovery_code,
    read_totp_code,
    spell_seed,
)
from hub.accounts.credentials.passwords import check_password, hash_password
from hub.accounts.entry.network import Origin
from hub.accounts.management.authority import Authority
from hub.domain.errors import Invalid, NotFound
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.factors import (
    delete_factors,
    keep_password,
    keep_recovery_codes,
    keep_totp,
    read_factors,
)
from hub.record.accounts.links import FIRST, RESET, Link, find_link, insert_link, take_link
from hub.record.accounts.people import get_account
from hub.record.accounts.sessions import delete_sessions
from hub.record.accounts.vault import Vault, draw, open_vault
from hub.record.db.store import Store

LIFETIME = 24 * 3_600 * 1_000_000
_LINK_BYTES = 16
_LONGEST_LINK = 64
_SEED = "enrolment_link.seed"
_LONGEST_REASON = 200


@dataclass(frozen=True)
class LinkView:
    """What the page of a link shows. `uri`: for the QR code of the authenticator application; `seed`: the same, to be typed."""

    login: str
    name: str
    kind: str
    until: int
    uri: str = field(repr=False)
    seed: str = field(repr=False)


@dataclass(frozen=True)
class Enrolled:
    """The factors are set. `recovery_codes`: in clear, which the record does not store."""

    account_id: str
    recovery_codes: list[str] = field(repr=False)


def make_link(store: Store, authority: Authority, account_id: str, why: str = "") -> str:
    """Make a link for the owner of an account, valid once within 24 hours, and return its last part, which is not stored.

    For an account that has factors it is a reset, which needs a reason (`why`). Raises NotFound; Refused as
    `Authority.check_account` does; Invalid `account-why` for a reset without reason, `account-ended` for a closed account."""
    vault, now = open_vault(store), store.now()
    authority.check_account(store, account_id)
    text = urlsafe_b64encode(draw(store, _LINK_BYTES)).decode().rstrip("=")
    with store.write() as connection:
        account = get_account(connection, account_id)
        if not account.active:
            raise Invalid("account-ended")
        factors = read_factors(connection, account_id)
        kind = RESET if factors.password or factors.passkeys else FIRST
        if kind == RESET and not why.strip():
            raise Invalid("account-why")
        hashed = vault.hash("link", text)
        seed = vault.seal(draw(store, SEED_BYTES), _SEED, hashed.hex())
        reason = why.strip()[:_LONGEST_REASON]
        insert_link(connection, Link(hashed, account_id, kind, seed, now, now + LIFETIME, authority.agent.name, reason))
        write_event(
            connection, AccountEvent(now, "link-made", account_id, authority.agent, why=f"{kind} {reason}".strip())
        )
    return text


def view_link(store: Store, text: str, site: str) -> LinkView | None:
    """Return what the page of a link shows; None when the link is unknown, used, older than 24 hours or of a closed account.

    `site`: the name of the hub in the authenticator application."""
    vault = open_vault(store)
    link = _find(store, vault, text)
    if link is None:
        return None
    with store.read() as connection:
        account = get_account(connection, link.account_id)
    seed = _open_seed(vault, link)
    login = account.login or account.name
    return LinkView(login, account.name, link.kind, link.until, make_totp_uri(seed, login, site), spell_seed(seed))


def redeem_link(store: Store, text: str, password: str, code: str, origin: Origin) -> Enrolled:
    """Set the password and the authenticator application of the link's account. `code`: one of the application's.

    The account's former factors are deleted and its sessions end. Raises NotFound when `view_link` returns None; Invalid as
    `check_password` does, or `code-wrong`; Busy. After Invalid or Busy the link can still be used."""
    vault = open_vault(store)
    link = find_usable_link(store, text)
    with store.read() as connection:
        account = get_account(connection, link.account_id)
    check_password(password, (account.login, account.name))
    seed = _open_seed(vault, link)
    step = find_totp_step(seed, read_totp_code(code), store.now())
    if step is None:
        raise Invalid("code-wrong", where="code")
    hashed = hash_password(password, vault.pepper)
    codes = make_recovery_codes(lambda count: draw(store, count))
    now, owner = store.now(), link.account_id
    with store.write() as connection:
        if not take_link(connection, link.hash, now):
            raise NotFound
        delete_factors(connection, owner)
        delete_sessions(connection, owner)
        keep_password(connection, owner, hashed, now)
        keep_totp(connection, owner, vault.seal(seed, "totp.seed", owner), step, now)
        keep_recovery_codes(connection, owner, hash_recovery_codes(vault, owner, codes))
        agent = Agent(owner, network=origin.network)
        write_event(connection, AccountEvent(now, "enrolled", owner, agent, why=link.kind))
    return Enrolled(owner, codes)


def hash_recovery_codes(vault: Vault, account_id: str, codes: list[str]) -> list[bytes]:
    """Return the keyed hashes by which the record stores recovery codes."""
    return [vault.hash("recovery", f"{account_id} {read_recovery_code(code)}") for code in codes]


def find_usable_link(store: Store, text: str) -> Link:
    """Return the link whose last part is `text`. Raises NotFound when it cannot be used."""
    link = _find(store, open_vault(store), text)
    if link is None:
        raise NotFound
    return link


def _find(store: Store, vault: Vault, text: str) -> Link | None:
    if not text or len(text) > _LONGEST_LINK:
        return None
    with store.read() as connection:
        return find_link(connection, vault.hash("link", text), store.now())


def _open_seed(vault: Vault, link: Link) -> bytes:
    return vault.open(link.seed, _SEED, link.hash.hex())
