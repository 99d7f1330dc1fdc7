"""Every finding about one resource: R4, what the hub keeps, our own definitions, and the profiles asked for.

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
    resource: Json, profiles: Iterable[str] = (), extensions: Container[str] = (), *, to_write: bool = False
) -> list[Finding]:
    """Return what is wrong with `resource`, with at most `MAX_PROBLEMS` findings a profile.

    `profiles`: canonical URLs; those that the resource claims in `meta.profile` are checked too. `extensions`: as in
    `make_admissible`. `to_write`: what the hub would refuse to keep is an error; otherwise it is a warning, for R4 allows it.
    """
    try:
        check(resource)
    except Invalid as error:
        return [Finding("error", _get_issue_type(problem.code), problem) for problem in error.problems]
    severity = "error" if to_write else "warning"
    refused = list(find_refused(resource, extensions))[:MAX_PROBLEMS]
    findings = [Finding(severity, "not-supported", problem) for problem in refused]
    findings += list(find_misuses(resource))[:MAX_PROBLEMS]
    for url in dict.fromkeys(profiles):
        findings += _validate_profile(resource, url, "error")
    for url in dict.fromkeys(_list_claimed_profiles(resource)):
        findings += _validate_profile(resource, url, "information")
    return list(dict.fromkeys(findings))


def _list_claimed_profiles(resource: Json) -> list[str]:
    claimed: list[str] = resource.get("meta", {}).get("profile", [])
    return [url for url in claimed if isinstance(url, str)]


def _validate_profile(resource: Json, url: str, severity: str) -> list[Finding]:
    """Return the findings by one profile. `severity`: that of a profile that the hub does not know."""
    name = resource["resourceType"]
    canonical, _, version = url.partition("|")
    if canonical == BASE_URL + name:
        return []
    profile = find_profile(canonical)
    if profile is None or version not in ("", profile.version):
        return [Finding(severity, "not-supported", Problem("profile-unknown", name))]
    if profile.type != name:
        return [Finding("error", "invalid", Problem("profile-other-type", name))]
    return list(check_profile(resource, profile))[:MAX_PROBLEMS]


def _get_issue_type(code: str) -> str:
    """Return FHIR's IssueType for a fault against R4."""
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
