"""PRD, ROL and PD1-4 → Professional.

Source: HL7 v2.5 §11.6.3 (PRD, table 0286), §15.4.7 (ROL, table 0443); IHE PAM France (ODRP: médecin traitant).
"""

from __future__ import annotations

from dataclasses import replace

from adapters.hl7v2.datatypes.identifiers import read_pln, read_xon_id
from adapters.hl7v2.datatypes.people import read_xads, read_xcns, read_xpns, read_xtns
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.people import Professional

PRD_FUNCTIONS = {"RP": "referring", "RT": "referred-to", "PP": "primary", "CP": "consulting"}
OTHER_FUNCTION = "other"
"""A function that the hub does nothing with: the professional is named, with the sender's word for it."""
ROL_FUNCTIONS = {**PRD_FUNCTIONS, "ODRP": "primary", "FHCP": "primary", "AT": "attending"}
_OF_PLACES = ("FINESS", "SIRET")  # senders put the structure's number among the provider's
_DELETED = "DE"


def read_providers(message: Er7) -> tuple[Professional, ...]:
    """Read PRD: one professional for each function of PRD-1; one of another function is `OTHER_FUNCTION`."""
    return tuple(
        _read_provider(prd, function)
        for prd in message.all("PRD")
        for function in dict.fromkeys(
            PRD_FUNCTIONS.get(role.part(1), OTHER_FUNCTION) for role in (prd.values(1) or (prd.value(1),))
        )
    )


def read_roles(message: Er7) -> tuple[Professional, ...]:
    """Read ROL as Professional: 2 action, 3 function, 4 who, 11 addresses, 12 telecoms; PD1 as Professional: 4 primary."""
    primary = read_xcns(message.first("PD1"), 4, "primary")
    return primary + tuple(professional for rol in message.all("ROL") for professional in _read_role(rol))


def _read_provider(prd: Segment, function: str) -> Professional:
    """Read PRD as Professional: 1 function, 2 names, 3 addresses, 4 place, 5 telecoms, 7 identifiers, 10 organisation."""
    place = prd.value(4)
    organisations = prd.values(10)
    identifiers = tuple(identifier for value in prd.values(7) if (identifier := read_pln(value)))
    organisation = next((value.part(1) for value in organisations), "")
    return Professional(
        function=function,
        names=read_xpns(prd, 2),
        identifiers=tuple(identifier for identifier in identifiers if identifier.kind not in _OF_PLACES),
        organisation=organisation or place.part(4) or place.part(9),
        organisation_identifiers=(
            *(identifier for value in organisations if (identifier := read_xon_id(value))),
            *(identifier for identifier in identifiers if identifier.kind in _OF_PLACES),
        ),
        telecoms=read_xtns(prd, 5, "work"),
        addresses=read_xads(prd, 3, "work"),
    )


def _read_role(rol: Segment) -> tuple[Professional, ...]:
    function = ROL_FUNCTIONS.get(rol.text(3))
    if not function or rol.text(2) == _DELETED:
        return ()
    addresses, telecoms = read_xads(rol, 11, "work"), read_xtns(rol, 12, "work")
    return tuple(
        replace(professional, addresses=addresses, telecoms=telecoms) for professional in read_xcns(rol, 4, function)
    )
