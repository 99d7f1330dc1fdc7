"""Types, ids and versions in URLs. A value that is malformed is answered as one that does not exist (`docs/leaks.md` L04)."""

from __future__ import annotations

import re

from hub.domain.errors import NotFound
from hub.domain.resource_types import TYPES

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


def is_id(value: object) -> bool:
    """Return whether `value` has the form of an id in R4."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def check_type(resource_type: str) -> str:
    """Return `resource_type`. Raises NotFound when the hub does not store such resources."""
    if resource_type not in TYPES:
        raise NotFound
    return resource_type


def make_reference(resource_type: str, resource_id: str) -> str:
    """Return `Type/id`. Raises NotFound for a type that the hub does not store, and for a malformed id
    (https://hl7.org/fhir/R4/datatypes.html#id)."""
    if resource_type not in TYPES or not is_id(resource_id):
        raise NotFound
    return f"{resource_type}/{resource_id}"


def check_version_id(text: str) -> str:
    """Return `text`. Raises NotFound when it cannot be a version id."""
    if not is_id(text):
        raise NotFound
    return text
