"""`split`: a resource into its parts. Pure; `join` is its exact inverse (`parts.md` 1–10).

Every element, or item of a ranked array, is a *unit* with one place: its own by `hub.slices.rules`, plus what the targets
of its references need, plus the label of the whole. Units of equal place make a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fhir_profiles.codes import HUB_TASK
from hub.sections import ALONE, Sections, sections
from hub.slices.contained import names_inside, points_inside
from hub.slices.labels import Labels, codings, domain_of, domain_within, labels
from hub.slices.parts import SPINE, Part, Place, Target, Targets
from hub.slices.rules import DIRECTORY_TYPES, RULES, Rule
from hub.slices.shape import arrays_by_item, required_elements

NEVER_STORED = frozenset({"resourceType", "id", "meta"})
# Elements that any slice carries: the language of the resource and the rules it was written under.
ALWAYS_SPINE = frozenset({"language", "implicitRules", "modifierExtension"})
# The requester's own words are the message received as long as the request is the sender's, not the hub's (`loop.md` D3).
SENDERS_INTENTS = frozenset({"proposal", "plan", "directive", "order", "original-order"})


# How a reference begins that is contained, or is not ours.
_ELSEWHERE = ("#", "http:", "https:", "urn:")


def split(resource: Mapping[str, Any], targets: Targets) -> list[Part]:
    """The parts of `resource`, the spine first, then by key.

    `targets`: what is known of the targets of its references, by `Type/id`; one that is missing counts as a target of
    its type without codes. KeyError on a type that the hub does not keep."""
    return _Splitter(resource, targets, sections(), labels()).parts()


def target_of(resource: Mapping[str, Any], targets: Targets) -> Target:
    """What `resource` asks, as a target, of those who see a reference to it: its entry places, label included."""
    return _Splitter(resource, targets, sections(), labels()).as_target()


def references(value: object) -> Iterator[str]:
    """Every relative literal reference inside a JSON value, as `Type/id` (a version is cut off)."""
    found: list[str] = []
    _collect(value, found)
    return iter(found)


def _collect(value: object, found: list[str]) -> None:
    # A list and not a generator within a generator: a demand asks this hundreds of times.
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and "/" in reference and not reference.startswith(_ELSEWHERE):
            found.append(reference.partition("/_history/")[0])
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        if isinstance(inner, (dict, list)):
            _collect(inner, found)


def person_of(resource: Mapping[str, Any]) -> str | None:
    """The reference to the Patient that a resource speaks of, or None; for Binary and Provenance, to what leads to it."""
    rule = RULES[resource["resourceType"]]
    if rule.person == "id":
        return f"Patient/{resource['id']}" if "id" in resource else None
    found: object = resource
    for step in rule.person.split(".") if rule.person else ():
        items = found if isinstance(found, list) else [found]
        found = [item[step] for item in items if isinstance(item, dict) and step in item]
        found = [inner for item in found for inner in (item if isinstance(item, list) else [item])]
    candidates = list(references(found)) if rule.person else []
    for reference in candidates:
        if reference.startswith("Patient/"):
            return reference
    return candidates[0] if candidates and rule.person in ("securityContext", "target") else None


class _Splitter:
    def __init__(self, resource: Mapping[str, Any], targets: Targets, places: Sections, named: Labels) -> None:
        self.resource = resource
        self.targets = targets
        self.places = places
        self.labels = named
        self.rule: Rule = RULES[resource["resourceType"]]
        self.own_patient = person_of(resource)
        self.domain, spoken_of = domain_of(resource, places)
        self.section = self._section_by_code()
        self.label, self.stake_label = self._label(spoken_of)
        self.offered = (
            resource["resourceType"] == "Task" and "owner" not in resource and (resource.get("status") == "requested")
        )
        self.inside = names_inside(resource)
        self.unit: Place | None = None
        if self.inside:
            self.unit = self._unit()

    def parts(self) -> list[Part]:
        found: dict[int, Part] = {}
        opening: set[int] = set()
        own: Counter[int] = Counter()
        for place, element, rank, value in self._units():
            part = found.setdefault(place.key, Part(place, content=False))
            own[place.key] |= place.own or place.needs
            if place.needs and self._opens(element, value):
                opening.add(place.key)
            if rank is None:
                part.members[element] = value
            else:
                part.ranked.setdefault(element, []).append((rank, value))
        if self.rule.spine or self.rule.person == "id":
            # A resource that says nothing at its entry yet is there all the same: what is written elsewhere later, and may
            # be hidden, must not decide whether it is seen.
            entry = self._entry_place()
            found.setdefault(entry.key, Part(entry, content=False))
            own[entry.key] |= entry.own
            opening.add(entry.key)
        parts = [
            replace(part, place=replace(part.place, own=own[key]), content=key in opening)
            for key, part in found.items()
        ]
        return sorted(parts, key=lambda part: part.place.key)

    def _entry_place(self) -> Place:
        name = self._name("code", None) if self.rule.entry == "titles" else self.rule.entry or self.rule.rest
        own = self.places.place(name)
        limited = own & self.places.limited
        return Place(own | self.label, own | self.stake_label, self.domain if limited else 0, own=own)

    def as_target(self) -> Target:
        if self.rule.directory:
            revealed = self.labels.reveals(self.resource)
            reveals = self.places.entry(revealed) if revealed else 0
            for reference in references(self.resource):
                reveals |= self._target(reference).reveals
            return Target(self.places.place("directory"), reveals=reveals, directory=True)
        if self.rule.rest == "by-document":
            return Target(self._as_document().needs)
        name = self.rule.entry or self.rule.rest
        if name in ("titles", "by-code"):
            name = self._name("code", None)
        elif name == "by-target":
            name = "identity.usual"
        return Target(self.places.place(name) | self.label, self.domain)

    def _units(self) -> Iterator[tuple[Place, str, int | None, Any]]:
        by_item = arrays_by_item(self.resource["resourceType"]) | set(self.rule.by_item)
        for element, value in self.resource.items():
            if element in NEVER_STORED:
                continue
            if element == "provision" and isinstance(value, dict):
                yield from self._provision_units(value)
            elif isinstance(value, list) and element in by_item:
                for rank, item in enumerate(value):
                    yield self._place(element, item), element, rank, item
            else:
                yield self._place(element, value), element, None, value

    def _provision_units(self, provision: Mapping[str, Any]) -> Iterator[tuple[Place, str, int | None, Any]]:
        """Consent.provision: the root and each nested provision apart, held by the one organisation that it names."""
        root = {name: value for name, value in provision.items() if name != "provision"}
        if root:
            yield self._provision_place(root), "provision", 0, root
        for rank, item in enumerate(provision.get("provision", ())):
            yield self._provision_place(item), "provision.provision", rank, item

    def _provision_place(self, provision: Mapping[str, Any]) -> Place:
        actors = {ref for actor in provision.get("actor", ()) for ref in references(actor.get("reference"))}
        holder = next(iter(actors)) if len(actors) == 1 else None
        return self._with_targets(self.places.place("consents"), "provision", provision, holder)

    def _place(self, element: str, value: object) -> Place:
        base = element.lstrip("_")
        if self.unit is not None and (base == "contained" or points_inside(value, self.inside)):
            return self.unit
        if base == "text":
            everything = self._everything()
            return Place(everything, everything, self.domain)
        if self.offered and self._is_offer(base, value):
            offers = self.places.place("offers")
            return Place(offers, offers, offer=True, own=self.places.place("tasks.titles"))
        if base in self.rule.spine or base in ALWAYS_SPINE:
            return self._spine(element, value)
        name = self._name(base, value)
        if name == "spine":
            return self._spine(element, value)
        if name == "target":
            return self._with_targets(0, base, value)
        return self._with_targets(self.places.place(name), base, value, self._holder(base, value))

    def _opens(self, element: str, value: object) -> bool:
        """Whether an element can open the resource by itself (`parts.md` 9): not the spine, nor what is only contained."""
        base = element.lstrip("_")
        spine = base in self.rule.spine or base in ALWAYS_SPINE or self._name(base, value) == "spine"
        return not spine and base != "contained"

    def _spine(self, element: str, value: object) -> Place:
        """The spine, but for an element whose reference says more than the spine may (`parts.md` 3)."""
        place = self._with_targets(0, element, value)
        return place if place.needs & ~self.label else SPINE

    def _name(self, element: str, value: object) -> str:
        """The name of an element's own place."""
        if element == "extension":
            return self._extension_name(value)
        if element in self.rule.by_item:
            return self._item_name(self.rule.by_item[element], value)
        name = self.rule.elements.get(element, self.rule.rest)
        if name == "own-words":
            return "received" if self.resource.get("intent") in SENDERS_INTENTS else "tasks"
        if name == "by-document":
            return "received"
        if name == "by-code":
            return self.section
        if name == "titles":
            return f"{self.section}.titles" if f"{self.section}.titles" in self.places.bits else self.section
        return name

    def _item_name(self, kind: str, item: object) -> str:
        if kind == "name":
            use = item.get("use", "usual") if isinstance(item, dict) else "usual"
            return "identity" if use in ("official", "maiden", "old") else "identity.usual"
        return {"identifier": "identity", "form-item": "assessments", "provision": "consents"}[kind]

    def _extension_name(self, value: object) -> str:
        url = value.get("url", "") if isinstance(value, dict) else ""
        name = self.labels.extensions.get(url, "rest")
        if name == "title":
            name = self.rule.entry if self.rule.entry in self.places.bits else "rest"
        return self._name("", None) if name == "rest" else name

    def _holder(self, element: str, item: object) -> str | None:
        """A local identifier belongs to who assigned it (`parts.md` 6)."""
        if self.rule.by_item.get(element) == "identifier" and isinstance(item, dict):
            return next(references(item.get("assigner")), None)
        return None

    def _with_targets(self, own: int, element: str, value: object, holder: str | None = None) -> Place:
        needs, stake = own, own
        domain = self.domain | domain_within(value, self.places)
        for reference in references(value):
            target = self._target(reference)
            if self._is_own_patient(reference) and self.rule.elements.get(element) != "target":
                continue
            if target.directory:
                # The directory speaks of no person: there a name reveals nothing.
                needs |= 0 if self.rule.directory else target.reveals
                continue
            needs |= target.entry
            domain |= target.domain
            if element not in self.rule.handed:
                stake |= target.entry | ALONE
        if self.rule.rest == "by-document":
            return self._as_document()
        needs |= self.label
        stake |= self.stake_label
        return Place(needs, stake, domain if needs & self.places.limited else 0, holder, own=own)

    def _as_document(self) -> Place:
        """Binary stands where the one document that it belongs to stands; without one it is a message received."""
        for reference in references(self.resource.get("securityContext")):
            if reference.startswith("DocumentReference/"):
                entry = self._target(reference).entry
                return Place(entry, entry)
        received = self.places.place("received")
        return Place(received, received)

    def _target(self, reference: str) -> Target:
        found = self.targets.get(reference)
        return found if found is not None else default_target(reference.partition("/")[0], self.places)

    def _section_by_code(self) -> str:
        if self.rule.rest != "by-code":
            return ""
        return self.labels.place(self.resource)

    def _is_own_patient(self, reference: str) -> bool:
        return reference == self.own_patient and reference.startswith("Patient/")

    def _label(self, spoken_of: str) -> tuple[int, int]:
        """What the whole resource needs beyond its places, by grant and by stake (`parts.md` 3, 4).

        By grant: the section that its domain speaks of, what its bearers reveal, what the targets of its required references
        need. By stake only the last: a slice without them would not be valid R4."""
        label = by_stake = 0
        if self.rule.directory or self.rule.rest == "by-document":
            return label, by_stake
        if self.resource["resourceType"] in ("Task", "ServiceRequest") and spoken_of:
            label |= self.places.entry(spoken_of)
        if (HUB_TASK, "match-review") in set(codings(self.resource.get("code"))):
            # Matching answers only the desk (`parts.md` 15): its owner's stake opens it, and no grant does.
            label |= self.places.place("own")
        for element in self.rule.bearers:
            for reference in references(self.resource.get(element)):
                label |= self._target(reference).reveals
        for element in self._required():
            for reference in references(self.resource[element]):
                target = self._target(reference)
                if target.directory:
                    label |= target.reveals
                elif not self._is_own_patient(reference):
                    label |= target.entry
                    by_stake |= target.entry | ALONE
        return label, by_stake

    def _required(self) -> list[str]:
        """The elements without which no slice is valid R4, but for Provenance.target: any one of them is enough."""
        required = required_elements(self.resource["resourceType"])
        return [name for name in self.resource if name in required and self.rule.elements.get(name) != "target"]

    def _unit(self) -> Place:
        """Where contained resources stand, with all that points to them: the OR of all that they are (`parts.md` 10).

        What a required element points to inside, every slice needs."""
        own = [self._place(name, value) for name, value in self.resource.items() if points_inside(value, self.inside)]
        within = [place for inner in self.resource["contained"] for place in self._places_of(inner)]
        directory = 0 if self.rule.directory else self.places.place("directory")
        needs, stake = self.label, self.stake_label
        for place in (*own, *within):
            needs |= place.needs & ~directory
            stake |= place.stake_needs & ~directory
        if any(points_inside(self.resource[name], self.inside) for name in self._required()):
            self.label, self.stake_label = needs, stake
        return Place(needs, stake, self.domain if needs & self.places.limited else 0)

    def _places_of(self, inner: Mapping[str, Any]) -> list[Place]:
        if inner.get("resourceType") not in RULES:
            return [Place(ALONE, ALONE)]
        within = _Splitter(inner, self.targets, self.places, self.labels)
        return [part.place for part in within.parts()] + [Place(within.as_target().reveals, 0)]

    def _everything(self) -> int:
        """A narrative or a contained resource may repeat anything: seen by who sees every section."""
        return sum(bit for name, bit in self.places.bits.items() if name not in ("own", "offers"))

    def _is_offer(self, element: str, value: object) -> bool:
        if element == "extension":
            return self._extension_name(value) == self.rule.entry
        return element in ("status", "intent", "code", "authoredOn", "priority")


def default_target(resource_type: str, places: Sections) -> Target:
    """A target of which only the type is known: labelled as one without codes."""
    rule = RULES.get(resource_type)
    if rule is None:
        return Target(ALONE)
    if resource_type in DIRECTORY_TYPES:
        return Target(places.place("directory"), directory=True)
    return Target(places.place(_default_entry(resource_type, rule)))


def _default_entry(resource_type: str, rule: Rule) -> str:
    if resource_type == "Condition":
        return "medical.titles"
    if rule.rest in ("by-code", "by-document"):
        return "received"
    return {"by-target": "identity.usual"}.get(rule.entry, rule.entry or rule.rest)
