"""`/admin/droits`: who may read and write what, and why; the versions of the policy, and what one changed.

Counts are of organisations that act in a role. How many a change concerns today depends on who is followed, and only
`hub policy diff` says that, at the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.administration.colleagues import name_agents
from hub.desk.admin.forms import read_moment
from hub.desk.kit import render_page
from hub.desk.web.role_titles import describe_role, get_role_title
from hub.desk.web.section_names import translate_section
from hub.desk.web.visit import Visit
from hub.domain.errors import NotFound
from hub.domain.policy_changes import DIRECTORY, OWN_TASKS, CellExplanation, Policy, compare, explain_cell
from hub.domain.roles import Cell, load_roles
from hub.domain.sections import load_sections
from hub.record.maintenance.policy import (
    PolicyVersion,
    count_holders,
    is_policy_due,
    list_versions,
)
from hub.record.maintenance.relabel import is_relabel_due

HREF = "/admin/droits"
# Roles of software.
_MACHINES = "m2m_"


@dataclass(frozen=True)
class ChangeRow:
    """What a version changes for a role in a section. `holders`: how many organisations act in the role."""

    role: str
    section: str
    before: str
    after: str
    gains: bool
    loses: bool
    holders: int


def show_rights(visit: Visit) -> Response:
    """The matrix of roles and sections, the version in force, and what the one before it did not say."""
    roles, sections = load_roles(), load_sections()
    people = [role for role in roles.values() if not role.name.startswith(_MACHINES)]
    rows = [
        (translate_section(section.french), [_describe_level(role.cells.get(section.name, Cell())) for role in people])
        for section in sections.all
        if section.column
    ]
    rows.append((gettext("Ses propres actions"), [_describe_level(role.own_tasks) for role in people]))
    versions = list_versions(visit.store)
    with visit.store.read() as connection:
        is_due, must_relabel = is_policy_due(connection), is_relabel_due(connection)
    return render_page(
        "admin-droits.html",
        roles=[get_role_title(role.name) for role in people],
        rows=rows,
        links=[(role.name, get_role_title(role.name)) for role in roles.values()],
        version=_describe_version(visit, versions[0]) if versions else None,
        changes=_list_changes(visit, versions[1].policy, versions[0].policy) if len(versions) > 1 else [],
        is_due=is_due,
        must_relabel=must_relabel,
    )


def show_role(visit: Visit, role: str) -> Response:
    """What one role may read and write, section by section, each with its reason."""
    known = load_roles().get(role)
    if known is None:
        raise NotFound
    sections = load_sections()
    cells = [
        (translate_section(section.french), explain_cell(known, section.name, sections))
        for section in sections.all
        if section.column
    ]
    return render_page(
        "admin-droits-role.html",
        title=get_role_title(role),
        describes=describe_role(role),
        cells=[(name, _name_level(reasons.cell), _list_reasons(reasons)) for name, reasons in cells],
        own_tasks=_name_level(known.own_tasks),
        directory=_name_level(known.directory),
        holders=count_holders(visit.store).get(role, 0),
    )


def show_versions(visit: Visit) -> Response:
    """The versions that were applied, and the differences of two: by default of the last and the one before it."""
    versions = list_versions(visit.store)
    numbers = {version.number: version for version in versions}
    before, after = (_choose(numbers, request.args.get(name, "")) for name in ("de", "a"))
    if after is None and versions:
        after = versions[0]
    if before is None and after is not None:
        before = numbers.get(after.number - 1)
    return render_page(
        "admin-droits-versions.html",
        versions=[_describe_version(visit, version) for version in versions],
        before=before.number if before else 0,
        after=after.number if after else 0,
        changes=_list_changes(visit, before.policy, after.policy) if before and after else [],
        relations=_list_relations(before.policy, after.policy) if before and after else [],
    )


def _choose(numbers: dict[int, PolicyVersion], text: str) -> PolicyVersion | None:
    """The version of that number. Raises NotFound for a number that no version has."""
    if not text:
        return None
    chosen = numbers.get(int(text)) if text.isascii() and text.isdigit() and len(text) <= 9 else None
    if chosen is None:
        raise NotFound
    return chosen


def _describe_version(visit: Visit, version: PolicyVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "moment": read_moment(version.at),
        "by": name_agents(visit.store, [version.by]).get(version.by, version.by),
    }


def _list_changes(visit: Visit, before: Policy, after: Policy) -> list[ChangeRow]:
    names = {
        section.name: translate_section(section.french) for side in (before, after) for section in side.sections.all
    }
    names |= {OWN_TASKS: gettext("Ses propres actions"), DIRECTORY: gettext("Annuaire")}
    holders = count_holders(visit.store)
    return [
        ChangeRow(
            get_role_title(change.role),
            names[change.section],
            _name_level(change.before or Cell()),
            _name_level(change.after or Cell()),
            change.gains,
            change.loses,
            holders.get(change.role, 0),
        )
        for change in compare(before, after).cells
    ]


def _list_relations(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """(role, ties that open records now, ties that do no more)."""
    return [
        (
            get_role_title(change.role),
            ", ".join(_name_tie(tie) for tie in change.added),
            ", ".join(_name_tie(tie) for tie in change.removed),
        )
        for change in compare(before, after).relations
    ]


def _describe_level(cell: Cell) -> str | dict[str, Any]:
    return {"level": cell.level, "consent": True} if cell.if_consented else cell.level


def _name_level(cell: Cell) -> str:
    words = {
        "none": gettext("rien"),
        "own": gettext("ce qui lui est propre : ses actions, ses écrits"),
        "summary": gettext("résumé seulement"),
        "read": gettext("lit"),
        "write": gettext("écrit et lit"),
    }[cell.level]
    agreed = gettext("avec l'accord de la personne")
    return f"{words}, {agreed}" if cell.if_consented else words


def _name_tie(tie: str) -> str:
    words: dict[str, str] = {
        "circle": gettext("être dans le cercle de la personne"),
        "stay": gettext("l'avoir à l'hôpital"),
        "desk": gettext("tenir le guichet où elle est passée"),
        "hub": gettext("répondre du dossier"),
        "self": gettext("être la personne"),
        "close": gettext("être un de ses proches"),
    }
    return words.get(tie, tie)


def _list_reasons(reasons: CellExplanation) -> list[str]:
    """Why a role reads or writes a section, one sentence a reason; none where it sees nothing."""
    sentences = []
    if reasons.shows:
        sentences.append(
            gettext(
                "Ce que le résumé montre : %(extracts)s.", extracts=", ".join(map(translate_section, reasons.shows))
            )
        )
    if reasons.ties:
        ties = ", ".join(_name_tie(tie) for tie in reasons.ties)
        sentences.append(gettext("Il faut un de ces liens : %(ties)s.", ties=ties))
    if reasons.needs_consent:
        sentences.append(gettext("Et l'accord de la personne, pour ce volet ou pour cette structure."))
    if reasons.domains:
        sentences.append(gettext("Seulement dans ses domaines d'activité."))
    if reasons.has_stake:
        sentences.append(gettext("Et toujours ce qu'il a demandé, tient, a écrit ou a reçu."))
    return sentences
