"""People of the fictitious territory with accounts: they enrol, sign in and choose for whom they act, as they would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyotp

from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import choose_context, find_session
from hub.accounts.entry.sign_in import Outcome, Proof, SignedIn, sign_in
from hub.accounts.management.authority import Authority, as_operator
from hub.accounts.management.enrolment import make_link, redeem_link, view_link
from hub.accounts.management.people import add_account, give_role
from hub.record.accounts.sessions import Session
from hub.record.db.store import Store

OPERATOR = as_operator("test")
OFFICE = Origin("192.0.2.0/24", "Firefox, Linux")
PASSWORD = "tulipe cheval agrafe"
STEP = 30_000_000


def pass_time(store: Store, microseconds: int = STEP) -> int:
    """Let the clock of the store go on; the new time."""
    store.now.value += microseconds  # type: ignore[attr-defined]
    return store.now()


@dataclass
class Somebody:
    """Somebody with an account, who has enrolled. `codes`: the recovery codes."""

    store: Store
    account_id: str
    login: str
    seed: str
    codes: list[str]
    password: str = PASSWORD
    token: str = field(default="", init=False)

    def code(self) -> str:
        """The code of the authenticator application now; each is good once."""
        return pyotp.TOTP(self.seed).at(self.store.now() // 1_000_000)

    def next_code(self) -> str:
        """A code that was not used yet."""
        pass_time(self.store)
        return self.code()

    def try_to_sign_in(self, origin: Origin = OFFICE, **other: Any) -> Outcome:
        """With the right proof, but for what is given otherwise."""
        proof = {"login": self.login, "password": self.password, **other}
        if "code" not in proof:
            proof["code"] = self.next_code()
        return sign_in(self.store, Proof(**proof), origin)

    def sign_in(self, context: str = "") -> Session:
        """A session, in the acting context of that key if there are several."""
        outcome = self.try_to_sign_in()
        assert isinstance(outcome, SignedIn), outcome
        self.token = choose_context(self.store, outcome.token, context) if context else outcome.token
        return self.session

    @property
    def session(self) -> Session:
        """The session that is going on."""
        session = find_session(self.store, self.token)
        assert session is not None
        return session


def enrol(
    store: Store, login: str, *roles: tuple[str, str], name: str = "Nadia Fictive", by: Authority = OPERATOR
) -> Somebody:
    """Add an account with (party, role) pairs, and let its owner set up its factors."""
    account = add_account(store, by, login, name)
    for party, role in roles:
        give_role(store, by, account.account_id, party, role)
    return set_up(store, account.account_id, login, make_link(store, by, account.account_id))


def set_up(store: Store, account_id: str, login: str, link: str, password: str = PASSWORD) -> Somebody:
    """What the owner of an account does with a link."""
    view = view_link(store, link, "Maillage")
    assert view is not None
    code = pyotp.TOTP(view.seed).at(store.now() // 1_000_000)
    enrolled = redeem_link(store, link, password, code, OFFICE)
    return Somebody(store, account_id, login, view.seed, enrolled.recovery_codes, password)
