"""The transaction interaction, and the door that it shares with batch: https://hl7.org/fhir/R4/http.html#transaction.

All or nothing; creates, then updates and patches, then reads. Links between entries are resolved here, conditions and
references by search in the record, behind its lock (`docs/parts.md` 22).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from flask import Response, request

from hub.api.bundle.batch import READS, batch, shown_for
from hub.api.bundle.entries import Step, steps_of
from hub.api.http.body import sent
from hub.api.http.context import base, record, settings
from hub.api.http.negotiation import Preference, preferred
from hub.api.http.paths import name_of
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.conditional import of_header, stated, without_id
from hub.api.interactions.create import new_of_type, of_type, written
from hub.api.interactions.patch import amendment_of
from hub.api.interactions.update import named, version_in
from hub.api.resources import bundles
from hub.api.resources.references import with_own_links
from hub.domain.errors import Conflict, Invalid, Malformed, Problem
from hub.fhir import RESOURCES
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.record.write.edit import Patch
from hub.record.write.transaction import Entry
from hub.slices import TYPES


@token_required
def bundle_view() -> Response:
    """POST of a Bundle at the base."""
    preference = preferred(request.headers.get("Prefer"))
    kind, steps = steps_of(sent(), settings().limits.batch)
    if kind == "batch":
        return send(batch(record(), base(), steps, preference))
    return send(transact(record(), base(), steps, preference))


def transact(repository: Record, base_url: str, steps: list[Step], preference: Preference) -> Answer:
    """What was made of all of `steps`; what they read is read after what they write.

    Raises as the record does; Invalid for what the entries themselves have wrong, at their places, all types that the
    hub does not keep in one; NotFound for a URL that can name nothing."""
    writes = [step for step in steps if step.method not in READS]
    _only_kept_types(writes)
    found = {step.place: _target(repository, step) for step in writes}
    # What is created has its id ahead, so that the other entries can point to it whatever the order.
    links = {step.full_url: found[step.place].name for step in writes if step.full_url}
    entries = [_entry(step, found[step.place], base_url, links) for step in writes]
    answers: dict[str, Answer] = {}

    def read_after(within: Record) -> None:
        for step in steps:
            if step.method in READS:
                with _told_at(step):
                    answers[step.place] = shown_for(within, base_url, step, preference)

    made = repository.transact(entries, read_after)
    returns = preference.returns or "minimal"
    for entry, done in zip(entries, made, strict=True):
        answers[entry.place] = written(done, base_url, returns, located=entry.condition is not None)
    return Answer(200, bundles.responses("transaction", (answers[step.place] for step in steps)))


def _only_kept_types(steps: list[Step]) -> None:
    """Invalid `type-not-kept` with each type that the hub does not keep, by its name in R4 (`docs/contract.md` §4)."""
    types = {step.url.partition("?")[0].partition("/")[0] for step in steps} - TYPES
    if types:
        named = sorted(name if name in RESOURCES else "Bundle.entry.request.url" for name in types)
        raise Invalid(*(Problem("type-not-kept", where=name) for name in dict.fromkeys(named)))


class _Target(NamedTuple):
    """What an entry writes: its `Type/id`, a new one for what it may create, and the condition in its place."""

    name: str
    condition: Pairs | None = None


def _target(repository: Record, step: Step) -> _Target:
    path, _, query = step.url.partition("?")
    with _told_at(step):
        match step.method, path.split("/"):
            case "POST", [resource_type] if not query:
                new_of_type(resource_type, step.resource)
                return _Target(repository.new_name(resource_type), of_header(step.if_none_exist))
            case "PUT", [resource_type] if query:
                of_type(resource_type, step.resource)
                without_id(step.resource)
                return _Target(repository.new_name(resource_type), stated(parse_pairs(query.encode())))
            case "PATCH", [resource_type] if query:
                return _Target(repository.new_name(resource_type), stated(parse_pairs(query.encode())))
            case "PUT" | "PATCH" as method, [resource_type, resource_id] if not query:
                name = name_of(resource_type, resource_id)
                if method == "PUT":
                    named(name, step.resource)
                return _Target(name)
        raise Invalid("entry-not-taken")


def _entry(step: Step, target: _Target, base_url: str, links: dict[str, str]) -> Entry:
    with _told_at(step):
        expected = version_in(step.if_match)
    place = f"{step.place}.resource"
    if step.method == "PATCH":
        with _told_at(step):
            amend = amendment_of(step.resource)
        linked = partial(_amended, amend, base_url, links)
        return Entry("PATCH", target.name, {}, expected, target.condition, linked, step.place)
    resource = with_own_links(step.resource, base_url, links, place)
    return Entry(step.method, target.name, resource, expected, target.condition, place=step.place)


def _amended(amend: Patch, base_url: str, links: dict[str, str], seen: dict[str, Any]) -> dict[str, Any]:
    return with_own_links(amend(seen), base_url, links)


@contextmanager
def _told_at(step: Step) -> Iterator[None]:
    """What is wrong with an entry is told by its place in the Bundle alone."""
    try:
        yield
    except (Malformed, Invalid, Conflict) as error:
        raise type(error)(*(Problem(found.code, step.place) for found in error.problems)) from None
