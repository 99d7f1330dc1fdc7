"""The preconditions of a write against the version that the actor sees (RFC 9110 §13; https://hl7.org/fhir/R4/http.html#concurrency).

They are evaluated after the slice is read: what is hidden is NotFound, whatever the request's conditions (`docs/leaks.md` L62).
"""

from __future__ import annotations

from typing import NamedTuple

from hub.domain.errors import Conflict
from hub.record.read.slice import Slice

ANY = "*"
_SECOND = 1_000_000


class Preconditions(NamedTuple):
    """`if_match`: the version that the actor changes; None names none. `if_none_match`: versions that it must not have any
    more; `ANY` stands for all. `unmodified_since`: seconds since 1970."""

    if_match: str | None = None
    if_none_match: tuple[str, ...] = ()
    unmodified_since: int | None = None

    def check(self, current: Slice) -> None:
        """Raise Conflict `version-conflict` unless all hold of `current`, in the order of RFC 9110 §13.2.2: If-Unmodified-Since
        counts only without If-Match."""
        if self.if_match is not None:
            holds = self.if_match == current.version
        else:
            holds = self.unmodified_since is None or current.updated // _SECOND <= self.unmodified_since
        if not holds or ANY in self.if_none_match or current.version in self.if_none_match:
            raise Conflict("version-conflict")
