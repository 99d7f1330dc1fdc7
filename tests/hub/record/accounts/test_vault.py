"""The keys of accounts, and a database without them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import delete, select

from hub.accounts.entry.sessions import find_session, make_csrf_token
from hub.accounts.entry.sign_in import NotSignedIn, Proof, SignedIn, sign_in
from hub.accounts.management.enrolment import make_link, redeem_link, view_link
from hub.accounts.management.factors import begin_totp
from hub.accounts.management.people import add_account
from hub.domain.errors import Invalid, NotFound
from hub.record.accounts.vault import KeyLost, Vault, open_vault
from hub.record.db.store import Store, open_store
from hub.record.tables import account_key, metadata
from tests.conftest import SEAL_KEYS
from tests.hub.accounts.conftest import DAC
from tests.people import OFFICE, OPERATOR, PASSWORD, Somebody, enrol
from tests.territory import settle_territory

OTHER_KEYS = (b"1" * 64,)


def reopen(store: Store, keys: tuple[bytes, ...]) -> Store:
    return open_store(store.writer.url.render_as_string(hide_password=False), keys, durable=False, now=store.now)


@pytest.fixture
def somebody(store: Store) -> Somebody:
    settle_territory(store)
    person = enrol(store, "nadia@dac.example", (DAC, "guichet"))
    person.sign_in()
    return person


@pytest.fixture(params=["kept", "made anew"])
def thief(store: Store, somebody: Somebody, request: pytest.FixtureRequest) -> Iterator[tuple[Store, str]]:
    """The database, opened by who has no key of it, and a link that was not used; with the master key as it is, or its row
    deleted so that another is made."""
    link = make_link(store, OPERATOR, add_account(store, OPERATOR, "paul@dac.example", "Paul").account_id)
    if request.param == "made anew":
        with store.write() as connection:
            connection.execute(delete(account_key))
    opened = reopen(store, OTHER_KEYS)
    yield opened, link
    opened.dispose()


def test_a_copy_without_the_key_files_lets_nobody_in(thief: tuple[Store, str], somebody: Somebody) -> None:
    """No session, password, code, recovery code or link works; the owner's own are tried."""
    copy, link = thief
    kept = copy.extra.get("vault") is None and _has_master(copy)
    tries = [
        lambda: find_session(copy, somebody.token),
        lambda: sign_in(copy, Proof(somebody.login, PASSWORD, somebody.next_code()), OFFICE),
        lambda: sign_in(copy, Proof(somebody.login, PASSWORD, somebody.codes[0]), OFFICE),
        lambda: view_link(copy, link, "Maillage"),
    ]
    if kept:
        for attempt in tries:
            with pytest.raises(Invalid, match="account-key"):
                attempt()
        return
    assert [attempt() for attempt in tries] == [None, NotSignedIn(), NotSignedIn(), None]
    with pytest.raises(NotFound):
        redeem_link(copy, link, PASSWORD, "000000", OFFICE)


def test_a_copy_holds_no_seed_and_no_hash_that_can_be_tried(thief: tuple[Store, str], somebody: Somebody) -> None:
    """Even who writes to the copy: a password that the thief sets beside her own application lets nobody in."""
    from hub.accounts.credentials import passwords
    from hub.record.accounts.factors import keep_password, read_factors

    copy, _ = thief
    with copy.write() as connection:
        connection.execute(delete(account_key))
    copy.extra.clear()
    vault = open_vault(copy)
    with copy.write() as connection:
        keep_password(
            connection, somebody.account_id, passwords.hash_password("mine to set!!", vault.pepper), copy.now()
        )
        sealed = read_factors(connection, somebody.account_id).totp
    assert sealed is not None
    with pytest.raises(KeyLost):
        vault.open(sealed.seed, "totp.seed", somebody.account_id)
    assert sign_in(copy, Proof(somebody.login, "mine to set!!", somebody.next_code()), OFFICE) == NotSignedIn()


def test_no_secret_is_in_the_database_as_it_is_used(store: Store, somebody: Somebody) -> None:
    link = make_link(store, OPERATOR, somebody.account_id, "perdu")
    setup = begin_totp(store, somebody.token, "Maillage")
    view = view_link(store, link, "Maillage")
    assert view is not None
    needles = [somebody.token, link, somebody.password, setup.handle, make_csrf_token(store, somebody.session)]
    for seed in (somebody.seed, setup.seed, view.seed):
        needles += [seed, pyotp.TOTP(seed).byte_secret().hex()]
    for code in somebody.codes:
        needles += [code, code.replace("-", "")]
    with store.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    content = "\n".join(value.hex() if isinstance(value, bytes) else str(value) for row in rows for value in row)
    assert [needle for needle in needles if needle in content or needle.encode().hex() in content] == []


def test_keys_are_made_once(store: Store) -> None:
    stores = [reopen(store, SEAL_KEYS) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        vaults = list(threads.map(open_vault, stores))
    assert len({vault.pepper for vault in vaults}) == 1
    for opened in stores:
        opened.dispose()


def test_a_new_seal_key_keeps_all_in_use(store: Store, somebody: Somebody) -> None:
    """The former key is needed once more; then the new one alone will do."""
    new = (secrets.token_bytes(64),)
    turning = reopen(store, new + SEAL_KEYS)
    assert find_session(turning, somebody.token) is not None
    turning.dispose()
    after = reopen(store, new)
    assert isinstance(sign_in(after, Proof(somebody.login, PASSWORD, somebody.next_code()), OFFICE), SignedIn)
    after.dispose()
    former = reopen(store, SEAL_KEYS)
    with pytest.raises(Invalid, match="account-key"):
        open_vault(former)
    former.dispose()


def test_what_is_sealed_for_one_row_opens_for_no_other(store: Store) -> None:
    vault = open_vault(store)
    sealed = vault.seal(b"seed", "totp.seed", "one")
    assert vault.open(sealed, "totp.seed", "one") == b"seed"
    for other in (("totp.seed", "two"), ("session.id_token", "one"), ("totp.seed",)):
        with pytest.raises(KeyLost):
            vault.open(sealed, *other)
    assert vault.hash("link", "x") != vault.hash("session", "x")


def test_a_vault_shows_nothing(store: Store) -> None:
    vault = open_vault(store)
    assert isinstance(vault, Vault)
    assert repr(vault) == "Vault()"
    assert vault.pepper.hex() not in repr(store)


def _has_master(store: Store) -> bool:
    with store.read() as connection:
        return connection.execute(select(account_key)).first() is not None
