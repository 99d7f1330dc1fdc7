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
from hub.api.bundle.entries import BundleEntry, parse_entries
from hub.api.http.body import read_only_resource
from hub.api.http.context import base, record, settings
from hub.api.http.negotiation import Preference, parse_prefer
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.conditional import check_condition, check_no_id, parse_if_none_exist
from hub.api.interactions.create import answer_write, check_new, check_resource_type
from hub.api.interactions.patch import parse_entry_patch
from hub.api.interactions.update import check_identity, parse_if_match
from hub.api.resources import bundles
from hub.api.resources.references import resolve_links
from hub.domain.errors import Conflict, Invalid, Malformed, Problem
from hub.domain.resource_types import TYPES
from hub.fhir import RESOURCES
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.record.write.edit import Patch
from hub.record.write.transaction import Entry


@token_required
def bundle_view() -> Response:
    """POST of a Bundle at the base."""
    preference = parse_prefer(request.headers.get("Prefer"))
    kind, steps = parse_entries(read_only_resource(), settings().limits.batch)
    if kind == "batch":
        return send(batch(record(), base(), steps, preference))
    return send(transact(record(), base(), steps, preference))


def transact(repository: Record, base_url: str, steps: list[BundleEntry], preference: Preference) -> Answer:
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
        answers[entry.place] = answer_write(done, base_url, returns, located=entry.condition is not None)
    return Answer(200, bundles.write_responses("transaction", (answers[step.place] for step in steps)))


def _only_kept_types(steps: list[BundleEntry]) -> None:
    """Invalid `type-not-kept` with each type that the hub does not keep, by its name in R4 (`docs/contract.md` §4)."""
    types = {step.url.partition("?")[0].partition("/")[0] for step in steps} - TYPES
    if types:
        named = sorted(name if name in RESOURCES else "Bundle.entry.request.url" for name in types)
        raise Invalid(*(Problem("type-not-kept", where=name) for name in dict.fromkeys(named)))


class _Target(NamedTuple):
    """What an entry writes: its `Type/id`, a new one for what it may create, and the condition in its place."""

    name: str
    condition: Pairs | None = None


def _target(repository: Record, step: BundleEntry) -> _Target:
    path, _, query = step.url.partition("?")
    with _told_at(step):
        match step.method, path.split("/"):
            case "POST", [resource_type] if not query:
                check_new(resource_type, step.resource)
                return _Target(repository.new_name(resource_type), parse_if_none_exist(step.if_none_exist))
            case "PUT", [resource_type] if query:
                check_resource_type(resource_type, step.resource)
                check_no_id(step.resource)
                return _Target(repository.new_name(resource_type), check_condition(parse_pairs(query.encode())))
            case "PATCH", [resource_type] if query:
                return _Target(repository.new_name(resource_type), check_condition(parse_pairs(query.encode())))
            case "PUT" | "PATCH" as method, [resource_type, resource_id] if not query:
                name = make_reference(resource_type, resource_id)
                if method == "PUT":
                    check_identity(name, step.resource)
                return _Target(name)
        raise Invalid("entry-not-taken")


def _entry(step: BundleEntry, target: _Target, base_url: str, links: dict[str, str]) -> Entry:
    with _told_at(step):
        expected = parse_if_match(step.if_match)
    place = f"{step.place}.resource"
    if step.method == "PATCH":
        with _told_at(step):
            amend = parse_entry_patch(step.resource)
        linked = partial(_amended, amend, base_url, links)
        return Entry("PATCH", target.name, {}, expected, target.condition, linked, step.place)
    resource = resolve_links(step.resource, base_url, links, place)
    return Entry(step.method, target.name, resource, expected, target.condition, place=step.place)


def _amended(amend: Patch, base_url: str, links: dict[str, str], seen: dict[str, Any]) -> dict[str, Any]:
    return resolve_links(amend(seen), base_url, links)


@contextmanager
def _told_at(step: BundleEntry) -> Iterator[None]:
    """What is wrong with an entry is told by its place in the Bundle alone."""
    try:
        yield
    except (Malformed, Invalid, Conflict) as error:
        raise type(error)(*(Problem(found.code, step.place) for found in error.problems)) from None
