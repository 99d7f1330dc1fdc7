"""Who may change accounts and assignments: the operator, administrators, and the desk for persons and relatives (LG-1).

An administrator acts for its own organisation; one of the desk's organisation acts for all. The desk gives accounts to persons
and relatives whom it sees. Administrators and the desk need a step-up within the last five minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.accounts.entry.actor import build_actor
from hub.accounts.entry.sessions import make_agent
from hub.accounts.entry.sign_in import check_step_up
from hub.domain.errors import Invalid, Refused
from hub.domain.roles import Role, load_roles
from hub.record.access.party_roles import has_desk_role
from hub.record.accounts.assignments import ADMINISTRATOR, list_assignments
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
    """The right of an agent to change accounts. `session`: None for the operator, who may do everything."""

    agent: Agent
    session: Session | None = None

    def needs_second(self, account_id: str, role: str) -> bool:
        """Return whether this assignment needs a second administrator: it does for some roles, and for one's own account."""
        return self.session is not None and (role in FOUR_EYES or account_id == self.session.account_id)

    def check_party(self, store: Store, party: str) -> None:
        """Raise Refused `account-not-yours` unless the agent may give and end roles at this party.

        Raises NotFound for a person or a relative whom the desk does not see."""
        session = self.session
        if session is None:
            return
        if party.startswith((f"{_PATIENT}/", f"{_RELATIVE}/")):
            if not _is_desk(session):
                raise Refused("account-not-yours")
            Record(store, build_actor(session)).read(party)
        elif session.role != ADMINISTRATOR or not (session.party == party or _acts_for_all(store, session)):
            raise Refused("account-not-yours")

    def check_account(self, store: Store, account_id: str) -> None:
        """Raise as `check_party` does unless the agent may give and end all roles that the account has.

        An account without a role may be changed by every administrator."""
        session = self.session
        if session is None:
            return
        with store.read() as connection:
            assignments = list_assignments(connection, [account_id], store.get_time())
        if not assignments and session.role != ADMINISTRATOR:
            raise Refused("account-not-yours")
        for assignment in assignments:
            self.check_party(store, assignment.party)


def as_operator(name: str) -> Authority:
    """Return the authority of the operator, who runs commands on the hub's host under this name."""
    return Authority(Agent(f"operator:{name}"[:80]))


def as_colleague(session: Session, now: int) -> Authority:
    """Return the authority of an administrator or the desk. Raises Refused `account-not-yours` for other roles, and
    `step-up-needed`."""
    if session.role != ADMINISTRATOR and not _is_desk(session):
        raise Refused("account-not-yours")
    check_step_up(session, "role-change", now)
    return Authority(make_agent(session), session)


def check_assignable(party: str, role: str) -> None:
    """Raise Invalid `account-role` for a role that people cannot have, `account-party` for a party of the wrong type.

    The person's own role belongs to a Patient, that of a relative to a RelatedPerson, that of a legal representative to a
    RelatedPerson or an Organization, and every other role to an Organization."""
    known = load_roles().get(role)
    if known is None or role.startswith(_MACHINES):
        raise Invalid("account-role", where="role")
    kind, _, identifier = party.partition("/")
    if kind not in _get_party_types(known) or not identifier:
        raise Invalid("account-party", where="party")


def is_personal(role: str) -> bool:
    """Whether a role is that of a person, a relative or a representative: the desk gives it."""
    known = load_roles().get(role)
    return known is not None and bool(known.relations & {"self", "close"})


def _get_party_types(role: Role) -> frozenset[str]:
    if "self" in role.relations:
        return frozenset({_PATIENT})
    if "close" in role.relations:
        return frozenset({_RELATIVE, _ORGANIZATION} if role.name == "repr_legal" else {_RELATIVE})
    return frozenset({_ORGANIZATION})


def _is_desk(session: Session) -> bool:
    return bool(session.role) and load_roles()[session.role].is_desk


def _acts_for_all(store: Store, session: Session) -> bool:
    with store.read() as connection:
        return has_desk_role(connection, session.party)
