"""Where each element of each type is, by hand, after `docs/parts.md`, "Which type, which section", and `config/sections.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from hub.domain.config_pages import CONFIG
from tests.canaries.words import Json, words_in


@dataclass(frozen=True)
class Kind:
    """A type: the place of what is not named (`code`: that of the resource's label), the elements of the spine, those of other
    places. `entry`: where it is there at all, even when it says nothing there."""

    rest: str
    spine: str = ""
    entry: str = ""
    places: dict[str, str] = field(default_factory=dict)

    def place(self, element: str) -> str:
        """The place of `element`; "" for the spine."""
        if element in self.spine.split():
            return ""
        return next((place for place, named in self.places.items() if element in named.split()), self.rest)


_ABATEMENT = "abatementDateTime abatementAge abatementPeriod abatementRange abatementString"
_ONSET = "onsetDateTime onsetAge onsetPeriod onsetRange onsetString"
# `docs/parts.md`, "Which type, which section"; what a summary shows is in the words of `config/sections.toml`.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("Organization", "HealthcareService", "Location", "Practitioner", "PractitionerRole", "Questionnaire"),
        Kind("directory"),
    ),
    "RelatedPerson": Kind("contacts"),
    "Coverage": Kind("rights"),
    "AllergyIntolerance": Kind("medical"),
    "MedicationStatement": Kind("medication"),
    "Appointment": Kind("activities"),
    "Communication": Kind("notes"),
    "EpisodeOfCare": Kind("activities.services"),
    **dict.fromkeys(("Flag", "Observation", "DocumentReference", "Binary"), Kind("code")),
    "Subscription": Kind("own"),
    "Patient": Kind(
        "identity",
        entry="identity.usual",
        places={
            "identity.usual": "active gender address telecom managingOrganization",
            "contacts": "contact generalPractitioner",
            "social": "maritalStatus communication",
        },
    ),
    "Task": Kind(
        "tasks",
        spine="status intent",
        entry="tasks.titles",
        places={
            "tasks.titles": "code description for requester owner authoredOn lastModified restriction priority focus "
            "businessStatus identifier groupIdentifier basedOn partOf"
        },
    ),
    "ServiceRequest": Kind(
        "tasks",
        spine="status intent subject",
        entry="tasks.titles",
        places={
            "tasks.titles": "code category priority requester performer performerType authoredOn identifier basedOn replaces "
            "occurrenceDateTime occurrencePeriod occurrenceTiming requisition",
            "words": "reasonCode reasonReference note supportingInfo patientInstruction orderDetail",
        },
    ),
    "CarePlan": Kind(
        "activities",
        spine="status intent subject",
        entry="activities.services",
        places={
            "activities.services": "category period careTeam author created identifier",
            "goals.titles": "goal",
            "notes": "note",
        },
    ),
    "CareTeam": Kind("contacts", spine="status subject", entry="contacts"),
    "Goal": Kind(
        "goals",
        spine="lifecycleStatus subject",
        entry="goals.titles",
        places={
            "goals.titles": "description category priority startDate startCodeableConcept achievementStatus",
        },
    ),
    "Encounter": Kind(
        "medical", spine="status class subject", entry="medical.flags", places={"medical.flags": "period type"}
    ),
    "Condition": Kind(
        "code",
        spine=f"subject clinicalStatus verificationStatus {_ABATEMENT}",
        entry="titles",
        places={"titles": f"code category {_ONSET} recordedDate"},
    ),
    "Consent": Kind(
        "consents",
        spine="status scope category policy policyRule patient",
        entry="consents.sharing",
        places={"consents.sharing": "dateTime performer organization"},
    ),
    "QuestionnaireResponse": Kind(
        "assessments",
        spine="status",
        entry="assessments.summary",
        places={
            "assessments.summary": "questionnaire subject authored author source identifier basedOn partOf encounter"
        },
    ),
    "Provenance": Kind("", spine="recorded agent"),
}


@dataclass(frozen=True)
class Standing:
    """What an element asks of a grant, of a stake (None: no stake ever opens it), and who holds it. `domains`: of activity.
    `general`: it speaks of no person."""

    needs: frozenset[str]
    stake: frozenset[str] | None
    domains: frozenset[str] = frozenset()
    holder: str = ""
    general: bool = False


@dataclass(frozen=True)
class Unit:
    """One element, or one item of an array. `words`: its canaries; `past`: those of an earlier version, written by `author`.
    `opens`: the resource is there for whom it is shown to."""

    words: frozenset[str]
    standing: Standing
    opens: bool = True
    past: frozenset[str] = frozenset()


def at(*places: str, **more: Any) -> Standing:
    """The standing of what asks for these places, by grant as by stake unless `stake` says otherwise."""
    return Standing(frozenset(places), more.pop("stake", frozenset(places)), **more)


def pointing(place: str, *targets: str, **more: Any) -> Standing:
    """An element at `place` that names something of the record at `targets`: no stake opens it but one in the whole (rule 13)."""
    return at(place, *targets, stake=None, **more)


def naming(place: str, *revealed: str, **more: Any) -> Standing:
    """An element at `place` that names an entry of the directory which reveals something: not to a stake holder (rule 4)."""
    return at(place, *revealed, stake=frozenset({place}), **more)


@cache
def pages(name: str) -> Json:
    return tomllib.loads((CONFIG / f"{name}.toml").read_text("utf-8"))


@cache
def places_of(section: str) -> tuple[str, ...]:
    """A section's detail and its extracts, the detail first."""
    found = next(one for one in pages("sections")["section"] if one["name"] == section)
    return (section, *(f"{section}.{extract}" for extract in found["extracts"]))


@cache
def section_names() -> frozenset[str]:
    return frozenset(one["name"] for one in pages("sections")["section"])


def first_extract(section: str) -> str:
    return next(iter(places_of(section)[1:]), section)


@dataclass
class Entry:
    """A resource and where it stands. `label`: places that all but the spine asks for besides, not of a stake. `rest`: the label
    of a coded one. `domain`: its activity domain. `exact`: `element`, `element[rank]` or `provision.provision[rank]` → what is
    written otherwise than the type says. `by`: its author."""

    resource: Json
    rest: str = ""
    label: frozenset[str] = frozenset()
    domain: str = ""
    by: str = ""
    exact: dict[str, Standing] = field(default_factory=dict)
    past: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        return f"{self.resource['resourceType']}/{self.resource['id']}"

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What stands alike, together. Asked once everything is written."""
        alike: dict[tuple[Standing, bool], Unit] = {}
        for unit in self._units():
            key = (unit.standing, unit.opens)
            before = alike.get(key, Unit(frozenset(), *key))
            alike[key] = Unit(before.words | unit.words, *key, before.past | unit.past)
        return tuple(alike.values())

    def _units(self) -> Iterator[Unit]:
        kind = KINDS[self.type]
        if kind.entry:
            yield Unit(frozenset(), self._standing(kind.entry))
        for element, value in self.resource.items():
            if element in ("resourceType", "id"):
                continue
            for key, said in _items(element, value):
                exact = self.exact.get(key) or self.exact.get(element)
                place = kind.place(element)
                past = self.past.get(element, frozenset())
                if exact is None and not place:
                    yield Unit(words_in(said), at(), opens=False)
                elif exact is None:
                    yield Unit(words_in(said), self._standing(place), past=past)
                else:
                    yield Unit(words_in(said), self._labelled(exact), element != "contained", past)

    def _standing(self, place: str) -> Standing:
        if place == "consents.sharing" and (parties := _parties(self.resource)):
            # What was said of one party tells nobody else whether sharing is permitted with him (L119).
            return self._labelled(at("consents", holder=parties.pop() if len(parties) == 1 else ""))
        if place == "code":
            place = self.rest
        elif place == "titles":
            place = f"{self.rest}.titles" if self.rest == "medical" else self.rest
        elif place == "words":
            place = "received" if self.resource["intent"] == "order" else "tasks"
        return self._labelled(at(place, general=_about_nobody(self.resource)))

    def _labelled(self, standing: Standing) -> Standing:
        spoken_of = pages("sections")["domains"].get(self.domain, "")
        label = set(self.label)
        if self.type in ("Task", "ServiceRequest") and spoken_of:
            label.add(first_extract(spoken_of))
        domains = standing.domains | ({self.domain} - {""})
        if standing.needs == {"offers"}:
            return standing
        return Standing(standing.needs | label, standing.stake, domains, standing.holder, standing.general)


def _items(element: str, value: Any) -> Iterator[tuple[str, Any]]:
    if element == "provision":
        yield element, {name: inner for name, inner in value.items() if name != "provision"}
        for rank, inner in enumerate(value.get("provision", ())):
            yield f"provision.provision[{rank}]", inner
    elif isinstance(value, list):
        for rank, item in enumerate(value):
            yield f"{element}[{rank}]", item
    else:
        yield element, value


def _parties(consent: Json) -> set[str]:
    """Whom an agreement as a whole is about."""
    actors = consent.get("provision", {}).get("actor", ())
    return {one["reference"]["reference"] for one in actors if "reference" in one.get("reference", {})}


def _about_nobody(resource: Json) -> bool:
    if resource["resourceType"] in ("Subscription",) or KINDS[resource["resourceType"]].rest == "directory":
        return True
    if resource["resourceType"] == "Binary":
        return "securityContext" not in resource
    return resource["resourceType"] == "Task" and "for" not in resource
