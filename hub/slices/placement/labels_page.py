"""`config/labels.toml` read: the rules that place coded resources, what directory entries disclose, extensions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from hub.domain.config_pages import PageSchema, Word, load_page, read_config
from hub.domain.resource_types import DIRECTORY_TYPES, RESOURCE_TYPES
from hub.domain.sections import Sections, load_sections
from hub.fhir import get_structure
from hub.slices.placement.labels import CodeRule, Labels
from hub.slices.placement.terms_page import load_terms

PAGE = "labels.toml"

# The types whose place codes decide, in part or whole.
CODED_TYPES = frozenset(name for name, entry in RESOURCE_TYPES.items() if entry.placement.rest == "by-code")
# What an extension may have instead of a place: that of the core elements, of the title, of the elements not named.
EXTENSION_PLACES = frozenset({"spine", "title", "rest"})


class _CodesSchema(PageSchema):
    """Which codings a rule fits: those of `system` with one of `codes`, or beginning with one of `starts`."""

    system = fields.String(load_default="")
    codes = fields.List(fields.String(), load_default=list)
    starts = fields.List(fields.String(), load_default=list)


def _build_schema(sections: Sections) -> type[PageSchema]:
    """Return the schema of the page, whose places and sections are those of `sections`."""

    class RuleSchema(_CodesSchema):
        type = Word("type", CODED_TYPES)
        element = fields.String(required=True)
        place = Word("place", sections.bits)

        @validates_schema
        def check_element(self, rule: dict[str, Any], **_: Any) -> None:
            """Raise ValidationError for an unknown element, and for a rule that names an element and no codes."""
            if rule["element"]:
                _check_elements([rule["element"]], [rule["type"]], "element")
                _check_codes(rule)

    class DisclosureSchema(_CodesSchema):
        types = fields.List(Word("type", DIRECTORY_TYPES), required=True)
        elements = fields.List(fields.String(), required=True)
        section = Word("section", (section.name for section in sections.all))

        @validates_schema
        def check_elements(self, rule: dict[str, Any], **_: Any) -> None:
            """Raise ValidationError for an element that none of the types has, and for a rule without codes."""
            _check_elements(rule["elements"], rule["types"], "elements")
            _check_codes(rule)

    class LabelsSchema(PageSchema):
        rule = fields.List(fields.Nested(RuleSchema), required=True)
        reveals = fields.List(fields.Nested(DisclosureSchema), required=True)
        extensions = fields.Dict(
            keys=fields.String(), values=Word("place", EXTENSION_PLACES | set(sections.bits)), required=True
        )

    return LabelsSchema


def _check_elements(names: Iterable[str], types: Iterable[str], key: str) -> None:
    known = {name for resource_type in types for name in get_structure(resource_type).elements}
    unknown = sorted(set(names) - known)
    if unknown:
        raise ValidationError(f"unknown element {', '.join(unknown)}", key)


def _check_codes(rule: Mapping[str, Any]) -> None:
    if not rule["system"] or not (rule["codes"] or rule["starts"]):
        raise ValidationError("a rule on an element names a system, and codes or their beginnings")


def read_labels(text: str, sections: Sections) -> Labels:
    """Return the labels of a `labels.toml`. PageError: an unknown type, element, place or section, or a rule without codes."""
    page = load_page(text, PAGE, fields.Nested(_build_schema(sections)))
    rules: dict[str, list[CodeRule]] = {}
    for entry in page["rule"]:
        rules.setdefault(entry["type"], []).append(_build_rule(entry, entry["type"], entry["element"], entry["place"]))
    disclosures = tuple(
        (_build_rule(entry, resource_type, element, ""), entry["section"])
        for entry in page["reveals"]
        for resource_type in entry["types"]
        for element in entry["elements"]
    )
    return Labels({name: tuple(of_type) for name, of_type in rules.items()}, page["extensions"], disclosures)


def _build_rule(entry: Mapping[str, Any], resource_type: str, element: str, place: str) -> CodeRule:
    codes, starts = frozenset(entry["codes"]), tuple(entry["starts"])
    return CodeRule(resource_type, element, entry["system"], codes, starts, place)


@cache
def load_labels() -> Labels:
    """Return the labels of `config/labels.toml`, with the terms of `config/terms.toml`."""
    return replace(read_labels(read_config(PAGE), load_sections()), terms=load_terms())
