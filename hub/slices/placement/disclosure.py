"""The name of each element's own place, before anything that its references add. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES, Placement
from hub.domain.sections import Sections
from hub.slices.placement.labels import Labels
from hub.slices.placement.references import list_references

# Elements that any slice carries: the language of the resource and the rules it was written under.
ALWAYS_SPINE = frozenset({"language", "implicitRules", "modifierExtension"})
# The requester's own words are the message received as long as the request is the sender's, not the hub's (`docs/loop.md` D3).
SENDERS_INTENTS = frozenset({"proposal", "plan", "directive", "order", "original-order"})


class PlaceNames:
    """The names of places in one resource, by the rule of its type and by its codes."""

    def __init__(self, resource: Mapping[str, Any], places: Sections, named: Labels) -> None:
        self.resource = resource
        self.places = places
        self.labels = named
        self.placement: Placement = RESOURCE_TYPES[resource["resourceType"]].placement
        self.section = named.place(resource) if self.placement.rest == "by-code" else ""
        self.offered = (
            resource["resourceType"] == "Task" and "owner" not in resource and resource.get("status") == "requested"
        )
        self.about = _list_parties(resource) if resource["resourceType"] == "Consent" else frozenset()

    def entry(self) -> str:
        """The place by which the resource counts as seen; `by-target` and `by-document` have none of their own."""
        name = self.placement.entry or self.placement.rest
        return self.name("code", None) if name in ("titles", "by-code") else self._told_to_all(name)

    def name(self, element: str, value: object) -> str:
        """The name of an element's own place."""
        if element == "extension":
            return self._extension_name(value)
        if element in self.placement.by_item:
            return self._item_name(self.placement.by_item[element], value)
        name = self.placement.elements.get(element, self.placement.rest)
        if name == "own-words":
            name = "received" if self.resource.get("intent") in SENDERS_INTENTS else "tasks"
        if name == "by-document":
            return "received"
        if name == "by-code":
            return self.section
        if name == "titles":
            return f"{self.section}.titles" if f"{self.section}.titles" in self.places.bits else self.section
        return self._told_to_all(name)

    def _told_to_all(self, name: str) -> str:
        """What was said of one party tells the others nothing about sharing with them (`docs/leaks.md` L119)."""
        return "consents" if name == "consents.sharing" and self.about else name

    def _item_name(self, kind: str, item: object) -> str:
        if kind == "name":
            use = item.get("use", "usual") if isinstance(item, dict) else "usual"
            return "identity" if use in ("official", "maiden", "old") else "identity.usual"
        return {"identifier": "identity", "form-item": "assessments", "provision": "consents"}[kind]

    def _extension_name(self, value: object) -> str:
        url = value.get("url", "") if isinstance(value, dict) else ""
        name = self.labels.extensions.get(url, "rest")
        if name == "title":
            name = self.placement.entry if self.placement.entry in self.places.bits else "rest"
        return self.name("", None) if name == "rest" else name

    def in_spine(self, element: str) -> bool:
        """Whether every slice carries `element`."""
        return element in self.placement.core or element in ALWAYS_SPINE

    def opens(self, element: str, value: object) -> bool:
        """Whether an element can open the resource by itself (`docs/parts.md` 9): not the spine, nor what is only contained."""
        base = element.lstrip("_")
        spine = self.in_spine(base) or self.name(base, value) == "spine"
        return not spine and base != "contained"

    def is_offered(self, element: str, value: object) -> bool:
        """Whether an open Task shows `element` to those who could take it (`docs/parts.md` 14)."""
        if not self.offered:
            return False
        if element == "extension":
            return self._extension_name(value) == self.placement.entry
        return element in ("status", "intent", "code", "authoredOn", "priority")


def _list_parties(consent: Mapping[str, Any]) -> frozenset[str]:
    """Whom all of a Consent is about: the actors that the root of its provisions names."""
    root = consent.get("provision")
    actors = root.get("actor", ()) if isinstance(root, dict) else ()
    return frozenset(reference for actor in actors for reference in list_references(actor.get("reference")))
