"""Who may change accounts and roles: the operator at the machine, administrators, and the desk for persons and relatives (LG-1).

An administrator acts for its own organisation; one of the organisation that runs the intake acts for all. The desk gives persons
and relatives whom it sees an access of their own. Nobody does so in a session that was not proven in the last five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.entry.sessions import make_actor, make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.domain.errors import Invalid, Refused
from hub.domain.roles import Role, load_roles
from hub.record.accounts.assignments import ADMINISTRATOR, list_assignments
from hub.record.accounts.directory import runs_intake
from hub.record.accounts.events import Agent
from hub.record.accounts.sessions import Session
from hub.record.db.store import Store
from hub.record.repository.record import Record

# Roles that a second administrator confirms (LG-1).
FOUR_EYES = frozenset({"gestionnaire", ADMINISTRATOR})
# Roles of software.
_MACHINES = "m2m_"
_ORGANIZATION, _PATIENT, _RELATIVE = "Organization", "Patient", "RelatedPerson"


@dataclass(frozen=True)
class Authority:
    """Whoever changes accounts. `session`: None for the operator, who may do everything."""

    agent: Agent
    session: Session | None = None

    def needs_second(self, account_id: str, role: str) -> bool:
        """Whether a role that is assignment so waits for a second administrator: some roles, and any of one's own."""
        return self.session is not None and (role in FOUR_EYES or account_id == self.session.account_id)

    def check_party(self, store: Store, party: str) -> None:
        """Raises Refused `account-not-yours` when roles at this party are not its own to give or to end.

        NotFound when it is a person or a relative whom the desk does not see."""
        session = self.session
        if session is None:
            return
        if party.startswith((f"{_PATIENT}/", f"{_RELATIVE}/")):
            if not _is_desk(session):
                raise Refused("account-not-yours")
            Record(store, make_actor(session)).read(party)
        elif session.role != ADMINISTRATOR or not (session.party == party or _acts_for_all(store, session)):
            raise Refused("account-not-yours")

    def check_account(self, store: Store, account_id: str) -> None:
        """Raises as `check_party` unless every role of the account is its own to give.

        An account without a role is any administrator's."""
        session = self.session
        if session is None:
            return
        with store.read() as connection:
            assignments = list_assignments(connection, [account_id], store.now())
        if not assignments and session.role != ADMINISTRATOR:
            raise Refused("account-not-yours")
        for assignment in assignments:
            self.check_party(store, assignment.party)


def as_operator(name: str) -> Authority:
    """Whoever runs commands at the machine."""
    return Authority(Agent(f"operator:{name}"[:80]))


def as_colleague(session: Session, now: int) -> Authority:
    """An administrator, or the desk, in a session. Raises Refused `account-not-yours` for others, `step-up-needed`."""
    if session.role != ADMINISTRATOR and not _is_desk(session):
        raise Refused("account-not-yours")
    check_step_up(session, "role-change", now)
    return Authority(make_agent(session), session)


def check_assignable(party: str, role: str) -> None:
    """Raises Invalid `account-role` for a role that people do not have, `account-party` when it is not one of such a party.

    The person's own role is at her Patient, that of a relative at its RelatedPerson; a legal representative may be an
    organisation; all others are at an Organization."""
    known = load_roles().get(role)
    if known is None or role.startswith(_MACHINES):
        raise Invalid("account-role", where="role")
    kind, _, identifier = party.partition("/")
    if kind not in _get_party_types(known) or not identifier:
        raise Invalid("account-party", where="party")


def _get_party_types(role: Role) -> frozenset[str]:
    if "self" in role.relations:
        return frozenset({_PATIENT})
    if "close" in role.relations:
        return frozenset({_RELATIVE, _ORGANIZATION} if role.name == "repr_legal" else {_RELATIVE})
    return frozenset({_ORGANIZATION})


def _is_desk(session: Session) -> bool:
    return bool(session.role) and "desk" in load_roles()[session.role].relations


def _acts_for_all(store: Store, session: Session) -> bool:
    with store.read() as connection:
        return runs_intake(connection, session.party)
