"""Professionals named by a demand: the directory's own entry where it knows one, else a logical reference by number.

A message adds nobody to the directory: everyone sees the directory, so an entry would tell of a demand that few may see.
What the sender says of someone unknown (phone, structure) stands in the demand's own words.
"""

from __future__ import annotations

from hub.domain.referral import Professional
from hub.mapping.context import Context
from hub.mapping.datatypes import format_full_name
from hub.mapping.identifiers import format_professional_token, format_structure_token
from hub.mapping.shape import Json, build_reference, compact


class Directory:
    """The directory as `context` knows it."""

    def __init__(self, context: Context) -> None:
        self._known = context.directory

    def reference(self, professional: Professional) -> Json:
        """The directory's Practitioner, or the number and name as a logical reference; {} for nobody."""
        display = format_full_name(professional.names) or professional.organisation
        number = format_professional_token(professional.identifiers)
        if number is None or self.knows(professional):
            return build_reference(self._entry(number), display)
        identifier = {"system": number[0], "value": number[1]}
        return compact(type="Practitioner", identifier=identifier, display=display)

    def knows(self, professional: Professional) -> bool:
        """Whether this one has a directory entry."""
        return bool(self._entry(format_professional_token(professional.identifiers)))

    def organisation(self, professional: Professional) -> Json:
        """The organisation: its directory entry, or its number and name as a logical reference."""
        number = format_structure_token(professional.organisation_identifiers)
        if number is None or self._entry(number):
            return build_reference(self._entry(number), professional.organisation)
        identifier = {"system": number[0], "value": number[1]}
        return compact(type="Organization", identifier=identifier, display=professional.organisation)

    def _entry(self, number: tuple[str, str] | None) -> str:
        return self._known.get("|".join(number), "") if number else ""
