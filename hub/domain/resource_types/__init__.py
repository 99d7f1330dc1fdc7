"""The types that the hub keeps: one entry each. Placement, scopes, search, validation and the API's examples derive from it.

A client whose scope is `system/*` has access to every type here, so an entry is also the decision to open the type to the
tokens that exist (`docs/leaks.md` L125).
"""

from hub.domain.resource_types import clinical, directory, documents, persons, plans, requests, service
from hub.domain.resource_types.resource_type import Placement, ResourceType

__all__ = ["DIRECTORY_TYPES", "RESOURCE_TYPES", "STORED_TYPES", "TYPES", "Placement", "ResourceType"]

MODULES = (directory, persons, clinical, requests, plans, documents, service)

RESOURCE_TYPES: dict[str, ResourceType] = {entry.name: entry for module in MODULES for entry in module.RESOURCE_TYPES}

TYPES = frozenset(RESOURCE_TYPES)
STORED_TYPES = frozenset(name for name, entry in RESOURCE_TYPES.items() if entry.is_stored)
DIRECTORY_TYPES = frozenset(name for name, entry in RESOURCE_TYPES.items() if entry.placement.is_directory)
