"""Challenges for passkeys: 256 random bits, each for one purpose and one account, to be answered once within five minutes."""

from __future__ import annotations

from hub.accounts.credentials.webauthn import Answer
from hub.domain.errors import Invalid
from hub.record.accounts.challenges import Challenge, insert_challenge
from hub.record.accounts.challenges import take_challenge as take_by_hash
from hub.record.accounts.vault import draw, open_vault
from hub.record.db.store import Store

_PATIENCE = 5 * 60 * 1_000_000
_CHALLENGE_BYTES = 32


def make_challenge(store: Store, purpose: str, owner: str) -> bytes:
    """Return a new challenge for `purpose`. `owner`: the account that must answer, "" for any."""
    challenge = draw(store, _CHALLENGE_BYTES)
    hashed = open_vault(store).hash(purpose, challenge.hex())
    with store.write_relaxed() as connection:
        insert_challenge(connection, hashed, purpose, Challenge(owner, b""), store.now() + _PATIENCE)
    return challenge


def take_challenge(store: Store, purpose: str, answer: Answer, owner: str) -> None:
    """Use up the challenge of an answer. Raises Invalid `passkey-refused` when it is unknown, expired, used, or for another
    purpose or account."""
    hashed = open_vault(store).hash(purpose, answer.challenge.hex())
    with store.write() as connection:
        expected = take_by_hash(connection, hashed, purpose, store.now())
    if expected is None or expected.account_id != owner:
        raise Invalid("passkey-refused")
