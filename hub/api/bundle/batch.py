"""The batch interaction: https://hl7.org/fhir/R4/http.html#transaction. Each entry is its own request, answered as it
would be alone (`docs/leaks.md` L74; `docs/security.md` RS-4)."""

from __future__ import annotations

from urllib.parse import unquote

from hub.api.bundle.entries import BundleEntry
from hub.api.http.negotiation import Preference, without_format
from hub.api.http.paths import check_type, check_version_id, make_reference
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer
from hub.api.interactions.conditional import check_condition, parse_if_none_exist
from hub.api.interactions.create import create
from hub.api.interactions.delete import delete
from hub.api.interactions.history import history
from hub.api.interactions.patch import parse_entry_patch, patch, patch_where
from hub.api.interactions.read import check_no_parameters, parse_only_subset, read
from hub.api.interactions.search import make_compartment_parameter, search
from hub.api.interactions.update import parse_if_match, update, update_where
from hub.api.interactions.vread import vread
from hub.api.metadata import capability, definitions
from hub.api.operations.document import choose_language, document
from hub.api.operations.everything import everything
from hub.api.operations.validate import validate_one, validate_type
from hub.api.operations.validate_params import parse_validate_params
from hub.api.resources import bundles, operation_outcome
from hub.domain.errors import HubError, Invalid, NotFound, Refused
from hub.record.repository.record import Record

READS = ("GET", "HEAD")


def batch(repository: Record, base_url: str, steps: list[BundleEntry], preference: Preference) -> Answer:
    """What became of each of `steps`; one that fails leaves the others as they are."""
    return Answer(
        200, bundles.write_responses("batch", (_answer(repository, base_url, step, preference) for step in steps))
    )


def _answer(repository: Record, base_url: str, step: BundleEntry, preference: Preference) -> Answer:
    try:
        if step.method in READS:
            return shown_for(repository, base_url, step, preference)
        return _written(repository, step, preference.returns or "minimal")
    except HubError as error:
        return operation_outcome.outcome(error)


def shown_for(repository: Record, base_url: str, step: BundleEntry, preference: Preference) -> Answer:
    """The answer to a `step` that reads. Raises as its interaction does."""
    segments, pairs = _of_url(step)
    match segments:
        case ["metadata"]:
            return capability.answer(base_url)
        case ["" | "_history"] | ["Group", _, "$export"]:
            raise Refused("not-offered")
        case [kind] if kind in definitions.SOURCES:
            return definitions.search_definitions(base_url, kind, pairs, lenient=preference.lenient)
        case [kind, "_history"] | [kind, _, "_history"]:
            return history(
                repository,
                base_url,
                check_type(kind) if len(segments) == 2 else make_reference(kind, segments[1]),
                pairs,
            )
        case [resource_type]:
            return search(repository, base_url, check_type(resource_type), pairs, lenient=preference.lenient)
        case [resource_type, resource_id, inner]:
            return _inside(repository, base_url, (resource_type, resource_id, inner), pairs, lenient=preference.lenient)
    match segments:
        case [kind, resource_id] if kind in definitions.SOURCES:
            check_no_parameters(pairs)
            return definitions.read_definition(kind, resource_id)
        case [resource_type, resource_id]:
            name = make_reference(resource_type, resource_id)
            return read(repository, name, step.if_none_match, parse_only_subset(pairs, resource_type))
        case [resource_type, resource_id, "_history", version_id]:
            name, version = make_reference(resource_type, resource_id), check_version_id(version_id)
            return vread(repository, name, version, parse_only_subset(pairs, resource_type))
    raise NotFound


def _of_url(step: BundleEntry) -> tuple[list[str], Pairs]:
    path, _, query = step.url.partition("?")
    return [unquote(segment) for segment in path.split("/")], without_format(parse_pairs(query.encode()), None)


def _inside(
    repository: Record, base_url: str, segments: tuple[str, str, str], pairs: Pairs, *, lenient: bool
) -> Answer:
    """An operation on a resource, or a search in its compartment."""
    match segments:
        case "Patient", resource_id, "$everything":
            return everything(repository, base_url, make_reference("Patient", resource_id), pairs)
        case "CarePlan", resource_id, "$document":
            return document(repository, base_url, make_reference("CarePlan", resource_id), pairs, choose_language())
        case resource_type, resource_id, "$validate":
            return validate_one(
                repository, make_reference(resource_type, resource_id), parse_validate_params(pairs, None)
            )
    return search(repository, base_url, segments[2], [*pairs, make_compartment_parameter(*segments)], lenient=lenient)


def _written(repository: Record, step: BundleEntry, returns: str) -> Answer:
    segments, pairs = _of_url(step)
    match step.method, segments:
        case "POST", [resource_type, "$validate"]:
            return validate_type(
                repository, check_type(resource_type), parse_validate_params(pairs, step.resource or None)
            )
        case "POST", [resource_type, resource_id, "$validate"]:
            return validate_one(
                repository,
                make_reference(resource_type, resource_id),
                parse_validate_params(pairs, step.resource or None),
            )
        case "POST", [resource_type]:
            check_no_parameters(pairs)
            wanted, condition = check_type(resource_type), parse_if_none_exist(step.if_none_exist)
            return create(repository, wanted, step.resource, returns, condition)
        case "PUT", [resource_type]:
            wanted, condition = check_type(resource_type), check_condition(pairs)
            expected = parse_if_match(step.if_match)
            return update_where(repository, wanted, condition, step.resource, expected, returns=returns)
        case "PATCH", [resource_type]:
            wanted, condition, amend = (
                check_type(resource_type),
                check_condition(pairs),
                parse_entry_patch(step.resource),
            )
            expected = parse_if_match(step.if_match)
            return patch_where(repository, wanted, condition, amend, expected, returns=returns)
    check_no_parameters(pairs)
    match step.method, segments:
        case "DELETE", ["Subscription", resource_id]:
            return delete(repository, make_reference("Subscription", resource_id), parse_if_match(step.if_match))
        case "PUT", [resource_type, resource_id]:
            name = make_reference(resource_type, resource_id)
            return update(repository, name, step.resource, parse_if_match(step.if_match), returns)
        case "PATCH", [resource_type, resource_id]:
            name = make_reference(resource_type, resource_id)
            return patch(repository, name, parse_entry_patch(step.resource), parse_if_match(step.if_match), returns)
    raise Invalid("http-method")
