"""Leaks that acting programs have found, each as small as it can be."""

from __future__ import annotations

from fhir_profiles import codes
from tests.hub.intake import letters
from tests.worlds.changes import Change
from tests.worlds.programs import Case, Step

_JEANNE = {"name": "zq0000z^zq0001z^zq0001z zq0002z^^^^L", "birth": "19380203", "ipp": "0002"}
_HER_INS = {"ins": "000000000000097", "ins_system": codes.OID_INS_DEMO.removeprefix("urn:oid:")}
_ALIX = {"ipp": "0001", "ins": letters.INS}
_ZOE = {"name": "INCONNU^ZOE^ZOE^^^^L", "birth": "19500101"}


def _send(message: bytes) -> Step:
    return Step("send", "", (), ("chu-hl7", message.decode()))


def _others(message: bytes, slot: int = 0) -> Change:
    return Change(slot, "message", "", "", ("Organization/ccas", "ccas", "chu-hl7", message.decode()))


_ASK = Step("ask", "", (), ("0", "0"))

# What was told → a program that was told it.
FOUND = {
    "the id of a notice in doubt stayed free": Case(
        "opposed", "Organization/clinique", "m2m_orienteur", "http", 1_000,
        changes=(_others(letters.ref("M-2", **_ALIX)),),
        steps=(
            _send(letters.adt("M-0", ipp="0002", ins=letters.INS, **_ZOE)),
            _send(letters.adt("M-0", "A03", ipp="0002", ins=letters.INS, end="20261120091500", **_ZOE)),
        ),
    ),
    "a demand went on with the stay that a notice made": Case(
        "opposed", "Organization/clinique", "m2m_orienteur", "http", 1_000,
        changes=(_others(letters.ref("M-2", **_ALIX)),),
        steps=(_send(letters.adt("M-0", stay="V-9", **_ALIX)), _send(letters.ref("M-1", stay="V-9", **_ALIX)), _ASK),
    ),
    "another bearer of the number changed whom a demand was about": Case(
        "late", "Organization/clinique", "m2m_orienteur", "http", 1_000,
        changes=(_others(letters.ref("M-2", **_HER_INS, **_ZOE)),),
        steps=(_send(letters.ref("M-3", **_HER_INS, **_JEANNE)),),
    ),
    "a demand about somebody known by an action alone confirmed the number": Case(
        "late", "Organization/cmp", "psy_cmp", "http", 1_000,
        changes=(_others(letters.ref("M-9", ipp="7", **_ZOE)), Change(0, "merge", "late", "", ("1", "0"))),
        steps=(_send(letters.ref("M-3", **_HER_INS, **_JEANNE)),),
    ),
    "a merge changed whom a demand was about": Case(
        "agreed", "Organization/ccas", "ccas", "http", 1_000,
        changes=(Change(2, "merge", "agreed", "", ("2", "0")),),
        steps=(
            _send(letters.ref("M-1", ipp="0001")),
            _send(letters.ref("M-2", ipp="0002", **_ZOE)),
            _send(letters.ref("M-3", ipp="0001")),
            _send(letters.ref("M-4", ipp="0002", **_ZOE)),
        ),
    ),
}  # fmt: skip
