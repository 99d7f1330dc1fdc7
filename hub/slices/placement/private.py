"""Communications of few: a note that its writer alone sees, and a message about a Task (`docs/parts.md` 29, 31). Pure.

The extension `private-note` has the party of the account, which the hub writes. All of the note belongs to it: neither a grant
nor a stake opens it. A message about a Task is in the place `own`: its sender and its recipients see it by their stakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_profiles.codes import PRIVATE_NOTE_EXTENSION


def find_private_holder(resource: Mapping[str, Any]) -> str | None:
    """Return the party to which alone a Communication belongs, or None for one that is not private and for another resource."""
    if resource["resourceType"] != "Communication":
        return None
    for extension in resource.get("extension", ()):
        if isinstance(extension, dict) and extension.get("url") == PRIVATE_NOTE_EXTENSION:
            return str(extension.get("valueString", ""))
    return None


def set_private_holder(resource: Mapping[str, Any], holder: str | None) -> dict[str, Any]:
    """Return a Communication as a note of `holder` alone; as one that is not private when `holder` is None."""
    if find_private_holder(resource) == holder:
        return dict(resource)
    others = [e for e in resource.get("extension", ()) if e.get("url") != PRIVATE_NOTE_EXTENSION]
    own = [] if holder is None else [{"url": PRIVATE_NOTE_EXTENSION, "valueString": holder}]
    without = {name: value for name, value in resource.items() if name != "extension"}
    return without | ({"extension": [*others, *own]} if others or own else {})


# What a message is about, and what it answers: its readers know both.
MESSAGE_LINKS = frozenset({"about", "inResponseTo"})


def is_message(resource: Mapping[str, Any]) -> bool:
    """Return whether a Communication is a message about a Task, to those that it names alone."""
    if resource["resourceType"] != "Communication" or find_private_holder(resource) is not None:
        return False
    about = [str(link.get("reference", "")) for link in resource.get("about", ()) if isinstance(link, dict)]
    return bool(resource.get("recipient") and about) and all(name.startswith("Task/") for name in about)
