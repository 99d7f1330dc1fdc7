"""The section of what a client writes, when the codes do not say it (`docs/parts.md` 27).

The client names it in the extension `section`; else a term of psychiatry or addiction gives it, else the role's
`default_section`; else it is refused. Nothing unknown is placed by the type alone.
"""

from __future__ import annotations

from typing import Any

from fhir_profiles.codes import SECTION_EXTENSION
from hub.domain.errors import Invalid, Problem
from hub.domain.policy import get_writable_places
from hub.domain.roles import Role, load_roles
from hub.domain.sections import load_sections
from hub.slices import get_named_section, load_labels

Json = dict[str, Any]

# Section of a term → the code of the refusal that names it.
_REFUSALS = {"psychiatric": "section-of-psychiatric"}


def name_section(role_name: str, resource: Json, before: Json | None) -> Json:
    """Return the resource with the section that it is stored in; without an extension where its codes say it.

    `before`: the same as its author sees it, None when it is new. Invalid: a section that there is not; one of a term that the
    role may not write, or that contradicts the section named; no section, for a role without a default."""
    role, kind = load_roles()[role_name], resource["resourceType"]
    former = get_named_section(before or {})
    section_named = get_named_section(resource) or former
    if (
        section_named
        and section_named != former
        and section_named not in role.cells
        and section_named not in _list_sections()
    ):
        raise Invalid(Problem("section-unknown", f"{kind}.extension"))
    term = "" if (section_named and section_named == former) else _find_term(resource)
    if term:
        if section_named not in ("", term) or not _may_write(role, term):
            raise Invalid(
                Problem(_REFUSALS.get(term, "not-yours-to-write"), f"{kind}.code" if "code" in resource else kind)
            )
        return _mark(resource, term) if load_labels().find_place(resource).partition(".")[0] != term else resource
    if section_named:
        return _mark(resource, section_named)
    if before is not None or load_labels().knows_code(resource):
        return resource
    if not role.default_section:
        # In `received` nobody but its author would ever see it: what a message brings is filed there, this is not.
        raise Invalid(Problem("section-missing", f"{kind}.extension"))
    place = load_labels().find_place(resource)
    return resource if place == role.default_section else _mark(resource, role.default_section)


def _find_term(resource: Json) -> str:
    terms = load_labels().terms
    return terms.find_by_code(resource) or terms.find_by_words(resource, is_written_by_client=True)[0]


def _may_write(role: Role, section: str) -> bool:
    place = load_sections().place(section)
    return get_writable_places(role) & place == place


def _list_sections() -> frozenset[str]:
    return frozenset(section.name for section in load_sections().all if section.column)


def _mark(resource: Json, section: str) -> Json:
    if get_named_section(resource) == section:
        return resource
    others = [e for e in resource.get("extension", ()) if e.get("url") != SECTION_EXTENSION]
    return resource | {"extension": [*others, {"url": SECTION_EXTENSION, "valueCode": section}]}
