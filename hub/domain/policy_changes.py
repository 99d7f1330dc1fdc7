"""Compare two versions of the policy: which role gains or loses what in which section. Explain one cell. Pure.

A version is a pair of pages, `roles.toml` and `sections.toml`. What a role reaches in a section is a set of (what, how): the
detail or a named extract of the section, to read or to write, by a tie or by a stake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.domain.roles import Cell, Role, read_roles
from hub.domain.sections import Section, Sections, read_sections

ADMINISTRATOR = "admin_sys"
# Not sections, but cells of a role like them (`config/roles.toml`).
OWN_TASKS, DIRECTORY = "own_tasks", "directory"


@dataclass(frozen=True)
class Policy:
    """One version: the roles by name, and the sections."""

    roles: Mapping[str, Role]
    sections: Sections


@dataclass(frozen=True)
class CellChange:
    """What changes for a role in a section (or `own_tasks`, `directory`). `before`, `after`: the cells; None for a role that
    one version lacks. `gains`, `loses`: whether the role reaches something that it did not, or no longer."""

    role: str
    section: str
    before: Cell | None
    after: Cell | None
    gains: bool
    loses: bool


@dataclass(frozen=True)
class RelationChange:
    """A role opens records through other ties than before. `added`, `removed`: names of ties, sorted."""

    role: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class PolicyChanges:
    """All differences of two versions, by role and section."""

    cells: tuple[CellChange, ...]
    relations: tuple[RelationChange, ...]

    def __bool__(self) -> bool:
        return bool(self.cells or self.relations)


@dataclass(frozen=True)
class CellExplanation:
    """Why a role reads or writes a section, or does not.

    `shows`: the extracts that a summary shows, in French. `ties`: the ties to a person that open the section to the role, ()
    where none does. `needs_consent`: only when the person agreed. `domains`: the activity domains to which it is limited.
    `has_stake`: it also sees in this section what it asked for, owns, wrote or was handed."""

    cell: Cell
    shows: tuple[str, ...]
    ties: tuple[str, ...]
    needs_consent: bool
    domains: tuple[str, ...]
    has_stake: bool


def read_policy(roles: str, sections: str) -> Policy:
    """Return the version of the policy that the texts of two pages describe. Raises PageError."""
    parsed = read_sections(sections)
    return Policy(read_roles(roles, parsed), parsed)


def compare(before: Policy, after: Policy) -> PolicyChanges:
    """Return the differences of two versions, in the order of the later page."""
    names = [*after.roles, *(name for name in before.roles if name not in after.roles)]
    cells = tuple(change for name in names for change in _compare_role(name, before, after))
    relations = tuple(
        RelationChange(name, tuple(sorted(new - old)), tuple(sorted(old - new)))
        for name in names
        if name in before.roles and name in after.roles
        if (old := before.roles[name].relations) != (new := after.roles[name].relations)
    )
    return PolicyChanges(cells, relations)


def explain_cell(role: Role, section: str, sections: Sections) -> CellExplanation:
    """Return why `role` reads or writes `section`, or does not. Raises KeyError for an unknown section."""
    extracts = sections[section].extracts
    cell = role.cells.get(section, Cell())
    opens = cell.level in ("summary", "read", "write")
    return CellExplanation(
        cell,
        tuple(extracts[name] for name in cell.shows),
        tuple(sorted(role.relations)) if opens else (),
        cell.if_consented,
        tuple(name for name, bit in sections.domains.items() if role.domains & bit) if cell.by_domain else (),
        cell.level != "none" and (bool(role.relations) or role.own_tasks.level != "none"),
    )


def list_cells(role: Role, sections: Sections) -> Iterator[tuple[str, Cell]]:
    """Yield each section with the cell of `role`, then its own tasks and the directory."""
    for section in sections.all:
        yield section.name, role.cells.get(section.name, Cell())
    yield OWN_TASKS, role.own_tasks
    yield DIRECTORY, role.directory


def _compare_role(name: str, before: Policy, after: Policy) -> Iterator[CellChange]:
    old, new = before.roles.get(name), after.roles.get(name)
    old_cells = dict(list_cells(old, before.sections)) if old is not None else {}
    new_cells = dict(list_cells(new, after.sections)) if new is not None else {}
    for section in [*new_cells, *(section for section in old_cells if section not in new_cells)]:
        old_cell, new_cell = old_cells.get(section), new_cells.get(section)
        reach = _list_reach(old, old_cell, _find(before.sections, section))
        new_reach = _list_reach(new, new_cell, _find(after.sections, section))
        if (old_cell or Cell()) != (new_cell or Cell()) or reach != new_reach:
            yield CellChange(name, section, old_cell, new_cell, bool(new_reach - reach), bool(reach - new_reach))


def _list_reach(role: Role | None, cell: Cell | None, section: Section | None) -> frozenset[tuple[str, str, str]]:
    """Return what a cell opens, as (place, read or write, condition).

    When a condition is removed the role gains: without it the cell opens in more situations."""
    if role is None or cell is None or cell.level == "none":
        return frozenset()
    places = ("detail", *section.extracts) if section is not None else ("detail",)
    reach = {(place, "read", "stake") for place in places}
    opened = places if cell.level in ("read", "write") else cell.shows
    acts = ("read", "write") if cell.level == "write" else ("read",)
    for condition in _list_conditions(role, cell):
        reach |= {(place, act, condition) for place in opened for act in acts}
    return frozenset(reach)


def _list_conditions(role: Role, cell: Cell) -> Iterator[str]:
    """Yield the situations in which a cell opens, as agreement and activity domain. One without a condition opens in all."""
    domains = role.domains if cell.by_domain else -1
    agreements = ("agreed",) if cell.if_consented else ("agreed", "not agreed")
    for agreement in agreements:
        for bit in range(62):
            if domains & (1 << bit):
                yield f"{agreement} {bit}"


def _find(sections: Sections, name: str) -> Section | None:
    return next((section for section in sections.all if section.name == name), None)
