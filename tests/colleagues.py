"""Accounts of the fictitious territory, for tests of what the record shows them: who acts, whom the person masks, who holds more.

Nothing here signs in: `tests/people.py` has people who do.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.management.authority import as_operator
from hub.accounts.management.people import add_account, give_role
from hub.domain.actor import Actor
from hub.record.access import account_party
from hub.record.accounts.people import get_account
from hub.record.repository.record import Record
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import EVERYTHING, PERSON, Territory, consent


@dataclass(frozen=True)
class Colleague:
    """An account. Its methods take one of its contexts, (party, role)."""

    here: Territory
    account_id: str

    def build_actor(self, party: str, role: str) -> Actor:
        """Return the actor in that context, as a session would have it."""
        return Actor(party, role, self.account_id, EVERYTHING, "s" * 26, account=self.account_id)

    def open(self, party: str, role: str) -> Record:
        """Return the record as the account sees it in that context."""
        return Record(self.here.store, self.build_actor(party, role), "https://hub.example/fhir")

    @property
    def practitioner(self) -> str:
        """Return its entry in the directory, or "" when all its roles are at an organisation that reveals."""
        with self.here.store.read() as connection:
            return get_account(connection, self.account_id).practitioner

    def mask(self, id: str = "masque", **elements: object) -> str:
        """Let the person mask the account by a Consent; its name."""
        return self.here.write(consent("deny", self.practitioner, id=id, **elements))

    def add_tie(self, party: str, role: str, kind: str, until: int = EVER, person: str = PERSON) -> None:
        """Give the account, in that context alone, a tie of `kind` to the person."""
        own = account_party.build_account_party(self.account_id, party, role)
        with self.here.unit() as unit:
            unit.facts.add_tie(get_reference_rid(person), own, kind, PERSON, (0, until))


def add_colleague(here: Territory, login: str, *contexts: tuple[str, str]) -> Colleague:
    """Add an account that acts in each of `contexts`."""
    operator = as_operator("test")
    account = add_account(here.store, operator, f"{login}@hub.example", f"{login.title()} Fictive")
    for party, role in contexts:
        give_role(here.store, operator, account.account_id, party, role)
    return Colleague(here, account.account_id)
