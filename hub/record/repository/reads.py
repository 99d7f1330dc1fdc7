"""Read one resource as it is or was (https://hl7.org/fhir/R4/http.html#read, #vread, #history)."""

from __future__ import annotations

from collections.abc import Sequence

from hub.domain.errors import Refused
from hub.record.audit import EVENT, read_event
from hub.record.read.current import read
from hub.record.read.history import Past, read_history_page, read_type_history_page
from hub.record.read.history_params import parse_history_params
from hub.record.read.slice import Slice
from hub.record.read.versions import vread
from hub.record.repository.base import RepositoryBase
from hub.record.search.query.authorize import allow

_EVENTS = f"{EVENT}/"


class ReadMixin(RepositoryBase):
    """The reads of the record by name, and histories."""

    def read(self, name: str) -> Slice:
        """Return the present slice of `Type/id`. Raises NotFound when it is hidden or absent."""
        with self._open_reading("read", name, "r") as (session, names_read):
            if name.startswith(_EVENTS):
                # The trace names the Patient, so that this read appears in the Patient's journal too.
                resource, patient = read_event(session, name)
                names_read.append(patient)
            else:
                resource = read(session, name)
                names_read.append(name)
        return resource

    def vread(self, name: str, version: str) -> Slice:
        """Return the slice of `Type/id` in `version`. Raises NotFound also when the actor sees other places now."""
        self._check_versioned(name)
        with self._open_reading("vread", name, "r") as (session, names_read):
            resource = vread(session, name, version)
            names_read.append(name)
        return resource

    def history(self, name: str, params: Sequence[tuple[str, str]] = (), *, cursor: str | None = None) -> Past:
        """Return a page of the versions of `Type/id` that the actor sees, or of all resources of `Type`, the newest first.

        Raises NotFound for a name that is hidden or absent; Invalid at an unknown parameter, and as `read_position`."""
        of_type = "/" not in name
        letter = "s" if of_type else "r"
        self._check_versioned(name, letter)
        place, after = self._open_page(params, cursor, "history", name)
        options = parse_history_params(place.asked, of_type=of_type)
        with self._open_reading("history", name, letter) as (session, names_read):
            read_page = read_type_history_page if of_type else read_history_page
            page = read_page(session, name, options, place.last)
            names_read.extend(dict.fromkeys(entry.slice.name for entry in page.entries) if of_type else [name])
        return Past(page.entries, page.total, after(page.last), place.sent, place.asked)

    def _check_versioned(self, name: str, letter: str = "r") -> None:
        """Raise Refused `not-offered` for AuditEvent, which never changes, and Refused as `allow`."""
        kind = name.partition("/")[0]
        allow(self._actor, kind, letter)
        if kind == EVENT:
            raise Refused("not-offered")
