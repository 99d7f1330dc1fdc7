"""What is ours to demand of everyone: an extension or a code with our address says what we defined it to say.

Asked at every write, since a wrong one would be stored as if it meant something: the sections of the record go by them.
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
    """In `resource`, valid R4: each extension of ours against its definition, each code that a system of ours does not have."""
    if not _uses_local_words(resource):
        return
    extensions = _load_extensions()
    for value, place in walk_objects(resource, resource["resourceType"]):
        if is_foreign(value):
            yield Finding("error", "code-invalid", Problem("code-not-ours", place))
        definition = extensions.get(value.get("url", ""))
        if definition is not None:
            if not _is_allowed_at(place, definition.contexts):
                yield Finding("error", "structure", Problem("profile-context", place))
            yield from check_profile(value, definition, place)


def _uses_local_words(resource: Json) -> bool:
    """Is there anything to judge? Most of what is written has none of our extensions: places are spelt only where there is."""
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
    found = (find_profile(url) for url in list_profiles("Extension"))
    return {one.url: one for one in found if one is not None}


def _is_allowed_at(place: str, contexts: frozenset[str]) -> bool:
    """https://hl7.org/fhir/R4/defining-extensions.html#context. What is contained is not judged: its place names no type."""
    holder = _RANK.sub("", place).rpartition(".extension")[0]
    if "." not in holder and "DomainResource" in contexts:
        return True
    return holder in contexts or ".contained" in holder
