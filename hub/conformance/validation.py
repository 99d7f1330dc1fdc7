"""All that can be said of one resource: R4, what the hub keeps, our words, and the profiles asked for.

Pure: nothing is stored, no reference is followed, no record is read (`docs/leaks.md` L83).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from hub.conformance.admissible import find_refused
from hub.conformance.profiles.definitions import BASE_URL, find_profile
from hub.conformance.profiles.findings import Finding, check_profile
from hub.conformance.profiles.local_definitions import find_misuses
from hub.conformance.r4.problems import MAX_PROBLEMS
from hub.conformance.r4.walk import check
from hub.domain.errors import Invalid, Problem

Json = dict[str, Any]


def validate(
    resource: Json, asked: Iterable[str] = (), extensions: Container[str] = (), *, to_write: bool = False
) -> list[Finding]:
    """What is wrong with `resource`, worth at most `MAX_PROBLEMS` findings a profile.

    `asked`: canonical URLs of profiles; those that the resource claims in `meta.profile` are judged besides. `extensions`: as in
    `admissible`. `to_write`: what the hub would refuse to keep is an error, and else a warning, for it is no fault against R4.
    """
    try:
        check(resource)
    except Invalid as error:
        return [Finding("error", _get_issue_type(found.code), found) for found in error.problems]
    grave = "error" if to_write else "warning"
    found = [Finding(grave, "not-supported", one) for one in find_refused(resource, extensions)][:MAX_PROBLEMS]
    found += list(find_misuses(resource))[:MAX_PROBLEMS]
    for url in dict.fromkeys(asked):
        found += _validate_profile(resource, url, "error")
    for url in dict.fromkeys(_list_claimed_profiles(resource)):
        found += _validate_profile(resource, url, "information")
    return list(dict.fromkeys(found))


def _list_claimed_profiles(resource: Json) -> list[str]:
    claimed: list[str] = resource.get("meta", {}).get("profile", [])
    return [url for url in claimed if isinstance(url, str)]


def _validate_profile(resource: Json, url: str, unknown: str) -> list[Finding]:
    """`unknown`: how grave it is that we do not know the profile."""
    name = resource["resourceType"]
    canonical, _, version = url.partition("|")
    if canonical == BASE_URL + name:
        return []
    by = find_profile(canonical)
    if by is None or version not in ("", by.version):
        return [Finding(unknown, "not-supported", Problem("profile-unknown", name))]
    if by.type != name:
        return [Finding("error", "invalid", Problem("profile-other-type", name))]
    return list(check_profile(resource, by))[:MAX_PROBLEMS]


def _get_issue_type(code: str) -> str:
    """FHIR's IssueType for a fault against R4."""
    if code.startswith("r4-"):
        return "invariant"
    return _KINDS.get(code, "structure")


_KINDS = {
    "code-unknown": "code-invalid",
    "format-wrong": "value",
    "reference-malformed": "value",
    "reference-target": "value",
    "required-missing": "required",
    "type-not-kept": "not-supported",
}
