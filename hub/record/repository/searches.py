"""Through the door: what is asked without its names, all that one sees of a type or a person (`hub.record.search`,
`.everything`, `.document`, `.alike`). Several statements that say one moment, and one trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from hub.record.audit import EVENT, find_events, index_traces, parse_audit_query
from hub.record.read.current import read_rids, read_several
from hub.record.read.cursor import PagePosition
from hub.record.read.document import with_all_it_needs
from hub.record.read.everything import directory_of, everything, parse_everything_params
from hub.record.read.match_candidates import alike
from hub.record.read.slice import Slice
from hub.record.repository.base import RepositoryBase
from hub.record.search.query.authorize import allow, allow_parameters
from hub.record.search.query.parser import parse_query
from hub.record.search.query.query import SearchQuery
from hub.record.search.sql.execute import Keyset, find
from hub.record.search.sql.includes import included, included_types


@dataclass(frozen=True)
class Page:
    """A page of a search. `next`: the sealed cursor of the next page. `asked`: what this request said; `question`: all that its
    pages answer, of which a cursor says the most; `cut`: more of what this actor sees would have been included."""

    slices: list[Slice]
    included: list[Slice]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]
    question: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False


class SearchMixin(RepositoryBase):
    """What is asked for without its names."""

    def search(self, resource_type: str, asked: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """A page of what matches. Invalid at a parameter that is not declared or that the role can never see, and as
        `place_of`."""
        allow(self._actor, resource_type, "s")
        place, after = self._place(asked, cursor, "search", resource_type)
        question = parse_query(resource_type, place.asked)
        allow_parameters(self._actor, question)
        if resource_type == EVENT:
            return self._journal(question, place, after)
        with self._reading("search", resource_type, "s") as (session, shown):
            last = None if place.last is None else Keyset(*place.last)
            matches = find(session, question, last, self._base)
            slices = read_rids(session, matches.names)
            types = frozenset(filter(self._may_read, included_types(question)))
            beside = included(session, question, matches.names, types)
            more = read_rids(session, beside.names)
            shown += [resource.name for resource in (*slices, *more)]
        return Page(slices, more, matches.total, after(matches.last), place.sent, place.asked, beside.cut)

    def _journal(self, question: SearchQuery, place: PagePosition, after: Callable[[object], str | None]) -> Page:
        """A page of who opened a person's record, all that was traced until now."""
        wanted = parse_audit_query(question, self._base, self._store.seal_keys)
        index_traces(self._store)
        with self._reading("search", EVENT, "s") as (session, shown):
            journal = find_events(session, wanted, place.last)
            more = read_several(session, self._allowed(journal.included))
            shown.extend(dict.fromkeys([*journal.persons, *(resource.name for resource in more)]))
        return Page(journal.slices, more, journal.total, after(journal.last), place.sent, place.asked)

    def everything(self, patient: str, asked: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """A page of all that this actor sees of `patient`, with the directory entries named there as `included`.

        NotFound when it does not see the Patient. Invalid at a parameter that the operation has not, and as `place_of`."""
        allow(self._actor, "Patient", "r")
        place, after = self._place(asked, cursor, "everything", patient)
        wanted = parse_everything_params(place.asked)
        wanted = replace(wanted, types=frozenset(filter(self._may_read, wanted.types)))
        with self._reading("everything", patient, "r") as (session, shown):
            slices, last = everything(session, patient, wanted, place.last)
            named = [name for name in directory_of(slices) if name.partition("/")[0] in wanted.types]
            entries = read_several(session, named)
            shown.extend(resource.name for resource in (*slices, *entries))
        return Page(slices, entries, None, after(last), place.sent, place.asked)

    def document(self, plan: str) -> list[Slice]:
        """What a document of `plan` is made of, the plan first. NotFound when it is hidden or absent."""
        with self._reading("document", plan, "r") as (session, shown):
            slices = with_all_it_needs(session, plan, self._allowed)
            shown.extend(resource.name for resource in slices)
        return slices

    def match(
        self,
        families: Iterable[str],
        days: Iterable[str],
        numbers: Iterable[str],
        keep: Callable[[list[Slice]], list[Slice]],
    ) -> list[Slice]:
        """Those whom `keep` leaves of the Patients, seen by this actor, that have a family name, a birth date or a number in
        common with someone. ValueError when a day is none."""
        allow(self._actor, "Patient", "s")
        with self._reading("match", "Patient", "r") as (session, shown):
            kept = keep(alike(session, families, days, numbers))
            shown.extend(resource.name for resource in kept)
        return kept

    def exported(self, resource_type: str, asked: list[tuple[str, str]]) -> Iterator[list[Slice]]:
        """All that this actor sees of a type, page by page: each page is judged when its turn comes, and leaves its trace."""
        allow(self._actor, resource_type, "s")
        question = parse_query(resource_type, asked)
        last = None
        while True:
            with self._reading("export", resource_type, "r") as (session, shown):
                matches = find(session, question, last, self._base)
                slices = read_rids(session, matches.names)
                shown.extend(resource.name for resource in slices)
            yield slices
            last = matches.last
            if last is None:
                return
