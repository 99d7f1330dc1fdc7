"""The update interaction: https://hl7.org/fhir/R4/http.html#update, against the caller's own version (#concurrency).

A PUT makes nothing: what is absent or hidden stays so (`leaks.md` L62).
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request

from hub.api.answers import Answer, send
from hub.api.bodies import sent
from hub.api.create import of_type, written
from hub.api.negotiate import preferred
from hub.api.opening import base, record
from hub.api.paths import name_of
from hub.api.references import with_own_links
from hub.doors import token_required
from hub.errors import Invalid
from hub.record.door import Record

_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"', re.ASCII)


@token_required
def update_view(resource_type: str, resource_id: str) -> Response:
    """PUT of one resource."""
    name = name_of(resource_type, resource_id)
    expected = version_in(request.headers.get("If-Match"))
    returns = preferred(request.headers.get("Prefer")).returns
    return send(update(record(), base(), name, sent(), expected, returns))


def update(
    opened: Record, fhir: str, name: str, resource: dict[str, Any], expected: str | None, returns: str = ""
) -> Answer:
    """The resource after the change, as its writer sees it.

    Raises NotFound, Refused, Conflict and Invalid as the record does, and Invalid `type-differs` or `id-differs` when
    the URL names another resource than the body.
    """
    named(name, resource)
    return written(200, opened.edit(name, with_own_links(resource, fhir), expected), fhir, returns)


def named(name: str, resource: dict[str, Any]) -> None:
    """Invalid `type-differs` or `id-differs` unless `resource` says that it is `name`."""
    resource_type, _, resource_id = name.partition("/")
    of_type(resource_type, resource)
    if resource.get("id") != resource_id:
        raise Invalid("id-differs", where=f"{resource_type}.id")


def version_in(if_match: str | None) -> str | None:
    """The version in an If-Match. None when it names none: `*` expects nothing (`security.md` R01)."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Invalid("if-match-malformed", where="If-Match")
    return found[1]
