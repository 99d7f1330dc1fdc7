"""Links between the entries of a transaction, and references that are searches (https://hl7.org/fhir/R4/http.html#trules).

A search is the actor's own: it finds what the actor sees, or nothing (`docs/leaks.md` L69).
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

# References by search in one transaction, each its own statement.
MOST_SEARCHES = 50
_BY_SEARCH = re.compile(r"([A-Za-z]{1,40})\?(.{1,2000})", re.DOTALL)
_LINKS = frozenset({"reference", "url"})


@dataclass
class LinkResolver:
    """Links as the record keeps them. `renamed`: names assigned ahead for what was there, and searches that were run.
    `search`: finds the one resource that is meant, or none; None where links may not be searches."""

    renamed: dict[str, str]
    search: Search | None
    actor: Actor
    searches: int = field(default=0)

    def resolve(self, resource: dict[str, Any]) -> dict[str, Any]:
        """`resource` with each link to what it means. Invalid `reference-unresolved` at the element."""
        kind = str(resource.get("resourceType", ""))
        resolved = {}
        for element, value in resource.items():
            try:
                resolved[element] = self._seen(value)
            except (LookupError, Conflict):
                raise Invalid("reference-unresolved", where=f"{kind}.{element}") from None
        return resolved

    def _seen(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: self._link(inner) if name in _LINKS and isinstance(inner, str) else self._seen(inner)
                for name, inner in value.items()
            }
        return [self._seen(inner) for inner in value] if isinstance(value, list) else value

    def _link(self, link: str) -> str:
        if link not in self.renamed:
            asked = _BY_SEARCH.fullmatch(link)
            if self.search is None or asked is None or asked[1] not in TYPES:
                return link
            self.renamed[link] = self._searched(self.search, asked[1], asked[2])
        return self.renamed[link]

    def _searched(self, search: Search, resource_type: str, query: str) -> str:
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
