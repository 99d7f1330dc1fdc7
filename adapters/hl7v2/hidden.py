"""Documents that their sender hides, by the OBX beside them: each mark is `Y` or `N` (`adapters.hidden`)."""

from __future__ import annotations

from adapters.hidden import FLAGS
from adapters.hl7v2.syntax.er7 import Er7, Segment
from hub.domain.errors import Invalid, Problem

_NO = frozenset({"", "N", "NON", "NO", "0", "FALSE", "F"})


def refuse_hidden(message: Er7) -> None:
    """Invalid for each flag of a document that is not `N`, at its OBX-5."""
    problems = []
    for segment in message.all("OBX"):
        flag = _find_flag(segment)
        if flag and segment.text(5).strip().upper() not in _NO:
            problems.append(Problem(FLAGS[flag], f"{segment.place}-5"))
    if problems:
        raise Invalid(*problems)


def _find_flag(segment: Segment) -> str:
    """Return the flag that OBX-3 names by its code or by its alternate code, or ""."""
    code = segment.value(3)
    names = (code.part(1).strip().upper(), code.part(4).strip().upper())
    return next((name for name in names if name in FLAGS), "")
