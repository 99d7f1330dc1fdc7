"""Conditions in the place of an id: https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #patch.

The record evaluates them as a search of the caller, within the transaction that writes (`hub.record.write.conditional`).
"""

from __future__ import annotations

from typing import Any

from hub.api.http.query_string import Pairs, parse_pairs
from hub.domain.errors import Invalid


def parse_if_none_exist(header: str | None) -> Pairs | None:
    """Return the condition in an If-None-Exist, with or without its question mark; None without the header.

    Raises Invalid `parameter-malformed`, `condition-empty`."""
    if header is None:
        return None
    return check_condition(parse_pairs(header.strip().removeprefix("?").encode()))


def check_condition(condition: Pairs) -> Pairs:
    """Return `condition`. Raises Invalid `condition-empty` when it has no parameter."""
    if not condition:
        raise Invalid("condition-empty")
    return condition


def check_no_id(resource: dict[str, Any]) -> None:
    """Raise Invalid `condition-with-id` for a resource with an id: the hub assigns ids, and this one might be that of another
    resource than the condition matches (`docs/leaks.md` L59)."""
    if "id" in resource:
        raise Invalid("condition-with-id", where=f"{resource.get('resourceType', '')}.id")
