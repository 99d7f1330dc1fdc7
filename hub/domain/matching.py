"""How likely two records are of the same person: a score from 0 to 100 and the reasons for it. Pure.

Nothing is merged by a score (docs/domain.md §5.7): above `ALIKE` the desk decides. Names are compared without case, accents,
hyphens and order; the day and the month of a birth date may be swapped; a birth name is compared with a usual name too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from hub.domain.normalization.folding import fold

ALIKE = 60.0

# The points of each thing in common, 100 in all.
_FAMILY, _GIVEN, _BIRTH, _CONTACT = 35.0, 20.0, 35.0, 10.0
# The least score for a common number that only one person should have: the rest may be a typing error.
_NUMBER = 85.0
# Names less alike than this count as different.
_NO_LIKENESS = 0.6
_CLOSE = 0.85


@dataclass(frozen=True)
class Traits:
    """What one record holds of a person. `families`, `givens`: birth and usual names. `numbers`: those that only one person
    should have (INS, NIR). `phones`: spaces and signs do not matter."""

    families: tuple[str, ...] = ()
    givens: tuple[str, ...] = ()
    birth_date: str = ""
    gender: str = ""
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """`score`: 0 to 100. `reasons`: codes of the catalogue, for and against."""

    score: float
    reasons: tuple[str, ...]


def score(first: Traits, second: Traits) -> Likeness:
    """Return how alike two records are; their order does not matter."""
    family, given_name = _compare_names(first, second)
    birth, reason = _compare_birth_dates(first.birth_date, second.birth_date)
    points = _FAMILY * family + _GIVEN * given_name + _BIRTH * birth
    reasons = [
        _choose_reason(family, "match-same-family", "match-close-family"),
        _choose_reason(given_name, "match-same-given", "match-close-given"),
    ]
    reasons.append(reason)
    if _have_common(map(_extract_digits, first.phones), map(_extract_digits, second.phones)):
        points += _CONTACT
        reasons.append("match-same-phone")
    if _have_common(first.numbers, second.numbers):
        points = max(points, _NUMBER)
        reasons.append("match-same-number")
    if _differ(first.gender, second.gender):
        points -= _CONTACT
        reasons.append("match-other-gender")
    return Likeness(round(min(100.0, max(0.0, points)), 1), tuple(reason for reason in reasons if reason))


def contradicts(first: Traits, second: Traits) -> bool:
    """Return whether they can hardly be the same person, even with a common number: another birth date, or no common name."""
    names = first.families and second.families and not _compare_names(first, second)[0]
    return bool(names) or _compare_birth_dates(first.birth_date, second.birth_date)[0] < 0


def _compare_names(first: Traits, second: Traits) -> tuple[float, float]:
    """Return the likeness of the family names and of the given names, 0 to 1, also when the two kinds are swapped."""
    straight = (
        _find_best_ratio(first.families, second.families),
        _find_best_ratio(first.givens, second.givens, of_several=True),
    )
    swapped = (_find_best_ratio(first.families, second.givens) + _find_best_ratio(first.givens, second.families)) / 2
    return max(straight, (swapped, swapped), key=lambda pair: _FAMILY * pair[0] + _GIVEN * pair[1])


def _find_best_ratio(names: Iterable[str], others: Iterable[str], of_several: bool = False) -> float:
    folded = [name for name in map(fold, others) if name]
    ratios = [_compare_words(name, other, of_several) for name in map(fold, names) if name for other in folded]
    return max(ratios, default=0.0)


def _compare_words(name: str, other: str, of_several: bool) -> float:
    """Return 1 for the same words in any order, less for other words. `of_several`: `Marie` is close to `Marie Jeanne`."""
    ratio = fuzz.token_sort_ratio(*sorted((name, other))) / 100
    if of_several and name.partition(" ")[0] == other.partition(" ")[0]:
        ratio = max(ratio, 0.9)
    return ratio if ratio >= _NO_LIKENESS else 0.0


def _compare_birth_dates(first: str, second: str) -> tuple[float, str]:
    """Return a likeness from 1 (the same) to −1 (another), and its reason. Unknown or partial dates weigh little."""
    if not first or not second:
        return 0.0, ""
    if first == second:
        return 1.0, "match-same-birth-date"
    if len(first) != 10 or len(second) != 10:
        shorter = min(len(first), len(second))
        close = first[:shorter] == second[:shorter]
        return (0.5, "match-close-birth-date") if close else (-1.0, "match-other-birth-date")
    parts, other_parts = first.split("-"), second.split("-")
    if parts[0] == other_parts[0] and parts[1:] == other_parts[:0:-1]:
        return 0.8, "match-swapped-birth-date"
    same = sum(part == other for part, other in zip(parts, other_parts, strict=True))
    return (0.5, "match-close-birth-date") if same == 2 else (-1.0, "match-other-birth-date")


def _choose_reason(likeness: float, same: str, close: str) -> str:
    return same if likeness == 1 else close if likeness >= _CLOSE else ""


def _extract_digits(phone: str) -> str:
    digits = "".join(filter(str.isdigit, phone))
    return "0" + digits[2:] if digits.startswith("33") and len(digits) == 11 else digits


def _have_common(values: Iterable[str], others: Iterable[str]) -> bool:
    return bool(({*values} & {*others}) - {""})


def _differ(gender: str, other: str) -> bool:
    return {gender, other} == {"male", "female"}
