"""What spreadsheets do to numbers, undone where that is possible, and numbers and dates that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdnum.fr import nir

from adapters.social.columns import ADDRESS
from adapters.social.fields import is_rounded, restore_phone, restore_postal_code

_PHONES = ("phone_number", "requester_phone")
_NUMBERS = ("nir", "affiliation_number", "department_internal_id", "france_travail_id", *_PHONES)


@dataclass(frozen=True)
class Corrections:
    """The cells of a row by column, those left out that cannot be read. `problems`: (column, code) of what was found."""

    cells: dict[str, str]
    problems: tuple[tuple[str, str], ...]


def correct(cells: Mapping[str, str]) -> Corrections:
    """Return the cells with the zeros that a spreadsheet took away, without the numbers that it rounded. A NIR with a wrong key
    is kept as it is written, and named."""
    corrected, problems = dict(cells), list[tuple[str, str]]()
    for key in _NUMBERS:
        if is_rounded(corrected.get(key, "")):
            del corrected[key]
            problems.append((key, "cut-number"))
    for key in corrected.keys() & {*_PHONES, *ADDRESS}:
        text = _restore(key, corrected[key])
        if text.startswith("0") and not corrected[key].startswith("0"):
            problems.append((key, "restored-zero"))
        corrected[key] = text
    if "nir" in corrected and not nir.is_valid(corrected["nir"]):
        problems.append(("nir", "wrong-nir"))
    return Corrections(corrected, tuple(problems))


def _restore(key: str, cell: str) -> str:
    """Return a telephone number or postal code in full. A service may write the postal code in any cell of the address but the
    first, where four digits may be the number of a house."""
    if key in _PHONES:
        return restore_phone(cell)
    is_alone = not any(character.isalpha() for character in cell)
    return restore_postal_code(cell) if key == "address_4" or (key != "address_1" and is_alone) else cell
