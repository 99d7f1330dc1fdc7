"""The update interaction: https://hl7.org/fhir/R4/http.html#update, against the caller's own version (#concurrency), and
the conditional one: #cond-update.

A PUT of an id makes nothing: what is absent or hidden stays so (`docs/leaks.md` L62). A PUT of a condition that nothing meets,
as far as the caller sees, makes what it says (`docs/leaks.md` L59).
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request

from hub.api.http.body import read_only_resource
from hub.api.http.body import read_resource as sent_resource
from hub.api.http.context import record
from hub.api.http.negotiation import parse_prefer
from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import Pairs
from hub.api.http.response import Answer, send
from hub.api.http.summary import is_subsetted
from hub.api.interactions import conditional
from hub.api.interactions.create import answer_write, check_resource_type
from hub.api.resources.references import resolve_links
from hub.domain.errors import Invalid
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.record.write.transaction import Entry

_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"', re.ASCII)


@token_required
def update_view(resource_type: str, resource_id: str) -> Response:
    """PUT of one resource."""
    name = make_reference(resource_type, resource_id)
    expected = parse_if_match(request.headers.get("If-Match"))
    returns = parse_prefer(request.headers.get("Prefer")).returns
    return send(update(record(), name, read_only_resource(), expected, returns))


@token_required
def conditional_update_view(resource_type: str) -> Response:
    """PUT of the one resource that the URL's parameters mean."""
    wanted = check_type(resource_type)
    condition = conditional.of_url()
    expected = parse_if_match(request.headers.get("If-Match"))
    returns = parse_prefer(request.headers.get("Prefer")).returns
    return send(update_where(record(), wanted, condition, sent_resource(), expected, returns=returns))


def update(repository: Record, name: str, resource: dict[str, Any], expected: str | None, returns: str = "") -> Answer:
    """The resource after the change, as its writer sees it.

    Raises NotFound, Refused, Conflict and Invalid as the record does, and Invalid `type-differs` or `id-differs` when
    the URL names another resource than the body.
    """
    check_identity(name, resource)
    written = repository.write(Entry("PUT", name, resolve_links(resource, repository.base_url), expected))
    return answer_write(written, repository.base_url, returns)


def update_where(
    repository: Record,
    resource_type: str,
    condition: Pairs,
    resource: dict[str, Any],
    expected: str | None,
    *,
    returns: str = "",
) -> Answer:
    """The one resource that meets `condition`, changed; or made, when the caller sees none.

    Raises as `update`, Conflict when several meet it, or none does and a version is expected."""
    check_resource_type(resource_type, resource)
    conditional.check_no_id(resource)
    linked = resolve_links(resource, repository.base_url)
    written = repository.write(Entry("PUT", repository.new_name(resource_type), linked, expected, condition))
    return answer_write(written, repository.base_url, returns, located=True)


def check_identity(name: str, resource: dict[str, Any]) -> None:
    """Invalid `type-differs` or `id-differs` unless `resource` says that it is `name`; `subsetted` when it is a part of it,
    which would take away all the rest."""
    resource_type, _, resource_id = name.partition("/")
    check_resource_type(resource_type, resource)
    if resource.get("id") != resource_id:
        raise Invalid("id-differs", where=f"{resource_type}.id")
    if is_subsetted(resource):
        raise Invalid("subsetted", where=f"{resource_type}.meta.tag")


def parse_if_match(if_match: str | None) -> str | None:
    """The version in an If-Match. None when it names none: `*` expects nothing (`docs/security.md` R01)."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Invalid("if-match-malformed", where="If-Match")
    return found[1]
