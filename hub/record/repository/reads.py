"""Through the door: one resource, as it stands or as it stood (https://hl7.org/fhir/R4/http.html#read, #vread, #history)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.errors import Refused
from hub.record.audit import EVENT, read_event
from hub.record.read.current import read
from hub.record.read.history import Past, past_of, past_of_type
from hub.record.read.history_params import parse_history_params
from hub.record.read.slice import Slice
from hub.record.read.versions import vread
from hub.record.repository.base import RepositoryBase
from hub.record.search.query.authorize import allow

_EVENTS = f"{EVENT}/"


class ReadMixin(RepositoryBase):
    """What is asked by name."""

    def read(self, name: str) -> Slice:
        """The present slice of `Type/id`. NotFound when hidden or absent (https://hl7.org/fhir/R4/http.html#read)."""
        with self._reading("read", name, "r") as (session, shown):
            if name.startswith(_EVENTS):
                # Whose journal was opened is noted, so that the reading stands in it too.
                resource, patient = read_event(session, name)
                shown.append(patient)
            else:
                resource = read(session, name)
                shown.append(name)
        return resource

    def vread(self, name: str, version: str) -> Slice:
        """The slice of `Type/id` as it stood in `version`. NotFound also when the places are others now."""
        self._has_versions(name)
        with self._reading("vread", name, "r") as (session, shown):
            resource = vread(session, name, version)
            shown.append(name)
        return resource

    def history(self, name: str, asked: Sequence[tuple[str, str]] = (), *, cursor: str | None = None) -> Past:
        """A page of the versions of `Type/id` that this actor sees, or of all that are of `Type`, the newest first.

        NotFound for a name that is hidden or absent; Invalid at a parameter that histories do not take, and as `place_of`."""
        of_type = "/" not in name
        letter = "s" if of_type else "r"
        self._has_versions(name, letter)
        place, after = self._place(asked, cursor, "history", name)
        wanted = parse_history_params(place.asked, of_type=of_type)
        with self._reading("history", name, letter) as (session, shown):
            read_page = past_of_type if of_type else past_of
            page = read_page(session, name, wanted, place.last)
            shown.extend(dict.fromkeys(entry.slice.name for entry in page.entries) if of_type else [name])
        return Past(page.entries, page.total, after(page.last), place.sent, place.asked)

    def _has_versions(self, name: str, letter: str = "r") -> None:
        """Refused `not-offered` for what never changes: an event of the journal."""
        kind = name.partition("/")[0]
        allow(self._actor, kind, letter)
        if kind == EVENT:
            raise Refused("not-offered")
