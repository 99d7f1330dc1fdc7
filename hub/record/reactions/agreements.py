"""What the person agrees and objects to, as facts (CSP L1110-4 III and IV, R1110-3; https://hl7.org/fhir/R4/consent.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_profiles.codes import ACT_CODE, CONSENT_SCOPE, SECTION
from hub.domain.sections import load_sections
from hub.record.access.derive import ConsentStatement
from hub.record.db.clock import moment
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import Change, UnitOfWork
from hub.slices import list_references
from hub.slices.placement.labels import list_codings

# What limits a provision to some information (https://hl7.org/fhir/R4/consent.html).
_LIMITS = ("class", "code", "securityLabel", "data", "dataPeriod", "action")


def on_consent(unit: UnitOfWork, change: Change) -> None:
    """Facts of a Consent: those that it no longer says end now, those that it newly says begin now at the earliest."""
    person = unit.targets.known[change.name].person
    before, after = set(read_statements(change.before or {})), set(read_statements(change.after))
    for effect, party, section, _, _ in before - after:
        unit.facts.end("consent_fact", person, effect=effect, party=party, section=section, via=change.rid)
    for statement in sorted(after - before):
        unit.facts.add_consent(person, change.name, statement)


def read_statements(consent: Mapping[str, Any]) -> Iterator[ConsentStatement]:
    """What an active privacy Consent says. The root has no type in R4: its policy rule says permit or deny."""
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
    since = moment(period["start"]) if "start" in period else 0
    until = moment(period["end"]) if "end" in period else EVER
    parties = [name for actor in provision.get("actor", ()) for name in list_references(actor.get("reference"))]
    sections_named = _sections(provision)
    if effect == "permit" and _says_less(provision, parties, sections_named):
        return
    for party in parties or ["*"]:
        for section in sections_named or ["*"]:
            yield ConsentStatement(effect, party, section, since, until)


def _says_less(provision: Mapping[str, Any], parties: list[str], sections_named: list[str]) -> bool:
    """Whether a provision is limited to someone or something that the hub cannot tell: to read it as one for all would widen
    it. An opposition so limited is read as one to all."""
    limited = any(name in provision for name in _LIMITS)
    return ("actor" in provision and not parties) or (limited and not sections_named)


def _sections(provision: Mapping[str, Any]) -> list[str]:
    """The sections that a provision names: by our code, or by HL7's label of psychiatric information."""
    coded = {
        (coding.get("system"), coding.get("code"))
        for name in ("class", "securityLabel")
        for coding in provision.get(name, ())
    }
    names = [section.name for section in load_sections().all if (SECTION, section.name) in coded]
    return [*names, "psychiatric"] if (ACT_CODE, "PSY") in coded and "psychiatric" not in names else names
