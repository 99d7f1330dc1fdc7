"""Where each element stands: its own place, what the targets of its references need, and the label of the whole. Pure.

Sources: `docs/parts.md` 3 (references), 4 (what a directory entry reveals, the label of an activity domain), 5, 6, 10, 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fhir_profiles.codes import HUB_TASK
from hub.domain.sections import ALONE, Sections
from hub.slices.parts.part import SPINE, Place, Target, Targets
from hub.slices.parts.shape import list_required_elements
from hub.slices.placement.disclosure import PlaceNames
from hub.slices.placement.forms import get_answer_places, load_forms
from hub.slices.placement.labels import Labels, get_domain, get_item_domains, list_codings
from hub.slices.placement.references import find_patient, list_references
from hub.slices.placement.targets import build_default_target


class Places:
    """The places of one resource's elements. `label`, `stake_label`: what all of it needs, by grant and by stake."""

    def __init__(self, resource: Mapping[str, Any], targets: Targets, places: Sections, named: Labels) -> None:
        self.resource = resource
        self.places = places
        self.names = PlaceNames(resource, places, named)
        self.placement = self.names.placement
        self._targets = targets
        self._own_patient = find_patient(resource)
        self.domain, self._spoken_of = get_domain(resource, places)
        self.label, self.stake_label = self._labels()

    def place(self, element: str, value: object) -> Place:
        """Where `element`, or one item of it, stands."""
        base = element.lstrip("_")
        if base == "text":
            # A narrative may repeat anything: it is for who sees every section.
            everything = sum(bit for name, bit in self.places.bits.items() if name not in ("own", "offers"))
            return Place(everything, everything, self.domain)
        if self.names.is_offered(base, value):
            offers = self.places.place("offers")
            return Place(offers, offers, offer=True, own=self.places.place("tasks.titles"))
        name = "spine" if self.names.in_spine(base) else self.names.name(base, value)
        if name == "spine":
            # But for an element whose reference says more than the spine may.
            place = self.with_targets(0, element, value)
            return place if place.needs & ~self.label else SPINE
        if name == "target":
            return self.with_targets(0, base, value)
        if self.placement.by_item.get(base) == "form-item":
            return self._answer(base, value)
        return self.with_targets(self.places.place(name), base, value, self._holder(base, value))

    def _answer(self, element: str, item: object) -> Place:
        """An item of a form needs its own section too, by a stake as well."""
        place = self.with_targets(self.places.place("assessments"), element, item)
        more = get_answer_places(item, self.resource.get("questionnaire"), load_forms(), self.places)
        return replace(place, needs=place.needs | more, stake_needs=place.stake_needs | more)

    def provision(self, provision: Mapping[str, Any]) -> Place:
        """Where one provision of a Consent stands: held by the one organisation that it names."""
        actors = {ref for actor in provision.get("actor", ()) for ref in list_references(actor.get("reference"))}
        holder = next(iter(actors)) if len(actors) == 1 else None
        return self.with_targets(self.places.place("consents"), "provision", provision, holder)

    def entry(self) -> Place:
        """The place by which the resource is seen at all."""
        own = self.places.place(self.names.entry())
        domain = self.domain if own & self.places.limited else 0
        return Place(own | self.label, own | self.stake_label, domain, self._only_party(), own=own)

    def as_target(self, named: Labels) -> Target:
        """What the resource asks of those who see a reference to it."""
        if self.placement.is_directory:
            revealed = named.reveals(self.resource)
            reveals = self.places.entry(revealed) if revealed else 0
            for reference in list_references(self.resource):
                reveals |= self.target(reference).reveals
            return Target(self.places.place("directory"), reveals=reveals, directory=True)
        if self.placement.rest == "by-document":
            place = self._as_document()
            return Target(place.needs, place.domain)
        name = self.names.entry()
        entry = self.places.place("identity.usual" if name == "by-target" else name)
        # What bearers reveal is not asked of a stake, so a document tells its Binary which part of the entry that is.
        bears = self.resource["resourceType"] == "DocumentReference"
        return Target(entry | self.label, self.domain, self.label & ~entry & ~self.stake_label if bears else 0)

    def with_targets(self, own: int, element: str, value: object, holder: str | None = None) -> Place:
        """The place `own` of `element`, with all that the targets of the references in `value` need."""
        if self.placement.rest == "by-document":
            return self._as_document()
        needs, stake = own, own
        domain = self.domain | get_item_domains(value, self.places)
        for reference in list_references(value):
            target = self.target(reference)
            if self._is_own_patient(reference) and self.placement.elements.get(element) != "target":
                continue
            if target.directory:
                # The directory speaks of no person: there a name reveals nothing.
                needs |= 0 if self.placement.is_directory else target.reveals
                continue
            needs |= target.entry
            domain |= target.domain
            if element not in self.placement.shared_on_assignment:
                stake |= target.entry | ALONE
        needs |= self.label
        stake |= self.stake_label
        return Place(needs, stake, domain if needs & self.places.limited else 0, holder, own=own)

    def target(self, reference: str) -> Target:
        """What is known of a reference's target."""
        found = self._targets.get(reference)
        return found if found is not None else build_default_target(reference.partition("/")[0], self.places)

    def required(self) -> list[str]:
        """The elements without which no slice is valid R4, but for Provenance.target: any one of them is enough."""
        required = list_required_elements(self.resource["resourceType"])
        return [name for name in self.resource if name in required and self.placement.elements.get(name) != "target"]

    def _labels(self) -> tuple[int, int]:
        """By grant: the section that the domain speaks of, what its bearers reveal, what the targets of required references
        need. By stake only the last: a slice without them would not be valid R4."""
        label = by_stake = 0
        if self.placement.is_directory or self.placement.rest == "by-document":
            return label, by_stake
        if self.resource["resourceType"] in ("Task", "ServiceRequest") and self._spoken_of:
            label |= self.places.entry(self._spoken_of)
        if (HUB_TASK, "match-review") in set(list_codings(self.resource.get("code"))):
            # Matching answers only the desk (`docs/parts.md` 15): its owner's stake opens it, and no grant does.
            label |= self.places.place("own")
        bearers = [
            ref for element in self.placement.attributed_by for ref in list_references(self.resource.get(element))
        ]
        for reference in (*bearers, *self.names.about):
            label |= self.target(reference).reveals
        for element in self.required():
            for reference in list_references(self.resource[element]):
                target = self.target(reference)
                if target.directory:
                    label |= target.reveals
                elif not self._is_own_patient(reference):
                    label |= target.entry
                    by_stake |= target.entry | ALONE
        return label, by_stake

    def _as_document(self) -> Place:
        """Binary stands where its one document stands, by its domain and its stakes too; without one it is received."""
        for reference in list_references(self.resource.get("securityContext")):
            if reference.startswith("DocumentReference/"):
                of = self.target(reference)
                return Place(of.entry, of.entry & ~of.reveals, of.domain if of.entry & self.places.limited else 0)
        received = self.places.place("received")
        return Place(received, received)

    def _holder(self, element: str, item: object) -> str | None:
        """A local identifier belongs to who assigned it (`docs/parts.md` 6)."""
        if self.placement.by_item.get(element) == "identifier" and isinstance(item, dict):
            return next(list_references(item.get("assigner")), None)
        return self._only_party() if self.placement.elements.get(element) == "consents.sharing" else None

    def _only_party(self) -> str | None:
        """A Consent belongs to the one party that all of it is about."""
        return next(iter(self.names.about)) if len(self.names.about) == 1 else None

    def _is_own_patient(self, reference: str) -> bool:
        return reference == self._own_patient and reference.startswith("Patient/")
