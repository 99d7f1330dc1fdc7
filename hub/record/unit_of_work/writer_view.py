"""What an actor who writes sees of the record, and which places it may write, before anything of its unit of work is written.

Each resource is loaded once; `hub.record.unit_of_work.prefetch` loads those of a whole transaction together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, select, true

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.access.write_rights import WriteRights, find_stakes, load_write_rights
from hub.record.read.current import VisiblePart, read_visible_parts
from hub.record.tables import part
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid

_SEEN = (
    select(part.c.rid)
    .where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER, part.c.content == true())
    .where(visible(part))
    .distinct()
)


class WriterView:
    """The record as the actor of `session` sees it, by the numbers of resources and persons.

    `parts`: the visible parts of each resource that it edits; `staked`: whether its party has a stake in it; `rights`: which
    places it may write, by person."""

    def __init__(self, session: ReadSession) -> None:
        self.session = session
        self.parts: dict[int, list[VisiblePart]] = {}
        self.staked: dict[int, bool] = {}
        self.rights: dict[int, WriteRights] = {}
        self._in_sight: dict[int, bool] = {}

    def load_edited(self, rids: Collection[int]) -> None:
        """Load the visible parts of `rids` (at least one) and the stakes in them, in two statements."""
        self.parts |= read_visible_parts(self.session, list(rids))
        self.staked |= find_stakes(self.session, rids)

    def load_rights(self, persons: Iterable[int]) -> None:
        """Load the write rights of the actor for `persons`, in one statement."""
        self.rights |= load_write_rights(self.session, persons)

    def get_parts(self, name: str) -> list[VisiblePart]:
        """Return the visible parts of the resource `name`."""
        rid = get_reference_rid(name)
        if rid not in self.parts:
            self.parts |= read_visible_parts(self.session, [rid])
        return self.parts[rid]

    def has_stake(self, rid: int) -> bool:
        """Return whether the actor's party has a stake in the resource."""
        if rid not in self.staked:
            self.staked |= find_stakes(self.session, [rid])
        return self.staked[rid]

    def get_rights(self, person: int) -> WriteRights:
        """Return the write rights of the actor for `person`; 0 is the directory."""
        if person not in self.rights:
            self.load_rights([person])
        return self.rights[person]

    def find_invisible(self, names: Iterable[str]) -> set[str]:
        """Return those of `names` that are hidden from the actor or absent, with one statement for those not looked up
        before."""
        rids = {get_reference_rid(name): name for name in names}
        unknown = [rid for rid in rids if rid not in self._in_sight]
        if unknown:
            in_sight = set(self.session.connection.scalars(_SEEN, self.session.params | {"rids": unknown}))
            self._in_sight |= {rid: rid in in_sight for rid in unknown}
        return {name for rid, name in rids.items() if not self._in_sight[rid]}
