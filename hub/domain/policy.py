"""What a role may see and write, as masks of places. Pure.

`compute_rights()` says, for one role, what its ties to a person open: role ∩ relation ∩ consent, opposition first. Scopes narrow
it later, in the API; nothing widens it. Sources: the default policy (`config/roles.toml`), CSP L1110-4 and R1110-1.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.roles import LEVELS, TIES, Cell, Role
from hub.domain.sections import Sections, load_sections

# A grant that no domain limits.
ALL_DOMAINS = (1 << 62) - 1

# What a tie still opens when a person opposes sharing. Without the desk nobody could hear or lift the opposition; and it is
# no opposition to being protected: who controls the accesses (RGPD art. 39) goes on seeing them, and why they were allowed.
OPPOSITION_LEAVES = {
    "desk": frozenset({"identity", "contacts", "consents"}),
    "hub": frozenset({"consents", "access-log"}),
}
# What the desk keeps when the orientation is over (docs/domain.md §3, special rule 1).
DESK_KEEPS = ("identity", "contacts")


@dataclass(frozen=True)
class Rights:
    """Masks of places: `sees` by grant, `own` where one has a stake, `writes` and `own_writes` likewise.

    `limited`: those of `sees` and `writes` that hold only in `domains`."""

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
    places: Sections | None = None,
) -> Rights:
    """What `role` may do for a person to whom it has `ties`.

    `ties`: of `TIES`, and `asked` (named owner of a requested Task), `oriented` (the desk, once the orientation is over),
    `stake`. `consented`, `opposed`: section names; `*` in `opposed` is all of them.
    """
    places = places or load_sections()
    opening = ties & role.relations
    sees = writes = limited = 0
    for name, cell in role.cells.items():
        if not opening or (cell.if_consented and name not in consented):
            continue
        if opposed & {"*", name} and not _outlasts_opposition(opening, name):
            continue
        shown = get_shown_places(cell, name, places)
        sees |= shown
        writes |= shown if cell.level == "write" else 0
        limited |= shown if cell.by_domain else 0
    sees |= _compute_thin_ties(role, ties, opposed, places)
    own, own_writes = get_staked_places(role, places)
    return Rights(sees, own, writes, own_writes, limited, role.domains if limited else ALL_DOMAINS)


def _outlasts_opposition(opening: frozenset[str], section: str) -> bool:
    return "self" in opening or any(section in OPPOSITION_LEAVES.get(tie, ()) for tie in opening)


def _compute_thin_ties(role: Role, ties: frozenset[str], opposed: frozenset[str], places: Sections) -> int:
    """What the two thin ties open: a named owner's identity extract (`docs/parts.md` 14), the desk after orientation."""
    seen = 0
    identity = role.cells.get("identity", Cell())
    if "asked" in ties and LEVELS.index(identity.level) >= 2 and not opposed & {"*", "identity"}:
        seen |= places.place("identity.usual")
    if "oriented" in ties and "desk" in role.relations:
        for name in DESK_KEEPS:
            seen |= get_shown_places(role.cells.get(name, Cell()), name, places)
    return seen


def get_shown_places(cell: Cell, section: str, places: Sections) -> int:
    """The places that a cell opens by grant: all of a section, its named extracts, or nothing."""
    if cell.level in ("read", "write"):
        return places.whole(section)
    return places.places(f"{section}.{extract}" for extract in cell.shows)


def get_staked_places(role: Role, places: Sections) -> tuple[int, int]:
    """The places that a stake opens, to see and to write: level `own` and above, one's own tasks, the message sent.

    Stakes are an organisation's: to a role that no tie opens and that takes no actions (pilot, administrator) its
    colleagues' open nothing."""
    if not role.relations and role.own_tasks.level == "none":
        return 0, 0
    own = 0
    for name, cell in role.cells.items():
        if cell.level != "none" and name != "tasks":
            own |= places.whole(name)
    own_writes = 0
    if role.own_tasks.level != "none":
        own |= places.whole("tasks") | places.place("received") | places.place("own")
    if role.own_tasks.level == "write":
        # What nobody has labelled yet stays its author's own to write.
        own_writes |= places.whole("tasks") | places.place("received") | places.place("own")
    return own, own_writes


def compute_directory_rights(role: Role, places: Sections | None = None) -> Rights:
    """What a role sees that is about no person: the directory, the offers of open Tasks if it could take one, and by a stake
    the actions that name nobody (a gap of the territory)."""
    places = places or load_sections()
    if role.directory.level == "none":
        return Rights()
    sees = places.place("directory") | (places.place("offers") if role.own_tasks.level != "none" else 0)
    writes = places.place("directory") if role.directory.level == "write" else 0
    about_nobody = places.whole("tasks") | places.place("own")
    own, own_writes = (mask & about_nobody | places.place("own") for mask in get_staked_places(role, places))
    return Rights(sees, own, writes, own_writes, 0, ALL_DOMAINS)


def get_reachable_places(role: Role, places: Sections | None = None) -> int:
    """Every place that this role could ever see, whatever the person: a type that has none of them is closed to it."""
    places = places or load_sections()
    every = compute_rights(role, TIES | {"asked", "oriented", "stake"}, frozenset(role.cells), frozenset(), places)
    return (
        every.sees
        | every.own
        | compute_directory_rights(role, places).sees
        | compute_directory_rights(role, places).own
    )


def get_writable_places(role: Role, places: Sections | None = None) -> int:
    """Every place that this role could ever write, whatever the person."""
    places = places or load_sections()
    every = compute_rights(role, TIES | {"stake"}, frozenset(role.cells), frozenset(), places)
    return every.writes | every.own_writes | compute_directory_rights(role, places).writes
