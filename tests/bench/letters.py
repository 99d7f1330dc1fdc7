"""Hospital demands about persons who do not resemble each other. Everyone in them is invented."""

from __future__ import annotations

from tests.hub.intake.letters import ref

_SYLLABLES = ("BA", "KE", "DI", "FO", "GU", "LY", "MEU", "NAN", "PON", "RIN", "SA", "TE", "VI", "ZO", "CHU", "JY")


def letter(number: int) -> bytes:
    """The demand `number`: a name, a birth date and a phone of its own."""
    spread = number * 40_503 % 65_536
    family = "".join(_SYLLABLES[spread >> shift & 15] for shift in (12, 8, 4, 0))
    given = "".join(_SYLLABLES[number * 7_919 % 4_096 >> shift & 15] for shift in (8, 4, 0))
    birth = f"{1925 + number % 60}{1 + number % 12:02d}{1 + number % 28:02d}"
    told = ref(f"B-{number}", name=f"{family}^{given}^^^^^L", birth=birth, ipp=f"{number:06d}")
    return told.replace(b"0199000001", f"01{number:08d}".encode())
