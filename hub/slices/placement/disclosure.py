"""The name of each element's own place, before anything that its references add. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES, Placement
from hub.domain.sections import Sections
from hub.slices.placement.labels import Labels
from hub.slices.placement.private import is_message
from hub.slices.placement.references import list_references

# Elements that any slice carries: the language of the resource and the rules it was written under.
ALWAYS_CORE = frozenset({"language", "implicitRules", "modifierExtension"})
# The requester's own words are the message received as long as the request is the sender's, not the hub's (`docs/loop.md` D3).
SENDERS_INTENTS = frozenset({"proposal", "plan", "directive", "order", "original-order"})


class PlaceNames:
    """The names of the places in one resource, by the placement of its type and by its codes."""

    def __init__(self, resource: Mapping[str, Any], sections: Sections, labels: Labels) -> None:
        self.resource = resource
        self.sections = sections
        self.labels = labels
        self.placement: Placement = RESOURCE_TYPES[resource["resourceType"]].placement
        self.section = self._find_section() if self.placement.rest == "by-code" else ""
        self.offered = (
            resource["resourceType"] == "Task" and "owner" not in resource and resource.get("status") == "requested"
        )
        self.is_message = is_message(resource)
        self.about = _list_parties(resource) if resource["resourceType"] == "Consent" else frozenset()

    def _find_section(self) -> str:
        place = self.labels.find_place(self.resource)
        return place if place in self.sections.bits else "received"

    def get_entry_name(self) -> str:
        """Return the place by which the resource counts as seen; `by-target` and `by-document` when it has none of its own."""
        name = self.placement.entry or self.placement.rest
        return self.get_name("code", None) if name in ("titles", "by-code") else self._keep_between_parties(name)

    def get_name(self, element: str, value: object) -> str:
        """Return the name of an element's own place."""
        if element == "extension":
            return self._get_extension_name(value)
        if element in self.placement.by_item:
            return self._get_item_name(self.placement.by_item[element], value)
        name = self.placement.elements.get(element, self.placement.rest)
        if name == "own-words":
            name = "received" if self.resource.get("intent") in SENDERS_INTENTS else "tasks"
        if name == "by-document":
            return "received"
        if name == "by-code":
            return self.section
        if name == "titles":
            return f"{self.section}.titles" if f"{self.section}.titles" in self.sections.bits else self.section
        return self._keep_between_parties(name)

    def _keep_between_parties(self, name: str) -> str:
        """Return `consents` for a Consent about some parties: the other ones learn nothing of it (`docs/leaks.md` L119).

        `own` for a message about a Task (`docs/parts.md` 29)."""
        if self.is_message:
            return "own"
        return "consents" if name == "consents.sharing" and self.about else name

    def _get_item_name(self, kind: str, item: object) -> str:
        if kind == "name":
            use = item.get("use", "usual") if isinstance(item, dict) else "usual"
            return "identity" if use in ("official", "maiden", "old") else "identity.usual"
        return {"identifier": "identity", "form-item": "assessments", "provision": "consents"}[kind]

    def _get_extension_name(self, value: object) -> str:
        url = value.get("url", "") if isinstance(value, dict) else ""
        name = self.labels.extensions.get(url, "rest")
        if name == "title":
            name = self.placement.entry if self.placement.entry in self.sections.bits else "rest"
        return self.get_name("", None) if name == "rest" else name

    def is_core(self, element: str) -> bool:
        """Return whether every slice carries `element`."""
        return element in self.placement.core or element in ALWAYS_CORE

    def opens(self, element: str, value: object) -> bool:
        """Return whether an element can open the resource by itself (`docs/parts.md` 9): a core or a contained one cannot."""
        base = element.lstrip("_")
        core = self.is_core(base) or self.get_name(base, value) == "spine"
        return not core and base != "contained"

    def is_offered(self, element: str, value: object) -> bool:
        """Return whether an open Task shows `element` to the organisations that could take it (`docs/parts.md` 14)."""
        if not self.offered:
            return False
        if element == "extension":
            return self._get_extension_name(value) == self.placement.entry
        return element in ("status", "intent", "code", "authoredOn", "priority")


def _list_parties(consent: Mapping[str, Any]) -> frozenset[str]:
    """Return the parties that all of a Consent is about: the actors that the root of its provisions names."""
    root = consent.get("provision")
    actors = root.get("actor", ()) if isinstance(root, dict) else ()
    return frozenset(reference for actor in actors for reference in list_references(actor.get("reference")))
