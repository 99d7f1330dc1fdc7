"""Are these two the same person? Pure: a score from 0 to 100 and the reasons for it, for a human to decide.

Nothing is merged on a score (docs/domain.md §5.7): above `ALIKE` the desk is asked. Names are compared without case, accents,
hyphens and order; the day and the month of a birth date may have changed places; a birth name meets a usual name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

ALIKE = 60.0

# What each thing in common weighs; the four make 100.
_FAMILY, _GIVEN, _BIRTH, _CONTACT = 35.0, 20.0, 35.0, 10.0
# A number that only one person should have: what remains could be a slip of the pen.
_NUMBER = 85.0
# Names less alike than this say nothing.
_NO_LIKENESS = 0.6
_CLOSE = 0.85


@dataclass(frozen=True)
class Traits:
    """What one side knows of the person. `families`, `givens`: birth and usual names. `numbers`: those that only one
    person should have (INS, NIR). `phones`: digits, spaces and signs do not matter."""

    families: tuple[str, ...] = ()
    givens: tuple[str, ...] = ()
    birth_date: str = ""
    gender: str = ""
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """`reasons`: codes of the catalogue, what speaks for it and what against."""

    score: float
    reasons: tuple[str, ...]


def score(one: Traits, other: Traits) -> Likeness:
    """How alike they are; the same whichever comes first. 0 to 100."""
    family, given = _compare_names(one, other)
    birth, how = _compare_birth_dates(one.birth_date, other.birth_date)
    points = _FAMILY * family + _GIVEN * given + _BIRTH * birth
    reasons = [
        _choose_reason(family, "match-same-family", "match-close-family"),
        _choose_reason(given, "match-same-given", "match-close-given"),
    ]
    reasons.append(how)
    if _have_common(map(_extract_digits, one.phones), map(_extract_digits, other.phones)):
        points += _CONTACT
        reasons.append("match-same-phone")
    if _have_common(one.numbers, other.numbers):
        points = max(points, _NUMBER)
        reasons.append("match-same-number")
    if _differ(one.gender, other.gender):
        points -= _CONTACT
        reasons.append("match-other-gender")
    return Likeness(round(min(100.0, max(0.0, points)), 1), tuple(reason for reason in reasons if reason))


def contradicts(one: Traits, other: Traits) -> bool:
    """Whether they can hardly be the same, a shared number or not: another birth date, or no name in common."""
    names = one.families and other.families and not _compare_names(one, other)[0]
    return bool(names) or _compare_birth_dates(one.birth_date, other.birth_date)[0] < 0


def fold(name: str) -> str:
    """A name as it is compared: `Jean-Éric` and `JEAN ERIC` are one."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = ("" if unicodedata.combining(c) else c if c.isalnum() else " " for c in decomposed)
    return " ".join("".join(letters).split())


def _compare_names(one: Traits, other: Traits) -> tuple[float, float]:
    """Likeness of the families and of the given names; exchanged ones are found too."""
    straight = (
        _find_best_ratio(one.families, other.families),
        _find_best_ratio(one.givens, other.givens, of_several=True),
    )
    swapped = (_find_best_ratio(one.families, other.givens) + _find_best_ratio(one.givens, other.families)) / 2
    return max(straight, (swapped, swapped), key=lambda pair: _FAMILY * pair[0] + _GIVEN * pair[1])


def _find_best_ratio(some: Iterable[str], others: Iterable[str], of_several: bool = False) -> float:
    folded = [name for name in map(fold, others) if name]
    ratios = [_compare_words(name, other, of_several) for name in map(fold, some) if name for other in folded]
    return max(ratios, default=0.0)


def _compare_words(name: str, other: str, of_several: bool) -> float:
    """1 for the same words in any order. `of_several`: `Marie` is close to `Marie Jeanne`, whose first name it is."""
    found = fuzz.token_sort_ratio(*sorted((name, other))) / 100
    if of_several and name.partition(" ")[0] == other.partition(" ")[0]:
        found = max(found, 0.9)
    return found if found >= _NO_LIKENESS else 0.0


def _compare_birth_dates(one: str, other: str) -> tuple[float, str]:
    """From 1 (the same) to −1 (another), and why. Unknown or partial dates say little."""
    if not one or not other:
        return 0.0, ""
    if one == other:
        return 1.0, "match-same-birth-date"
    if len(one) != 10 or len(other) != 10:
        shorter = min(len(one), len(other))
        return (0.5, "match-close-birth-date") if one[:shorter] == other[:shorter] else (-1.0, "match-other-birth-date")
    here, there = one.split("-"), other.split("-")
    if here[0] == there[0] and here[1:] == there[:0:-1]:
        return 0.8, "match-swapped-birth-date"
    same = sum(a == b for a, b in zip(here, there, strict=True))
    return (0.5, "match-close-birth-date") if same == 2 else (-1.0, "match-other-birth-date")


def _choose_reason(likeness: float, same: str, close: str) -> str:
    return same if likeness == 1 else close if likeness >= _CLOSE else ""


def _extract_digits(phone: str) -> str:
    digits = "".join(filter(str.isdigit, phone))
    return "0" + digits[2:] if digits.startswith("33") and len(digits) == 11 else digits


def _have_common(some: Iterable[str], others: Iterable[str]) -> bool:
    return bool(({*some} & {*others}) - {""})


def _differ(one: str, other: str) -> bool:
    return {one, other} == {"male", "female"}
