"""What the hub requires of everyone: an extension or a code with our address is as we define it.

Checked at every write: the sections of the record depend on them, so a wrong one would be stored as if it meant something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hub.conformance.profiles.definitions import Profile, find_profile, list_profiles
from hub.conformance.profiles.findings import Finding, check_profile, walk_objects
from hub.conformance.profiles.value_sets import is_foreign
from hub.domain.errors import Problem

Json = dict[str, Any]

_RANK = re.compile(r"\[[0-9]+\]")


def find_misuses(resource: Json) -> Iterator[Finding]:
    """Yield each extension of ours in `resource` (valid R4) against its definition, and each code that our systems lack."""
    if not _uses_local_words(resource):
        return
    extensions = _load_extensions()
    for value, path in walk_objects(resource, resource["resourceType"]):
        if is_foreign(value):
            yield Finding("error", "code-invalid", Problem("code-not-ours", path))
        definition = extensions.get(value.get("url", ""))
        if definition is not None:
            if not _is_allowed_at(path, definition.contexts):
                yield Finding("error", "structure", Problem("profile-context", path))
            yield from check_profile(value, definition, path)


def _uses_local_words(resource: Json) -> bool:
    """Return whether `resource` has an extension of ours or an unknown code. Most have neither, and then no path is built."""
    extensions, pending = _load_extensions(), [resource]
    while pending:
        value = pending.pop()
        if value.get("url") in extensions or is_foreign(value):
            return True
        for item in value.values():
            if type(item) is dict:
                pending.append(item)
            elif type(item) is list:
                pending += [inner for inner in item if type(inner) is dict]
    return False


@cache
def _load_extensions() -> dict[str, Profile]:
    profiles = (find_profile(url) for url in list_profiles("Extension"))
    return {profile.url: profile for profile in profiles if profile is not None}


def _is_allowed_at(path: str, contexts: frozenset[str]) -> bool:
    """https://hl7.org/fhir/R4/defining-extensions.html#context. Inside a contained resource True: the path names no type."""
    holder = _RANK.sub("", path).rpartition(".extension")[0]
    if "." not in holder and "DomainResource" in contexts:
        return True
    return holder in contexts or ".contained" in holder
