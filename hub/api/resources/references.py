"""Links in a resource that a client sends, made relative (`Type/id`) as the record stores them. Pure.

https://hl7.org/fhir/R4/http.html#trules, "replace all matching links"; https://hl7.org/fhir/R4/references.html#literal.
The hub stores links in `Reference.reference`, `Attachment.url` and elements of type uri; it stores no narrative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.domain.errors import Invalid, Problem
from hub.domain.links import get_root, make_absolute, strip_version
from hub.fhir import Element, get_structure

_LINKS = frozenset({"reference", "url"})
_URIS = frozenset({"uri", "url"})


def resolve_links(
    resource: dict[str, Any], base_url: str, names: Mapping[str, str] | None = None, place: str = ""
) -> dict[str, Any]:
    """Return `resource` with links to this hub (under its base `base_url`) and to entries (`names`: fullUrl → `Type/id`)
    relative.

    Raises Invalid `reference-unresolved`, at `place` before the element, for a `urn:uuid:` reference that names no entry:
    outside the Bundle it would mean nothing."""
    linker = _Linker(f"{base_url}/", names or {})
    linked = {element: linker.resolve(value) for element, value in resource.items()}
    if names:
        linked = _name_uris(linked, "", names)
    kind = place or str(resource.get("resourceType", ""))
    unresolved = [element for element, value in linked.items() if _is_unresolved(value)]
    if unresolved:
        raise Invalid(*(Problem("reference-unresolved", f"{kind}.{element}") for element in unresolved))
    return linked


def _name_uris(value: Any, kind: str, names: Mapping[str, str]) -> Any:
    """Return `value`, of the R4 type `kind`, with each uri that is the fullUrl of an entry replaced by the name of what that
    becomes (#trules: "elements of type uri, url"). An oid or a uuid cannot be such a name; a string, such as Identifier.value, is
    no link."""
    if isinstance(value, str):
        return names.get(value, value) if kind in _URIS else value
    if isinstance(value, list):
        return [_name_uris(item, kind, names) for item in value]
    if not isinstance(value, dict):
        return value
    elements = _get_elements(value.get("resourceType", kind))
    kinds = {name: elements[name].kind for name in value.keys() & elements.keys()}
    return {name: _name_uris(inner, kinds.get(name, ""), names) for name, inner in value.items()}


def _get_elements(kind: object) -> Mapping[str, Element]:
    """Return the elements of a type; none of one that is not of R4, which is refused later."""
    try:
        return get_structure(kind).elements if isinstance(kind, str) else {}
    except KeyError:
        return {}


def name_root(resource: dict[str, Any], full_url: str, base_url: str) -> dict[str, Any]:
    """Return `resource`, of the entry `full_url`, with its relative references absolute, when that names another server than
    `base_url`: they are of that server, and never lead to a resource here of the same id."""
    root = get_root(full_url)
    return resource if root in ("", f"{base_url}/") else _Rooter(root).resolve(resource)


class _Linker:
    def __init__(self, root: str, names: Mapping[str, str]) -> None:
        self.root = root
        self.names = names

    def resolve(self, value: Any) -> Any:
        """Return `value` with the links in it, at any depth, resolved."""
        if isinstance(value, dict):
            return {
                name: self._resolve_link(inner) if name in _LINKS and isinstance(inner, str) else self.resolve(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        return value

    def _resolve_link(self, link: str) -> str:
        return self.names.get(link) or self.names.get(strip_version(link)) or link.removeprefix(self.root)


class _Rooter(_Linker):
    """Makes relative links absolute under `root`."""

    def __init__(self, root: str) -> None:
        super().__init__(root, {})

    def _resolve_link(self, link: str) -> str:
        return make_absolute(link, self.root)


def _is_unresolved(value: Any) -> bool:
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and reference.startswith("urn:uuid:"):
            return True
        return any(map(_is_unresolved, value.values()))
    return isinstance(value, list) and any(map(_is_unresolved, value))
