"""Search, `$everything`, `$document`, `$match` and export.

Each runs several statements in one transaction and leaves one trace; an export one for each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from hub.record.audit import EVENT, find_events, index_traces, parse_audit_query
from hub.record.read.current import read_rids, read_several
from hub.record.read.cursor import PagePosition
from hub.record.read.document import read_document
from hub.record.read.everything import list_directory_entries, parse_everything_params, read_everything
from hub.record.read.match_candidates import find_candidates
from hub.record.read.slice import Slice
from hub.record.repository.base import RepositoryBase
from hub.record.search.query.authorize import allow, allow_parameters
from hub.record.search.query.parser import parse_query
from hub.record.search.query.query import SearchQuery
from hub.record.search.sql.execute import Keyset, find
from hub.record.search.sql.includes import find_included, list_included_types


@dataclass(frozen=True)
class Page:
    """A page of a search. `next`: the cursor of the next page. `asked`: the parameters of this request. `question`: all
    parameters of the query, also those in the cursor. `cut`: includes that the actor sees are left out because of the limit."""

    slices: list[Slice]
    included: list[Slice]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]
    question: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False


class SearchMixin(RepositoryBase):
    """The reads of the record that return what matches, without names given."""

    def search(self, resource_type: str, params: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """Return a page of what matches. Raises Invalid at a parameter that is not declared or that the role can never see,
        and as `read_position`."""
        allow(self._actor, resource_type, "s")
        place, after = self._open_page(params, cursor, "search", resource_type)
        question = parse_query(resource_type, place.asked)
        allow_parameters(self._actor, question)
        if resource_type == EVENT:
            return self._search_journal(question, place, after)
        with self._open_reading("search", resource_type, "s") as (session, names_read):
            last = None if place.last is None else Keyset(*place.last)
            matches = find(session, question, last, self._base)
            slices = read_rids(session, matches.names)
            types = frozenset(filter(self._may_read, list_included_types(question)))
            links = find_included(session, question, matches.names, types)
            included = read_rids(session, links.names)
            names_read += [resource.name for resource in (*slices, *included)]
        return Page(slices, included, matches.total, after(matches.last), place.sent, place.asked, links.cut)

    def _search_journal(
        self, question: SearchQuery, place: PagePosition, after: Callable[[object], str | None]
    ) -> Page:
        """Return a page of AuditEvents: who opened a person's record, with all traces until now."""
        options = parse_audit_query(question, self._base, self._store.seal_keys)
        index_traces(self._store)
        with self._open_reading("search", EVENT, "s") as (session, names_read):
            journal = find_events(session, options, place.last)
            more = read_several(session, self._filter_readable(journal.included))
            names_read.extend(dict.fromkeys([*journal.persons, *(resource.name for resource in more)]))
        return Page(journal.slices, more, journal.total, after(journal.last), place.sent, place.asked)

    def everything(self, patient: str, params: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """Return a page of all that the actor sees of `patient`; the directory entries that it refers to are `included`.

        Raises NotFound when the actor does not see the Patient; Invalid at an unknown parameter, and as `read_position`."""
        allow(self._actor, "Patient", "r")
        place, after = self._open_page(params, cursor, "everything", patient)
        options = parse_everything_params(place.asked)
        options = replace(options, types=frozenset(filter(self._may_read, options.types)))
        with self._open_reading("everything", patient, "r") as (session, names_read):
            slices, last = read_everything(session, patient, options, place.last)
            directory_names = [
                name for name in list_directory_entries(slices) if name.partition("/")[0] in options.types
            ]
            entries = read_several(session, directory_names)
            names_read.extend(resource.name for resource in (*slices, *entries))
        return Page(slices, entries, None, after(last), place.sent, place.asked)

    def document(self, plan: str) -> list[Slice]:
        """Return the resources of a document of `plan`, the plan first. Raises NotFound when it is hidden or absent."""
        with self._open_reading("document", plan, "r") as (session, names_read):
            slices = read_document(session, plan, self._filter_readable)
            names_read.extend(resource.name for resource in slices)
        return slices

    def match(
        self,
        families: Iterable[str],
        days: Iterable[str],
        numbers: Iterable[str],
        keep: Callable[[list[Slice]], list[Slice]],
    ) -> list[Slice]:
        """Return those that `keep` selects of the visible Patients with one of `families`, birth `days` or `numbers`.

        Raises ValueError when one of `days` is not a date."""
        allow(self._actor, "Patient", "s")
        with self._open_reading("match", "Patient", "r") as (session, names_read):
            candidates = keep(find_candidates(session, families, days, numbers))
            names_read.extend(resource.name for resource in candidates)
        return candidates

    def export(self, resource_type: str, params: list[tuple[str, str]]) -> Iterator[list[Slice]]:
        """Yield all that the actor sees of a type, page by page. Each page is read when it is needed, with its own trace."""
        allow(self._actor, resource_type, "s")
        question = parse_query(resource_type, params)
        last = None
        while True:
            with self._open_reading("export", resource_type, "r") as (session, names_read):
                matches = find(session, question, last, self._base)
                slices = read_rids(session, matches.names)
                names_read.extend(resource.name for resource in slices)
            yield slices
            last = matches.last
            if last is None:
                return
