"""What a role may see and write, as masks of places. Pure.

`compute_rights()` returns what the ties of one role to a person open: role ∩ relation ∩ consent, opposition first. Scopes narrow
it later, in the API; nothing widens it. Sources: the default policy (`config/roles.toml`), CSP L1110-4 and R1110-1.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.roles import LEVELS, TIES, Cell, Role
from hub.domain.sections import Sections, load_sections

# A grant that no domain limits.
ALL_DOMAINS = (1 << 62) - 1

# What a tie still opens when a person opposes sharing. Without the desk nobody could record or lift the opposition. The
# controller of accesses (RGPD art. 39) goes on seeing them, and why they were allowed, for that protects the person.
OPPOSITION_LEAVES = {
    "desk": frozenset({"identity", "contacts", "consents"}),
    "hub": frozenset({"consents", "access-log"}),
}
# What the desk keeps when the orientation is over (docs/domain.md §3, special rule 1).
DESK_KEEPS = ("identity", "contacts")


@dataclass(frozen=True)
class Rights:
    """Masks of places: `sees` and `writes` by grant, `own` and `own_writes` by a stake.

    `limited`: the places of `sees` and `writes` that are open in the activity domains `domains` alone."""

    sees: int = 0
    own: int = 0
    writes: int = 0
    own_writes: int = 0
    limited: int = 0
    domains: int = 0


def compute_rights(
    role: Role,
    ties: frozenset[str],
    consented: frozenset[str] = frozenset(),
    opposed: frozenset[str] = frozenset(),
    sections: Sections | None = None,
) -> Rights:
    """Return what `role` may see and write of a person to whom it has `ties`.

    `ties`: of `TIES`, and `asked` (named owner of a requested Task), `oriented` (the desk, once the orientation is over),
    `stake`. `consented`, `opposed`: names of sections; `*` in `opposed` means all of them.
    """
    sections = sections or load_sections()
    opening = ties & role.relations
    if not opening and ties == {"stay"}:
        # The hospital's other roles would learn from its own notice, by what they hold, that the person is followed.
        return Rights()
    sees = writes = limited = 0
    for name, cell in role.cells.items():
        if not opening or (cell.if_consented and name not in consented):
            continue
        if opposed & {"*", name} and not _outlasts_opposition(opening, name):
            continue
        mask = get_shown_places(cell, name, sections)
        sees |= mask
        writes |= mask if cell.level == "write" else 0
        limited |= mask if cell.by_domain else 0
    sees |= _compute_thin_ties(role, ties, opposed, sections)
    own, own_writes = get_staked_places(role, sections)
    return Rights(sees, own, writes, own_writes, limited, role.domains if limited else ALL_DOMAINS)


def _outlasts_opposition(opening: frozenset[str], section: str) -> bool:
    return "self" in opening or any(section in OPPOSITION_LEAVES.get(tie, ()) for tie in opening)


def _compute_thin_ties(role: Role, ties: frozenset[str], opposed: frozenset[str], sections: Sections) -> int:
    """Return what two weaker ties open: a named owner sees an identity extract (`docs/parts.md` 14), the desk what it keeps
    after orientation."""
    mask = 0
    identity = role.cells.get("identity", Cell())
    if "asked" in ties and LEVELS.index(identity.level) >= 2 and not opposed & {"*", "identity"}:
        mask |= sections.place("identity.usual")
    if "oriented" in ties and role.is_desk:
        for name in DESK_KEEPS:
            mask |= get_shown_places(role.cells.get(name, Cell()), name, sections)
    return mask


def get_shown_places(cell: Cell, section: str, sections: Sections) -> int:
    """Return the places that a cell opens by grant: a whole section, its named extracts, or nothing."""
    if cell.level in ("read", "write"):
        return sections.whole(section)
    return sections.places(f"{section}.{extract}" for extract in cell.shows)


def get_staked_places(role: Role, sections: Sections) -> tuple[int, int]:
    """Return the places that a stake opens, to see and to write: level `own` and above, one's own tasks, the message sent.

    A stake belongs to an organisation. It opens nothing to a role that has no ties and takes no actions (pilot,
    administrator), even when colleagues have one."""
    if not role.relations and role.own_tasks.level == "none":
        return 0, 0
    own = 0
    for name, cell in role.cells.items():
        if cell.level != "none" and name != "tasks":
            own |= sections.whole(name)
    own_writes = 0
    if role.own_tasks.level != "none":
        own |= sections.whole("tasks") | sections.place("received") | sections.place("own")
        if not role.is_desk or role.reads_originals:
            own |= sections.place("original")
    if role.own_tasks.level == "write":
        # What nobody has labelled yet remains its author's to write.
        own_writes |= sections.whole("tasks") | sections.place("received") | sections.place("own")
    return own, own_writes


def compute_directory_rights(role: Role, sections: Sections | None = None) -> Rights:
    """Return what a role sees and writes that is about no person: the directory, the offers of open Tasks if it could take one,
    and by a stake the actions that name nobody (a gap of the territory)."""
    sections = sections or load_sections()
    if role.directory.level == "none":
        return Rights()
    sees = sections.place("directory") | (sections.place("offers") if role.own_tasks.level != "none" else 0)
    writes = sections.place("directory") if role.directory.level == "write" else 0
    about_nobody = sections.whole("tasks") | sections.place("own")
    own, own_writes = (mask & about_nobody | sections.place("own") for mask in get_staked_places(role, sections))
    return Rights(sees, own, writes, own_writes, 0, ALL_DOMAINS)


def get_reachable_places(role: Role, sections: Sections | None = None) -> int:
    """Return every place that this role could ever see, whatever the person. A type without any of them is closed to it."""
    sections = sections or load_sections()
    on_person = compute_rights(
        role, TIES | {"asked", "oriented", "stake"}, frozenset(role.cells), frozenset(), sections
    )
    in_general = compute_directory_rights(role, sections)
    return on_person.sees | on_person.own | in_general.sees | in_general.own


def get_writable_places(role: Role, sections: Sections | None = None) -> int:
    """Return every place that this role could ever write, whatever the person."""
    sections = sections or load_sections()
    on_person = compute_rights(role, TIES | {"stake"}, frozenset(role.cells), frozenset(), sections)
    return on_person.writes | on_person.own_writes | compute_directory_rights(role, sections).writes
