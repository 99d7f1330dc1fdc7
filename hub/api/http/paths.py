"""Types, ids and versions in URLs. What cannot be one of ours is answered like what is not there (`docs/leaks.md` L04)."""

from __future__ import annotations

import re

from hub.domain.errors import NotFound
from hub.domain.resource_types import TYPES

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


def is_id(value: object) -> bool:
    """Whether `value` is an id as R4 spells them."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def check_type(resource_type: str) -> str:
    """`resource_type`, if the hub stores such resources; else NotFound."""
    if resource_type not in TYPES:
        raise NotFound
    return resource_type


def make_reference(resource_type: str, resource_id: str) -> str:
    """`Type/id`. NotFound when the hub stores no such type, or it is no id (https://hl7.org/fhir/R4/datatypes.html#id)."""
    if resource_type not in TYPES or not is_id(resource_id):
        raise NotFound
    return f"{resource_type}/{resource_id}"


def check_version_id(text: str) -> str:
    """`text`, if it can be a version id; else NotFound."""
    if not is_id(text):
        raise NotFound
    return text
