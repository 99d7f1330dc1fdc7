"""The form of a DTM, and the offset in it, which the parser needs of MSH-7 before it reads any field.

Source: HL7 v2.5 §2.A.22 (`YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`).
"""

from __future__ import annotations

import re

DTM = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?)?)?)?)?"
    r"(?P<zone>[+-](?:0[0-9]|1[0-3])[0-5][0-9]|[+-]1400)?"
)


def find_offset(text: str) -> str:
    """Return the offset that a time ends with, `+0400`; "" for a time without one, or for no time."""
    match = DTM.fullmatch(text)
    return (match["zone"] or "") if match else ""
