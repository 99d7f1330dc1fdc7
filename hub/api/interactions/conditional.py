"""What says which resource is meant, instead of its id: https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #patch.

The record answers it by the caller's own search, behind its lock (`hub.record.write.conditional`).
"""

from __future__ import annotations

from typing import Any

from flask import request

from hub.api.http.negotiation import without_format
from hub.api.http.query_string import Pairs, parse_pairs
from hub.domain.errors import Invalid


def parse_if_none_exist(if_none_exist: str | None) -> Pairs | None:
    """The condition in an If-None-Exist, with or without its question mark; None without the header.

    Invalid `parameter-malformed`, `condition-empty`."""
    if if_none_exist is None:
        return None
    return check_condition(parse_pairs(if_none_exist.strip().removeprefix("?").encode()))


def of_url() -> Pairs:
    """The condition in the URL of this request. Invalid as `parse_if_none_exist`; and as `without_format`."""
    return check_condition(without_format(parse_pairs(request.query_string), request.headers.get("Accept")))


def check_condition(condition: Pairs) -> Pairs:
    """`condition`, which says something. Invalid `condition-empty`."""
    if not condition:
        raise Invalid("condition-empty")
    return condition


def check_no_id(resource: dict[str, Any]) -> None:
    """Invalid `condition-with-id`: ids are the hub's to give, and two names for one thing may differ (`docs/leaks.md` L59)."""
    if "id" in resource:
        raise Invalid("condition-with-id", where=f"{resource.get('resourceType', '')}.id")
