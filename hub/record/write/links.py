"""Resolve links between the entries of a transaction, and conditional references (https://hl7.org/fhir/R4/http.html#trules).

Absolute links to this hub and `urn:uuid:` links are relative already (`hub.api.resources.references`).

The search of a conditional reference runs as the actor: it finds only what the actor sees (`docs/leaks.md` L69).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from hub.domain.actor import Actor
from hub.domain.errors import Conflict, Invalid
from hub.domain.resource_types import TYPES
from hub.record.write.conditional import Condition, check_condition

Search = Callable[[str, Condition], str | None]

# At most so many conditional references in one transaction: each is a statement.
MOST_SEARCHES = 50
_BY_SEARCH = re.compile(r"([A-Za-z]{1,40})\?(.{1,2000})", re.DOTALL)
_LINKS = frozenset({"reference", "url"})


@dataclass
class LinkResolver:
    """Replaces links by the references that the record stores.

    `renamed`: {link: `Type/id`}, for entries that matched an existing resource and for searches already run. `search`: finds
    the one matching resource, or None; it is None where conditional references are not allowed."""

    renamed: dict[str, str]
    search: Search | None
    actor: Actor
    searches: int = field(default=0)

    def __post_init__(self) -> None:
        self._entries = dict(self.renamed)  # without the searches that are run later

    def resolve(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return `resource` with its links replaced. Raises Invalid `reference-unresolved` at the element."""
        kind = str(resource.get("resourceType", ""))
        resolved = {}
        for element, value in resource.items():
            try:
                resolved[element] = self._resolve_value(value)
            except (LookupError, Conflict):
                raise Invalid("reference-unresolved", where=f"{kind}.{element}") from None
        return resolved

    def _resolve_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: self._resolve_link(inner)
                if name in _LINKS and isinstance(inner, str)
                else self._resolve_value(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._resolve_value(inner) for inner in value]
        # A uri that names an entry is its new `Type/id` already; nothing else can be equal to one that was given a moment ago.
        return self._entries.get(value, value) if isinstance(value, str) else value

    def _resolve_link(self, link: str) -> str:
        if link not in self.renamed:
            match = _BY_SEARCH.fullmatch(link)
            if self.search is None or match is None or match[1] not in TYPES:
                return link
            self.renamed[link] = self._run_search(self.search, match[1], match[2])
        return self.renamed[link]

    def _run_search(self, search: Search, resource_type: str, query: str) -> str:
        self.searches += 1
        if self.searches > MOST_SEARCHES:
            raise Invalid("conditions-too-many")
        try:
            condition = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=20)
        except ValueError:
            raise Invalid("parameter-malformed") from None
        check_condition(self.actor, resource_type, condition)
        name = search(resource_type, condition)
        if name is None:
            raise LookupError
        return name
