"""The transaction interaction, and the door that it shares with batch: https://hl7.org/fhir/R4/http.html#transaction.

All or nothing, creates and updates; the record resolves references between entries (`parts.md` 22).
"""

from __future__ import annotations

from flask import Response, request

from hub.api import bundles
from hub.api.answers import Answer, send
from hub.api.batch import batch
from hub.api.bodies import sent
from hub.api.create import of_type, unconditional, written
from hub.api.entries import Step, steps_of
from hub.api.negotiate import preferred
from hub.api.opening import base, record, settings
from hub.api.paths import is_id, name_of
from hub.api.references import with_own_links
from hub.api.update import named, version_in
from hub.doors import token_required
from hub.errors import Invalid, Problem
from hub.fhir import RESOURCES
from hub.record.door import Entry, Record
from hub.slices import TYPES


@token_required
def bundle_view() -> Response:
    """POST of a Bundle at the base."""
    preference = preferred(request.headers.get("Prefer"))
    kind, steps = steps_of(sent(), settings().limits.batch)
    if kind == "batch":
        return send(batch(record(), base(), steps, preference))
    return send(transact(record(), base(), steps, preference.returns or "minimal"))


def transact(opened: Record, fhir: str, steps: list[Step], returns: str) -> Answer:
    """What was made of all of `steps`.

    Raises as the record does; Invalid for what the entries themselves have wrong, all types that the hub does not keep
    in one; NotFound for a URL that can name nothing.
    """
    _only_kept_types(steps)
    names = {step.place: _target(opened, step) for step in steps}
    _each_once(names)
    # What is created has its id ahead, so that the other entries can point to it whatever the order.
    links = {step.full_url: names[step.place] for step in steps if step.full_url}
    made = opened.transact([_entry(step, names[step.place], fhir, links) for step in steps])
    answers = (
        written(201 if step.method == "POST" else 200, found, fhir, returns)
        for step, found in zip(steps, made, strict=True)
    )
    return Answer(200, bundles.responses("transaction", answers))


def _only_kept_types(steps: list[Step]) -> None:
    """Invalid `type-not-kept` with each type that the hub does not keep, by its name in R4 (`contract.md`)."""
    types = {step.url.partition("?")[0].partition("/")[0] for step in steps} - TYPES
    if types:
        named = sorted(name if name in RESOURCES else "Bundle.entry.request.url" for name in types)
        raise Invalid(*(Problem("type-not-kept", where=name) for name in dict.fromkeys(named)))


def _target(opened: Record, step: Step) -> str:
    """`Type/id` of what the entry writes; a new one for what it creates."""
    try:
        match step.method, step.url.split("/"):
            case "POST", [resource_type]:
                unconditional(step.if_none_exist)
                of_type(resource_type, step.resource)
                if not is_id(step.resource.get("id", "none")):  # another takes its place, as in a create
                    raise Invalid("format-wrong")
                return opened.new_name(resource_type)
            case "PUT", [resource_type, resource_id]:
                name = name_of(resource_type, resource_id)
                named(name, step.resource)
                return name
        raise Invalid("entry-not-a-write")
    except Invalid as error:
        raise _at(step, error) from None


def _each_once(names: dict[str, str]) -> None:
    """A resource stands once in a transaction: https://hl7.org/fhir/R4/http.html#trules."""
    met: set[str] = set()
    for place, name in names.items():
        if name in met:
            raise Invalid("entry-twice", where=place)
        met.add(name)


def _entry(step: Step, name: str, fhir: str, links: dict[str, str]) -> Entry:
    try:
        expected = version_in(step.if_match)
    except Invalid as error:
        raise _at(step, error) from None
    resource = with_own_links(step.resource, fhir, links, f"{step.place}.resource")
    return Entry(step.method, name, resource, expected)


def _at(step: Step, error: Invalid) -> Invalid:
    return Invalid(*(Problem(found.code, step.place) for found in error.problems))
