"""The transaction interaction: https://hl7.org/fhir/R4/http.html#transaction.

All or nothing; creates, then updates and patches, then reads. Links between entries are resolved here, conditions and
references by search in the record, within its transaction (`docs/parts.md` 22).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hub.api.bundle.batch import process_batch
from hub.api.bundle.entries import READS, BundleEntry, make_relative_url, parse_entries
from hub.api.bundle.requests import EntryRouter
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import RouteTable
from hub.api.interactions.write import answer_write, link_entry
from hub.api.resources.bundles import write_responses
from hub.domain.errors import Conflict, Invalid, Malformed, Problem
from hub.domain.resource_types import TYPES
from hub.fhir import RESOURCES
from hub.record.repository.record import Record
from hub.record.write.transaction import Entry


def process_bundle(request: ApiRequest, routes: RouteTable) -> Answer:
    """Answer a Bundle sent to the base, of type `batch` or `transaction`."""
    bundle_type, entries = parse_entries(request.read_resource(), request.service.limits.batch)
    if bundle_type == "batch":
        return process_batch(EntryRouter(request, routes), entries)
    return process_transaction(EntryRouter(request, routes, is_transaction=True), entries)


def process_transaction(router: EntryRouter, entries: list[BundleEntry]) -> Answer:
    """Write all of `entries`, then answer the entries that read.

    Raises as the record does; Invalid for a fault of an entry itself, at the entry's place, with all types at once that the
    hub does not store; NotFound for a URL that can name nothing."""
    base_url, repository = router.request.base_url, router.request.repository
    entries = [entry._replace(url=make_relative_url(entry, base_url)) for entry in entries]
    writes = [entry for entry in entries if entry.method not in READS]
    _check_types(writes)
    plans = {entry.place: _plan(router, entry) for entry in writes}
    # What is created has its id already, so that the other entries can refer to it whatever the order.
    names = {entry.full_url: plans[entry.place].name for entry in writes if entry.full_url}
    linked = [link_entry(plans[entry.place], base_url, names, f"{entry.place}.resource") for entry in writes]
    answers: dict[str, Answer] = {}

    def read_after(written_record: Record) -> None:
        for entry in entries:
            if entry.method in READS:
                with _report_at(entry):
                    answers[entry.place] = router.answer(entry, written_record)

    results = repository.transact(linked, read_after)
    for plan, result in zip(linked, results, strict=True):
        answers[plan.place] = answer_write(result, base_url, router.returns, located=plan.condition is not None)
    return Answer(200, write_responses("transaction", base_url, (answers[entry.place] for entry in entries)))


def _check_types(entries: list[BundleEntry]) -> None:
    """Raise Invalid `type-not-kept` with each type that the hub does not store, by its name in R4 (`docs/contract.md` §4)."""
    types = {entry.url.partition("?")[0].partition("/")[0] for entry in entries} - TYPES
    if types:
        places = sorted(name if name in RESOURCES else "Bundle.entry.request.url" for name in types)
        raise Invalid(*(Problem("type-not-kept", where=place) for place in dict.fromkeys(places)))


def _plan(router: EntryRouter, entry: BundleEntry) -> Entry:
    """Return what `entry` makes the record write. Raises Invalid `entry-not-taken` when no route of a transaction takes it."""
    with _report_at(entry):
        routed = router.find(entry)
        # A parameter says which resource is meant, and nothing else.
        if routed is None or routed.route.plan is None or routed.route.conditional != bool(routed.request.query):
            raise Invalid("entry-not-taken")
        return replace(routed.route.plan(routed.request), place=entry.place)


@contextmanager
def _report_at(entry: BundleEntry) -> Iterator[None]:
    """Raise the problems of an entry again at its place in the Bundle, without the place inside the entry."""
    try:
        yield
    except (Malformed, Invalid, Conflict) as error:
        raise type(error)(*(Problem(problem.code, entry.place) for problem in error.problems)) from None
