"""The professionals that a demand names: their directory entry, or a logical reference by number without one.

A message adds nobody to the directory: everyone sees the directory, so a new entry would disclose a demand that few may see. What
the sender says of a professional (numbers, phone, structure) is contained in the demand.
"""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.domain.referral.datatypes import Identifier
from hub.domain.referral.people import Professional
from hub.mapping.context import MappingContext
from hub.mapping.datatypes import build_addresses, build_relative_names, build_telecoms, format_full_name
from hub.mapping.identifiers import format_professional_token, format_structure_token
from hub.mapping.shape import Json, build_period, build_reference, build_resource, compact, convert_concepts

_TYPE_AND_ID = 2  # elements of a resource that says nothing


def build_stated_professionals(professionals: Iterable[Professional], context: MappingContext) -> list[Json]:
    """Return the professionals that a message names, as it states them, and their organisations: to be contained in the demand,
    for a message adds nobody to the directory."""
    built = []
    for rank, professional in enumerate(professionals, start=1):
        person = build_resource(
            "Practitioner",
            f"professional-{rank}",
            identifier=_build_stated_numbers(professional.identifiers, context),
            name=build_relative_names(professional.names),
            telecom=build_telecoms(professional.telecoms),
            address=build_addresses(professional.addresses),
            qualification=[{"code": profession} for profession in convert_concepts([professional.profession])],
        )
        organisation = build_resource(
            "Organization",
            f"organisation-{rank}",
            identifier=_build_stated_numbers(professional.organisation_identifiers, context),
            name=professional.organisation,
        )
        built += [resource for resource in (person, organisation) if len(resource) > _TYPE_AND_ID]
    return built


def _build_stated_numbers(numbers: Iterable[Identifier], context: MappingContext) -> list[Json]:
    return [
        compact(
            system=number.system or f"{codes.SOURCE_NUMBERS}{context.source}/professional",
            value=number.value,
            period=build_period(number.start, number.end),
            assigner=build_reference("", number.assigner),
        )
        for number in numbers
        if number.value.strip()
    ]


class Directory:
    """The directory entries of `context`."""

    def __init__(self, context: MappingContext) -> None:
        self._entries, self._source = context.directory, context.source

    def build_reference(self, professional: Professional) -> Json:
        """Return a reference to the directory's Practitioner, or a logical one by number and name; {} for nobody."""
        display = format_full_name(professional.names) or professional.organisation
        number = format_professional_token(professional.identifiers)
        if number is None or self.has(professional):
            own = {} if number else self._build_own_number(professional)
            return compact(**build_reference(self._find_entry(number)), identifier=own, display=display)
        identifier = {"system": number[0], "value": number[1]}
        return compact(type="Practitioner", identifier=identifier, display=display)

    def _build_own_number(self, professional: Professional) -> Json:
        """Return the sender's own number of a professional; {} without one."""
        for number in professional.identifiers:
            if number.value.strip():
                system = number.system or f"{codes.SOURCE_NUMBERS}{self._source}/professional"
                return compact(system=system, value=number.value, assigner=build_reference("", number.assigner))
        return {}

    def has(self, professional: Professional) -> bool:
        """Return whether the professional has a directory entry."""
        return bool(self._find_entry(format_professional_token(professional.identifiers)))

    def build_organisation(self, professional: Professional) -> Json:
        """Return a reference to the organisation's directory entry, or a logical one by number and name; {} for none."""
        number = format_structure_token(professional.organisation_identifiers)
        if number is None or self._find_entry(number):
            return build_reference(self._find_entry(number), professional.organisation)
        identifier = {"system": number[0], "value": number[1]}
        return compact(type="Organization", identifier=identifier, display=professional.organisation)

    def _find_entry(self, number: tuple[str, str] | None) -> str:
        return self._entries.get("|".join(number), "") if number else ""
