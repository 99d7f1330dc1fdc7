"""NK1 and GT1 → Relative.

Source: HL7 v2.5 §3.4.5 (NK1), §6.5.5 (GT1), tables 0063 and 0131; French codes of FR Core's contact (docs/domain.md §2.8).
"""

from __future__ import annotations

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import read_date
from adapters.hl7v2.datatypes.identifiers import read_cx
from adapters.hl7v2.datatypes.people import read_xads, read_xpns, read_xtns
from adapters.hl7v2.segments.pid import GENDERS
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.referral.people import Relative

ROLES = {
    "C": "emergency",
    "EP": "emergency",
    "EC": "emergency",
    "EMC": "emergency",
    "N": "next-of-kin",
    "NK": "next-of-kin",
    "K": "trusted",
    "CGV": "caregiver",
    "GRD": "guardian",
    "CURTL": "guardian",
    "SVG": "guardian",
}
"""Contact role (0131) or relationship (0063), national codes included → role."""


def read_relatives(message: Er7) -> tuple[Relative, ...]:
    """Read NK1 and GT1, in that order. One that says nothing of anybody is left out."""
    relatives = [*map(_read_next_of_kin, message.all("NK1")), *map(_read_guarantor, message.all("GT1"))]
    return tuple(relative for relative in relatives if relative not in (Relative(), Relative(roles=("guarantor",))))


def _read_next_of_kin(nk1: Segment) -> Relative:
    """Read NK1 as Relative: 2 names, 3 relationship, 4 addresses, 5, 6, 31, 40 and 41 telecoms, 3 and 7 roles, 8 start, 9
    end, 13 organisation, 15 gender, 16 birth date, 20 language, 33 identifiers."""
    roles = (ROLES.get(value.part(1).upper()) for number in (7, 3) for value in nk1.values(number))
    return Relative(
        names=read_xpns(nk1, 2),
        relationship=read_code(nk1.value(3), own_table="0063"),
        roles=tuple(dict.fromkeys(role for role in roles if role)),
        contact_role=read_code(nk1.value(7), own_table="0131"),
        telecoms=tuple(
            telecom
            for number, use in ((5, "home"), (6, "work"), (31, ""), (40, ""), (41, ""))
            for telecom in read_xtns(nk1, number, use)
        ),
        addresses=read_xads(nk1, 4),
        organisation=nk1.text(13),
        identifiers=tuple(identifier for value in nk1.values(33) if (identifier := read_cx(value))),
        gender=GENDERS.get(nk1.text(15).upper(), "unknown"),
        birth_date=read_date(nk1.value(16)),
        languages=tuple(code for code in (read_code(nk1.value(20)),) if code),
        start=read_date(nk1.value(8)),
        end=read_date(nk1.value(9)),
    )


def _read_guarantor(gt1: Segment) -> Relative:
    """Read GT1 as Relative: 3 names, 5 addresses, 6 and 7 telecoms, 11 relationship."""
    return Relative(
        names=read_xpns(gt1, 3),
        relationship=read_code(gt1.value(11), own_table="0063"),
        roles=("guarantor",),
        telecoms=read_xtns(gt1, 6, "home") + read_xtns(gt1, 7, "work"),
        addresses=read_xads(gt1, 5),
    )
