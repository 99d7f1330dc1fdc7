"""Professionals named by a demand. One with a national number becomes a directory entry, or is the one that the
directory knows; one without is a name, which nothing can be granted to."""

from __future__ import annotations

from collections.abc import Iterable

from hub.mapping.context import Context
from hub.mapping.datatypes import addresses, full_name, relative_names, telecoms
from hub.mapping.identifiers import professional_token, structure_token
from hub.mapping.shape import Json, compact, concepts, name_of, reference, resource
from hub.referral import Professional


class Directory:
    """The professionals of one demand. `resources`: the entries that it adds, each Practitioner before its role."""

    def __init__(self, named: Iterable[Professional], context: Context) -> None:
        self.resources: list[Json] = []
        self._context = context
        self._known: dict[tuple[str, str], str] = {}
        for professional in named:
            number = professional_token(professional.identifiers)
            if number and number not in self._known:
                self._known[number] = context.directory.get("|".join(number)) or self._add(professional, number)

    def reference(self, professional: Professional) -> Json:
        """The Practitioner, or the name alone; {} for nobody."""
        number = professional_token(professional.identifiers)
        target = self._known[number] if number else ""
        return reference(target, full_name(professional.names) or professional.organisation)

    def knows(self, professional: Professional) -> bool:
        """Whether this one has a directory entry."""
        return professional_token(professional.identifiers) is not None

    def organisation(self, professional: Professional) -> Json:
        """The organisation: its directory entry, or its number and name as a logical reference."""
        number = structure_token(professional.organisation_identifiers)
        known = self._context.directory.get("|".join(number), "") if number else ""
        if known or number is None:
            return reference(known, professional.organisation)
        identifier = {"system": number[0], "value": number[1]}
        return compact(type="Organization", identifier=identifier, display=professional.organisation)

    def _add(self, professional: Professional, number: tuple[str, str]) -> str:
        practitioner = resource(
            "Practitioner",
            self._context.new_id("Practitioner"),
            identifier=[{"system": number[0], "value": number[1]}],
            active=True,
            name=relative_names(professional.names),
            telecom=telecoms(professional.telecoms),
            address=addresses(professional.addresses),
        )
        self.resources.append(practitioner)
        organisation, profession = self.organisation(professional), concepts([professional.profession])
        if organisation or profession:
            self.resources.append(
                resource(
                    "PractitionerRole",
                    self._context.new_id("PractitionerRole"),
                    active=True,
                    practitioner=reference(practitioner),
                    organization=organisation,
                    code=profession,
                )
            )
        return name_of(practitioner)
