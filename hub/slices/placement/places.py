"""The places of each element of a resource: its own, those of the targets of its references, the label of the resource. Pure.

Sources: `docs/parts.md` 3 (references), 4 (what a directory entry reveals, the label of an activity domain), 5, 6, 10, 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fhir_profiles.codes import HUB_TASK
from hub.domain.sections import ALONE, Sections
from hub.slices.parts.part import CORE, Place, Target, Targets
from hub.slices.parts.shape import list_required_elements
from hub.slices.placement.disclosure import PlaceNames
from hub.slices.placement.forms import get_answer_places, load_forms
from hub.slices.placement.labels import Labels, get_domain, get_item_domains, list_codings
from hub.slices.placement.private import MESSAGE_LINKS, find_private_holder
from hub.slices.placement.references import find_patient, list_references
from hub.slices.placement.targets import build_default_target

# Sections that say nothing of a person by themselves: what needs every section does not need these.
_MACHINE = ("own", "offers", "original")


class Locator:
    """Finds the places of one resource's elements. `label`, `stake_label`: what all of it needs, by grant and by stake.
    `account`: of a private note, the party to which all of it belongs."""

    def __init__(self, resource: Mapping[str, Any], targets: Targets, sections: Sections, labels: Labels) -> None:
        self.resource = resource
        self.sections = sections
        self.names = PlaceNames(resource, sections, labels)
        self.placement = self.names.placement
        self._targets = targets
        self._own_patient = find_patient(resource)
        self.domain, self._domain_section = get_domain(resource, sections)
        self.employer = self._find_employer(labels)
        self.account = find_private_holder(resource)
        self.label, self.stake_label = (ALONE, ALONE) if self.account is not None else self._compute_labels(labels)

    def locate(self, element: str, value: object) -> Place:
        """Return the place of `element`, or of one item of it."""
        base = element.lstrip("_")
        if base == "text":
            # Narrative can repeat any element, so it requires every section.
            everything = sum(bit for name, bit in self.sections.bits.items() if name not in _MACHINE)
            alone = ALONE if self.account is not None else 0
            return Place(everything | alone, everything | alone, self.domain, self.account)
        if self.names.is_offered(base, value):
            offers = self.sections.place("offers")
            return Place(offers, offers, offer=True, own=self.sections.place("tasks.titles"))
        name = "spine" if self.names.is_core(base) else self.names.get_name(base, value)
        if name == "spine":
            # Not in the core: an element whose reference discloses more than the label of the whole.
            place = self.add_targets(0, element, value)
            return place if place.needs & ~self.label else CORE
        if name == "target":
            return self.add_targets(0, base, value)
        if self.placement.by_item.get(base) == "form-item":
            return self._locate_answer(base, value)
        return self.add_targets(self.sections.place(name), base, value, self._find_holder(base, value))

    def _locate_answer(self, element: str, item: object) -> Place:
        """Return the place of an item of a form, which needs its own section too, by a stake as well."""
        place = self.add_targets(self.sections.place("assessments"), element, item)
        more = get_answer_places(item, self.resource.get("questionnaire"), load_forms(), self.sections)
        return replace(place, needs=place.needs | more, stake_needs=place.stake_needs | more)

    def locate_provision(self, provision: Mapping[str, Any]) -> Place:
        """Return the place of one provision of a Consent. When it names one organisation alone, it belongs to that one."""
        actors = {name for actor in provision.get("actor", ()) for name in list_references(actor.get("reference"))}
        holder = next(iter(actors)) if len(actors) == 1 else None
        return self.add_targets(self.sections.place("consents"), "provision", provision, holder)

    def locate_entry(self) -> Place:
        """Return the place by which the resource counts as seen."""
        own = self.sections.place(self.names.get_entry_name())
        domain = self.domain if own & self.sections.limited else 0
        holder = self.account or self._find_only_party()
        return Place(own | self.label, own | self.stake_label, domain, holder, own=own)

    def build_target(self, labels: Labels) -> Target:
        """Return what it takes to see a reference to the resource."""
        if self.placement.is_directory:
            reveals = self._get_reveals(labels)
            return Target(self.sections.place("directory"), reveals=reveals, directory=True)
        if self.placement.rest == "by-document":
            place = self._locate_as_document()
            return Target(place.needs, place.domain)
        name = self.names.get_entry_name()
        entry = self.sections.place("identity.usual" if name == "by-target" else name)
        # A stake does not need what authors reveal, so a document tells its Binary which places of the entry those are.
        is_document = self.resource["resourceType"] == "DocumentReference"
        return Target(entry | self.label, self.domain, self.label & ~entry & ~self.stake_label if is_document else 0)

    def add_targets(self, own: int, element: str, value: object, holder: str | None = None) -> Place:
        """Return the place `own` of `element` with all that the targets of the references in `value` need."""
        if self.placement.rest == "by-document":
            return self._locate_as_document()
        needs, stake = own, own
        domain = self.domain | get_item_domains(value, self.sections)
        for reference in list_references(value):
            target = self.get_target(reference)
            if self._is_own_patient(reference) and self.placement.elements.get(element) != "target":
                continue
            if target.directory:
                # The directory is about no person: there a name reveals nothing.
                needs |= 0 if self.placement.is_directory else target.reveals
                continue
            needs |= target.entry
            domain |= target.domain
            if not self.hands(element):
                stake |= target.entry | ALONE
        needs |= self.label
        stake |= self.stake_label
        return Place(needs, stake, domain if needs & self.sections.limited else 0, self.account or holder, own=own)

    def hands(self, element: str) -> bool:
        """Return whether a stake shows what `element` leads to: a Task's focus, input and output, and what a message is about."""
        is_link = self.names.is_message and element in MESSAGE_LINKS
        return is_link or element in self.placement.shared_on_assignment

    def get_target(self, reference: str) -> Target:
        """Return what is known of a reference's target."""
        target = self._targets.get(reference)
        return target if target is not None else build_default_target(reference.partition("/")[0], self.sections)

    def list_required(self) -> list[str]:
        """Return the elements without which no slice is valid R4. Not Provenance.target, of which any one is enough."""
        required = list_required_elements(self.resource["resourceType"])
        return [name for name in self.resource if name in required and self.placement.elements.get(name) != "target"]

    def _compute_labels(self, labels: Labels) -> tuple[int, int]:
        """Return what the whole resource needs, by grant and by stake.

        By grant: the section of its activity domain, what its authors reveal, and the targets of required references. By stake
        these targets alone: without them a slice is not valid R4."""
        label = by_stake = 0
        if self.employer is not None:
            return self._get_reveals(labels), by_stake
        if self.placement.is_directory or self.placement.rest == "by-document":
            return label, by_stake
        if self.resource["resourceType"] in ("Task", "ServiceRequest") and self._domain_section:
            label |= self.sections.entry(self._domain_section)
        if (HUB_TASK, "match-review") in set(list_codings(self.resource.get("code"))):
            # Matching answers only the desk (`docs/parts.md` 15): its owner's stake opens it, and no grant does.
            label |= self.sections.place("own")
        authors = [
            name for element in self.placement.attributed_by for name in list_references(self.resource.get(element))
        ]
        for reference in (*authors, *self.names.about):
            label |= self.get_target(reference).reveals
        for element in self.list_required():
            for reference in list_references(self.resource[element]):
                target = self.get_target(reference)
                if target.directory:
                    label |= target.reveals
                elif not self._is_own_patient(reference):
                    label |= target.entry
                    by_stake |= target.entry | ALONE
        return label, by_stake

    def _locate_as_document(self) -> Place:
        """Return the place of a Binary: that of its one document, with its domain and its stakes; `received` without one."""
        for reference in list_references(self.resource.get("securityContext")):
            if reference.startswith("DocumentReference/"):
                document = self.get_target(reference)
                domain = document.domain if document.entry & self.sections.limited else 0
                return Place(document.entry, document.entry & ~document.reveals, domain)
        received = self.sections.place("received")
        return Place(received, received)

    def _get_reveals(self, labels: Labels) -> int:
        """Return the places that a directory entry reveals, by its own kind of service or by what it points to."""
        section = labels.find_revealed_section(self.resource)
        reveals = self.sections.entry(section) if section else 0
        for reference in list_references(self.resource):
            reveals |= self.get_target(reference).reveals
        return reveals

    def _find_employer(self, labels: Labels) -> str | None:
        """Return the organisation of a PractitionerRole that contains its Practitioner, if its name reveals something.

        So accounts are entered: that somebody works in a psychiatric centre is told by that centre alone (`docs/parts.md` 4)."""
        if self.resource["resourceType"] != "PractitionerRole" or not self.resource.get("contained"):
            return None
        if not self._get_reveals(labels):
            return None
        return next(list_references(self.resource.get("organization")), None)

    def _find_holder(self, element: str, item: object) -> str | None:
        """Return the organisation that assigned a local identifier, to which it belongs (`docs/parts.md` 6)."""
        if self.employer is not None:
            return self.employer
        if self.placement.by_item.get(element) == "identifier" and isinstance(item, dict):
            return next(list_references(item.get("assigner")), None)
        return self._find_only_party() if self.placement.elements.get(element) == "consents.sharing" else None

    def _find_only_party(self) -> str | None:
        """Return the one party that all of a Consent is about, to which it belongs."""
        return next(iter(self.names.about)) if len(self.names.about) == 1 else None

    def _is_own_patient(self, reference: str) -> bool:
        return reference == self._own_patient and reference.startswith("Patient/")
