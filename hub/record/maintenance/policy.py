"""The versions of the policy that were applied to the record, and whom the next one concerns (`docs/grants.md`).

Grants are rows. A page that was changed holds for what is derived from then on only, so that the hub is not ready until the whole
page is applied: grants derived again, in one transaction with the note of the version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from sqlalchemy import Connection, func, insert, inspect, select

from hub.domain import roles as roles_page
from hub.domain import sections as sections_page
from hub.domain.config_pages import read_config
from hub.domain.errors import Conflict
from hub.domain.policy_changes import ADMINISTRATOR, Policy, read_policy
from hub.domain.roles import Cell, Role, load_roles
from hub.domain.sections import Sections, load_sections
from hub.record.access.derive import Facts, derive
from hub.record.access.grants import Rebuilt, read_facts, rebuild_all, rebuild_directory
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.db.clock import read_clock, tick
from hub.record.db.store import Store
from hub.record.tables import party_role, policy_version, relation, resource, stake

_AT_ONCE = 500


@dataclass(frozen=True)
class PolicyVersion:
    """One version. `number`: from 1 on; `at` in microseconds; `by`: the operator, "" for the first of an empty record."""

    number: int
    at: int
    by: str
    policy: Policy


@cache
def _read_pages() -> tuple[str, str, str]:
    """The pages by which this process works, with their fingerprint: read once, as `load_roles` reads them."""
    texts = read_config(roles_page.PAGE), read_config(sections_page.PAGE)
    return *texts, sha256("\0".join(texts).encode()).hexdigest()


def is_policy_due(connection: Connection) -> bool:
    """Whether the grants were derived by another policy than that of now, or it is not known by which."""
    if not inspect(connection).has_table(policy_version.name):
        return False
    return _read_last_fingerprint(connection) != _read_pages()[2]


def note_first_policy(connection: Connection, now: int) -> None:
    """Note the policy of now in an empty record that has none noted."""
    if _read_last_fingerprint(connection) is None and not connection.scalar(select(resource.c.rid).limit(1)):
        _insert(connection, now, "")


def list_versions(store: Store) -> list[PolicyVersion]:
    """The versions that were applied, the latest first."""
    with store.read() as connection:
        rows = connection.execute(select(policy_version).order_by(policy_version.c.number.desc())).all()
    return [PolicyVersion(row.number, row.at, row.by, _read_version(row.roles, row.sections)) for row in rows]


def apply_policy(store: Store, agent: Agent) -> Rebuilt:
    """Derive all grants again by the pages of now, and note them as the next version.

    Raises Conflict: `policy-no-administrator` when nobody could administer the hub by these pages, `policy-role-in-use` for each
    role that organisations have and the pages lack."""
    with store.write() as connection:
        check_applicable(connection)
        now = tick(store, connection)
        rebuilt = rebuild_all(connection)
        changed = rebuild_directory(connection, now)
        if is_policy_due(connection):
            number = _insert(connection, now, agent.name)
            write_event(connection, AccountEvent(now, "policy-applied", "", agent, why=str(number)))
    return Rebuilt(rebuilt.persons, rebuilt.changed + changed)


def check_applicable(connection: Connection) -> None:
    """Raises Conflict as `apply_policy` does."""
    if ADMINISTRATOR not in load_roles():
        raise Conflict("policy-no-administrator", where=ADMINISTRATOR)
    names = connection.scalars(select(party_role.c.role).distinct().order_by(party_role.c.role)).all()
    if missing := [role for role in names if role not in load_roles()]:
        raise Conflict("policy-role-in-use", where=", ".join(missing))


def count_holders(store: Store) -> dict[str, int]:
    """How many organisations act in each role; of roles of persons and relatives none, which an association may have."""
    personal = [role.name for role in load_roles().values() if role.relations & {"self", "close"}]
    with store.read() as connection:
        rows = connection.execute(
            select(party_role.c.role, func.count())
            .where(party_role.c.party.startswith("Organization/"), party_role.c.role.not_in(personal))
            .group_by(party_role.c.role)
        )
        return {row[0]: row[1] for row in rows}


def count_concerned(store: Store, before: Policy, after: Policy) -> dict[tuple[str, str], tuple[int, int]]:
    """Whom a change of the policy concerns now: (role, section) → how many organisations gain, and how many lose, something in it
    on somebody whom they are tied to. For the operator, since it depends on who is followed.

    The rights of both versions are derived from the facts of the whole record; nothing is written. Sections and extracts that
    the pages of now do not have are left out."""
    lacking = {name: _empty(role) for side in (after.roles, before.roles, load_roles()) for name, role in side.items()}
    sides = [lacking | _restrict(policy.roles, load_sections()) for policy in (before, after)]
    gains: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    losses: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    with store.read() as connection:
        read_clock(store, connection)
        now = store.get_time()
        persons = set(connection.scalars(select(relation.c.person))) | set(connection.scalars(select(stake.c.person)))
        numbers = sorted(persons - {0})
        for first in range(0, len(numbers), _AT_ONCE):
            for facts in read_facts(connection, numbers[first : first + _AT_ONCE]).values():
                masks, new_masks = (_sum_masks(facts, roles, now) for roles in sides)
                for party, role in {*masks, *new_masks}:
                    old, new = masks[party, role], new_masks[party, role]
                    for section in _list_sections(_find_surplus(new, old)):
                        gains[role, section].add(party)
                    for section in _list_sections(_find_surplus(old, new)):
                        losses[role, section].add(party)
    return {key: (len(gains[key]), len(losses[key])) for key in sorted(gains.keys() | losses.keys())}


def _sum_masks(facts: Facts, roles: Mapping[str, Role], now: int) -> defaultdict[tuple[str, str], tuple[int, int, int]]:
    """(party, role) → the places of one person that it sees, writes, or sees by a stake now."""
    masks: defaultdict[tuple[str, str], tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for row in derive(facts, roles):
        if row["since"] <= now < row["until"]:
            sees, writes, own = masks[row["party"], row["role"]]
            masks[row["party"], row["role"]] = (sees | row["sees"], writes | row["writes"], own | row["own"])
    return masks


def _find_surplus(more: tuple[int, ...], less: tuple[int, ...]) -> int:
    """The places that `more` has and `less` lacks, to see, to write or by a stake."""
    mask = 0
    for one_mask, other_mask in zip(more, less, strict=True):
        mask |= one_mask & ~other_mask
    return mask


def _list_sections(mask: int) -> list[str]:
    """The sections that have a place of `mask`."""
    sections = load_sections()
    return [section.name for section in sections.all if mask & sections.whole(section.name)]


def _restrict(roles: Mapping[str, Role], sections: Sections) -> dict[str, Role]:
    """The roles with the sections and extracts that `sections` has."""
    names = {section.name: section for section in sections.all}
    return {
        name: replace(
            role,
            cells={
                section: _restrict_cell(cell, names[section].extracts)
                for section, cell in role.cells.items()
                if section in names
            },
        )
        for name, role in roles.items()
    }


def _empty(role: Role) -> Role:
    """The role as a version has it that lacks it: it opens nothing."""
    return replace(role, relations=frozenset(), cells={}, own_tasks=Cell(), directory=Cell())


def _restrict_cell(cell: Cell, extracts: Mapping[str, str]) -> Cell:
    return replace(cell, shows=tuple(extract for extract in cell.shows if extract in extracts))


@cache
def _read_version(roles: str, sections: str) -> Policy:
    return read_policy(roles, sections)


def _read_last_fingerprint(connection: Connection) -> str | None:
    return connection.scalar(select(policy_version.c.fingerprint).order_by(policy_version.c.number.desc()).limit(1))


def _insert(connection: Connection, now: int, by: str) -> int:
    number = (connection.scalar(select(func.max(policy_version.c.number))) or 0) + 1
    roles, sections, fingerprint = _read_pages()
    connection.execute(
        insert(policy_version).values(
            number=number, at=now, by=by, fingerprint=fingerprint, roles=roles, sections=sections
        )
    )
    return number
