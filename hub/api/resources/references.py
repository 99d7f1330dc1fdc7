"""Links in what is sent, as the record keeps them: relative, `Type/id`. Pure.

https://hl7.org/fhir/R4/http.html#trules, "replace all matching links"; https://hl7.org/fhir/R4/references.html#literal.
The hub keeps links in `Reference.reference` and `Attachment.url`; the narrative is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain.errors import Invalid, Problem

_LINKS = frozenset({"reference", "url"})


def resolve_links(
    resource: dict[str, Any], base_url: str, names: Mapping[str, str] | None = None, place: str = ""
) -> dict[str, Any]:
    """`resource` with links to this hub (under its base `base_url`) and to entries (`names`: fullUrl → `Type/id`) relative.

    Invalid `reference-unresolved`, at `place` before the element, for a `urn:uuid:` reference that names no entry: it
    means something inside a Bundle only.
    """
    linker = _Linker(f"{base_url}/", names or {})
    found = {element: linker.seen(value) for element, value in resource.items()}
    kind = place or str(resource.get("resourceType", ""))
    lost = [element for element, value in found.items() if _is_lost(value)]
    if lost:
        raise Invalid(*(Problem("reference-unresolved", f"{kind}.{element}") for element in lost))
    return found


class _Linker:
    def __init__(self, root: str, names: Mapping[str, str]) -> None:
        self.root = root
        self.names = names

    def seen(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: self._link(inner) if name in _LINKS and isinstance(inner, str) else self.seen(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.seen(inner) for inner in value]
        return value

    def _link(self, link: str) -> str:
        return self.names.get(link) or link.removeprefix(self.root)


def _is_lost(value: Any) -> bool:
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and reference.startswith("urn:uuid:"):
            return True
        return any(map(_is_lost, value.values()))
    return isinstance(value, list) and any(map(_is_lost, value))
