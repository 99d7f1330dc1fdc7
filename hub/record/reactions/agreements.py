"""Consent → facts: what the person agrees to or opposes (CSP L1110-4 III, IV; R1110-3; https://hl7.org/fhir/R4/consent.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_profiles.codes import ACT_CODE, CONSENT_SCOPE, SECTION
from hub.domain.dates import parse_end, parse_moment
from hub.domain.sections import load_sections
from hub.record.access.derive import ConsentStatement
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import list_references
from hub.slices.placement.labels import list_codings

# What limits a provision to some information (https://hl7.org/fhir/R4/consent.html).
_LIMITS = ("class", "code", "securityLabel", "data", "dataPeriod", "action")


def on_consent(unit: UnitOfWork, change: Change) -> None:
    """End the facts that a Consent no longer states, and add those that it states now; none begins in the past."""
    person = unit.targets.known[change.name].person
    before, after = set(read_statements(change.before or {})), set(read_statements(change.after))
    for effect, party, section, _, _ in before - after:
        unit.facts.end("consent_fact", person, effect=effect, party=party, section=section, via=change.rid)
    for statement in sorted(after - before):
        unit.facts.add_consent(person, change.name, statement)


def read_statements(consent: Mapping[str, Any]) -> Iterator[ConsentStatement]:
    """Yield each statement of an active privacy Consent; nothing for another Consent.

    In R4 the root provision has no type: `policyRule` (OPTIN or OPTOUT) decides whether it permits or denies."""
    if consent.get("status") != "active" or (CONSENT_SCOPE, "patient-privacy") not in set(
        list_codings(consent.get("scope"))
    ):
        return
    rules = {code for system, code in list_codings(consent.get("policyRule")) if system == ACT_CODE}
    provision = consent.get("provision", {})
    effect = "deny" if "OPTOUT" in rules else "permit" if "OPTIN" in rules else ""
    if effect:
        yield from _read_provision(effect, provision)
    for inner in provision.get("provision", ()):
        if inner.get("type") in ("permit", "deny"):
            yield from _read_provision(inner["type"], provision | inner)


def _read_provision(effect: str, provision: Mapping[str, Any]) -> Iterator[ConsentStatement]:
    period = provision.get("period", {})
    since = parse_moment(period["start"]) if "start" in period else 0
    until = parse_end(period["end"]) if "end" in period else EVER
    parties = [name for actor in provision.get("actor", ()) for name in list_references(actor.get("reference"))]
    sections_named = _list_sections(provision)
    if effect == "permit" and _is_restricted(provision, parties, sections_named):
        return
    for party in parties or ["*"]:
        for section in sections_named or ["*"]:
            yield ConsentStatement(effect, party, section, since, until)


def _is_restricted(provision: Mapping[str, Any], parties: list[str], sections_named: list[str]) -> bool:
    """Return whether a provision is limited to an actor or to information that the hub does not know.

    A permission with such a limit is ignored: read without the limit, it would permit more than the person said. An opposition
    is read without its limit."""
    limited = any(name in provision for name in _LIMITS)
    return ("actor" in provision and not parties) or (limited and not sections_named)


def _list_sections(provision: Mapping[str, Any]) -> list[str]:
    """Return the sections that a provision names: by the code of the section, or by HL7's label of psychiatric information."""
    coded = {
        (coding.get("system"), coding.get("code"))
        for name in ("class", "securityLabel")
        for coding in provision.get(name, ())
    }
    names = [section.name for section in load_sections().all if (SECTION, section.name) in coded]
    return [*names, "psychiatric"] if (ACT_CODE, "PSY") in coded and "psychiatric" not in names else names
