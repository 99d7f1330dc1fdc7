"""Nothing that people or providers entrust to the hub is in a log line (`docs/security.md` §6.4)."""

from __future__ import annotations

import logging

import pytest

from hub.accounts.credentials.webauthn import make_relying_party
from hub.accounts.entry.passkey_sign_in import begin_sign_in, sign_in_with_passkey
from hub.accounts.management.enrolment import make_link
from hub.accounts.management.factors import begin_totp, renew_recovery_codes
from hub.accounts.management.passkeys import begin_registration, finish_registration
from hub.accounts.upstream.sign_in import Return, build_redirect, handle_return
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store
from tests.authenticator import Authenticator
from tests.hub.accounts.conftest import CCAS, DAC
from tests.hub.accounts.upstream.mock_provider import SECRET, MockProvider, sign_with_nothing
from tests.people import OFFICE, OPERATOR, enrol, set_up
from tests.territory import settle_territory

URL = "https://hub.example"
NAME = "Nadia Introuvable"


def test_no_secret_and_no_name_is_logged(
    store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    settle_territory(store)
    person = enrol(store, "nadia@introuvable.example", (DAC, "guichet"), (CCAS, "ccas"), name=NAME)
    person.try_to_sign_in(password="a wrong password")
    person.try_to_sign_in(code="000000")
    first = person.sign_in("dac:guichet") and person.token
    party = make_relying_party(URL, "Maillage")
    assert party is not None
    key = Authenticator(URL)
    person.token = finish_registration(
        store, person.token, party, key.create(begin_registration(store, person.token, party)), "x"
    )
    answer = key.get(begin_sign_in(store, party))
    for _ in range(2):
        sign_in_with_passkey(store, party, answer, OFFICE)
    setup = begin_totp(store, person.token, "Maillage")
    person.token, codes = renew_recovery_codes(store, person.token)
    link = make_link(store, OPERATOR, person.account_id, "perdu")
    mock = MockProvider(
        "psc", lambda: store.now() // 1_000_000, userinfo={"given_name": "Odile", "family_name": "Introuvable"}
    )
    provider = mock.provider()
    secrets = []
    for change in (None, sign_with_nothing):
        mock.sign = change
        departure = build_redirect(store, provider, f"{URL}/retour")
        state = mock.visit(departure.url)
        handle_return(
            store, provider, f"{URL}/retour", Return([("code", "the-code"), ("state", state)], departure.cookie), OFFICE
        )
        secrets += [state, departure.cookie, mock.nonce, mock.make_id_token() or ""]
    renewed = set_up(store, person.account_id, person.login, link)
    secrets += [first, person.token, person.password, person.seed, setup.seed, setup.handle, link, SECRET, "the-code"]
    secrets += [*person.codes, *codes, *renewed.codes, renewed.seed, answer, key.user, open_vault(store).pepper.hex()]
    secrets += [NAME, "Introuvable", person.login, "a wrong password"]
    written = caplog.text + "".join(capfd.readouterr())
    assert [secret for secret in secrets if secret in written] == []


def test_what_is_held_in_memory_does_not_print_itself(store: Store) -> None:
    """A repr ends in tracebacks and in what debuggers send."""
    from hub.accounts.entry.sign_in import Proof, SignedIn
    from hub.accounts.management.enrolment import view_link

    settle_territory(store)
    person = enrol(store, "nadia@introuvable.example", (DAC, "guichet"))
    link = make_link(store, OPERATOR, person.account_id, "perdu")
    view = view_link(store, link, "Maillage")
    assert view is not None
    setup = begin_totp(store, person.sign_in() and person.token, "Maillage")
    back = Return([("code", "c0de")], "c00kie", "t0ken")
    proof = Proof(person.login, person.password, "123456")
    shown = repr([view, proof, SignedIn("the token"), open_vault(store), setup, back])
    secrets = [view.seed, person.password, "123456", "the token", "c0de", "c00kie", "t0ken", person.token]
    assert [secret for secret in secrets if secret in shown] == []
