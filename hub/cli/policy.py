"""`hub policy`: who sees what, from `config/roles.toml`; its versions, what one changes, and the act that applies it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.operator import make_operator
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal
from hub.domain.errors import Problem
from hub.domain.messages import get_text

if TYPE_CHECKING:
    from hub.domain.policy_changes import Policy
    from hub.domain.roles import Cell, Role
    from hub.domain.sections import Section
    from hub.record.db.store import Store

# The level of a cell → the code of its sentence.
_LEVELS = {
    "none": "cli-level-none",
    "own": "cli-level-own",
    "summary": "cli-level-summary",
    "read": "cli-level-read",
    "write": "cli-level-write",
}

# What may tie a party to a person (`hub.domain.policy.compute_rights`).
_TIES = frozenset({"circle", "stay", "desk", "hub", "self", "close", "asked", "oriented", "stake"})

group = HubGroup("policy")


@group.command("show")
@click.option("--role", "name", metavar="ROLE", default=None)
def show(name: str | None) -> None:
    """Print a paragraph for each role, or for the role `name`."""
    from hub.domain.roles import load_roles

    if name is not None:
        _check_role(name)
    for role in load_roles().values():
        if name in (None, role.name):
            for line in _describe_role(role, get_terminal().language):
                click.echo(line)


@group.command("check")
def check() -> None:
    """Read the page as the hub does at its start."""
    get_terminal().report("cli-policy-right", roles=_count_roles())


@group.command("explain")
@click.option("--role", metavar="ROLE", required=True)
@click.option("--tie", "ties", metavar="TIE", multiple=True)
@click.option("--section", metavar="SECTION", default=None)
def explain(role: str, ties: tuple[str, ...], section: str | None) -> None:
    """Report the places that `role` sees and writes through `ties` to a person, and those that a stake opens to it; or what it
    may do in `section`, and why."""
    from hub.domain.policy import compute_rights
    from hub.domain.roles import load_roles
    from hub.domain.sections import load_sections

    _check_role(role)
    terminal, sections = get_terminal(), load_sections()
    if not ties and section is None:
        raise Stop(Exit.USAGE, Problem("cli-usage-missing", "--tie"))
    if unknown := [tie for tie in ties if tie not in _TIES]:
        raise Stop(Exit.USAGE, *(Problem("cli-policy-tie", tie) for tie in unknown))
    if section is not None:
        if section not in {known.name for known in sections.all}:
            raise Stop(Exit.USAGE, Problem("cli-policy-section", section))
        _report_cell(load_roles()[role], section)
    if ties:
        masks, names = compute_rights(load_roles()[role], frozenset(ties)), sections.names
        terminal.report("cli-policy-sees", places=", ".join(names(masks.sees)) or "—")
        terminal.report("cli-policy-writes", places=", ".join(names(masks.writes)) or "—")
        terminal.report("cli-policy-own", places=", ".join(names(masks.own)) or "—")


def _report_cell(role: Role, section: str) -> None:
    """Report the level of `role` in `section`, then each condition under which it holds."""
    from hub.domain.policy_changes import explain_cell
    from hub.domain.sections import load_sections

    terminal, reasons = get_terminal(), explain_cell(role, section, load_sections())
    terminal.report(_LEVELS[reasons.cell.level], section=section)
    if reasons.shows:
        terminal.report("cli-policy-extracts", places=", ".join(reasons.cell.shows))
    if reasons.ties:
        terminal.report("cli-policy-ties", places=", ".join(reasons.ties))
    if reasons.needs_consent:
        terminal.report("cli-policy-needs-consent")
    if reasons.domains:
        terminal.report("cli-policy-domains", places=", ".join(reasons.domains))
    if reasons.has_stake:
        terminal.report("cli-policy-stake")


@group.command("versions")
def list_all() -> None:
    """Report the versions of the policy that were applied, the latest first."""
    from hub.record.maintenance.policy import list_versions

    with open_record() as store:
        versions = list_versions(store)
    for version in versions:
        moment = datetime.fromtimestamp(version.at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        get_terminal().report(
            "cli-policy-version", number=version.number, since=moment, name=version.by, roles=len(version.policy.roles)
        )


@group.command("diff")
@click.option("--from", "first", metavar="NUMBER", type=int, default=None)
@click.option("--to", "last", metavar="NUMBER", type=int, default=None)
def compare(first: int | None, last: int | None) -> None:
    """Report what version `last` (by default the pages of `config/`) changes after `first` (by default the version in force):
    which role gains or loses in which section, how many organisations have the role, and how many it concerns today."""
    from hub.domain.policy_changes import compare as compare_policies
    from hub.record.maintenance.policy import count_concerned, count_holders

    terminal = get_terminal()
    with open_record() as store:
        before, after = _find_version(store, first, "--from"), _find_version(store, last, "--to", pages=True)
        changes = compare_policies(before, after)
        holders = count_holders(store) if changes else {}
        concerned = count_concerned(store, before, after) if changes else {}
    for change in changes.cells:
        gaining, losing = concerned.get((change.role, change.section), (0, 0))
        for code, is_so, count in (
            ("cli-policy-gains", change.gains, gaining),
            ("cli-policy-loses", change.loses, losing),
        ):
            if is_so:
                terminal.report(
                    code,
                    role=change.role,
                    section=change.section,
                    before=change.before.level if change.before else "—",
                    after=change.after.level if change.after else "—",
                    organisations=holders.get(change.role, 0),
                    concerned=count,
                )
    for relation in changes.relations:
        words = [*(f"+{tie}" for tie in relation.added), *(f"-{tie}" for tie in relation.removed)]
        terminal.report("cli-policy-relations", role=relation.role, ties=" ".join(words))
    if not changes:
        terminal.report("cli-policy-same")


@group.command("apply")
@click.option("--dry-run", is_flag=True)
def apply(dry_run: bool) -> None:
    """Derive all rights by the pages of `config/` and note them as the next version; say whether `hub relabel` is due."""
    from hub.record.maintenance.policy import apply_policy, check_applicable
    from hub.record.maintenance.relabel import is_relabel_due

    _count_roles()
    terminal = get_terminal()
    with open_record() as store:
        if dry_run:
            with store.read() as connection:
                check_applicable(connection)
            terminal.report("cli-policy-would")
            return
        rebuilt = apply_policy(store, make_operator().agent)
        terminal.report("cli-policy-applied", persons=rebuilt.persons, changed=rebuilt.changed)
        with store.read() as connection:
            if is_relabel_due(connection):
                terminal.report_problems([Problem("ready-relabel", "hub relabel")])


def _find_version(store: Store, number: int | None, option: str, *, pages: bool = False) -> Policy:
    """The version of that number; without one the pages of `config/` or the version in force.

    Stop with USAGE when there is none."""
    from hub.domain.policy_changes import Policy
    from hub.domain.roles import load_roles
    from hub.domain.sections import load_sections
    from hub.record.maintenance.policy import list_versions

    if number is None and pages:
        return Policy(load_roles(), load_sections())
    versions = list_versions(store)
    chosen = versions[:1] if number is None else [version for version in versions if version.number == number]
    if not chosen:
        raise Stop(Exit.USAGE, Problem("cli-policy-no-version", option))
    return chosen[0].policy


def _count_roles() -> int:
    """How many roles the page has. Stop with FAULT when it is wrong."""
    from hub.domain.roles import load_roles

    try:
        return len(load_roles())
    except (ValueError, KeyError) as error:
        click.echo(str(error), err=True)
        raise Stop(Exit.FAULT, Problem("cli-policy-wrong", "config/roles.toml")) from None


def _check_role(name: str) -> None:
    from hub.domain.roles import load_roles

    if name not in load_roles():
        raise Stop(Exit.USAGE, Problem("cli-policy-role", "--role"))


def _describe_role(role: Role, language: str) -> Iterator[str]:
    """The lines of a role: title and purpose, as the page has them, then what it may do in each section."""
    from hub.domain.roles import Cell
    from hub.domain.sections import load_sections

    yield f"{role.title} ({role.name})\n  {role.describes}"
    for section in load_sections().all:
        if section.column:
            yield _describe_cell(section, role.cells.get(section.name, Cell()), language)
    own_tasks, level = (get_text(code, language) for code in ("cli-policy-own-tasks", _LEVELS[role.own_tasks.level]))
    yield f"  {_join(own_tasks, level, language)}\n"


def _describe_cell(section: Section, cell: Cell, language: str) -> str:
    """One line. Sections and extracts have French names in the configuration; in English their codes are given."""
    words = get_text(_LEVELS[cell.level], language)
    if cell.shows:
        extracts = cell.shows if language == "en" else [section.extracts[extract] for extract in cell.shows]
        words = _join(words, ("; " if language == "en" else " ; ").join(extracts), language)
    if cell.if_consented:
        words += f", {get_text('cli-policy-if-consented', language)}"
    if cell.by_domain:
        words += f", {get_text('cli-policy-by-domain', language)}"
    return f"  {_join(section.name if language == 'en' else section.french, words, language)}"


def _join(name: str, value: str, language: str) -> str:
    return f"{name}: {value}" if language == "en" else f"{name} : {value}"
