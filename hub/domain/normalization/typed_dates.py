"""Dates as people type them while they listen: `12031938`, `12/3/38`, `mars 1938`, `1938`. Pure."""

from __future__ import annotations

from datetime import date

from hub.domain.normalization.folding import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "jan", "january"), ("fevrier", "fevr", "fev", "february", "feb"),
            ("mars", "mar", "march"), ("avril", "avr", "april", "apr"), ("mai", "may"), ("juin", "june", "jun"),
            ("juillet", "juil", "july", "jul"), ("aout", "august", "aug"), ("septembre", "sept", "september", "sep"),
            ("octobre", "oct", "october"), ("novembre", "nov", "november"), ("decembre", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_OLDEST = 110


def parse_birth_date(typed: str, today: date) -> str:
    """Return a birth date as FHIR writes it: `1938-03-12`, `1938-03`, or `1938`. "" where nothing was typed.

    A year of two digits is one of the last 110 years, the older where two are. Raises ValueError for what is no date, and for
    a day that has not come yet or is more than 130 years ago."""
    words = ["1" if word == "1er" else word for word in fold(typed).split()]
    if not words:
        return ""
    year, month, day = _split(words, today)
    born = date(year, month or 1, day or 1)
    if born > today or year < today.year - 130:
        raise ValueError(typed)
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}" if month else f"{year:04}"


def parse_day(typed: str) -> str:
    """Return a whole day of this century as FHIR writes it: `14/12/2026`, `14 déc. 26`. Raises ValueError for anything else."""
    words = fold(typed).split()
    year, month, day = _split(words, date(2099, 12, 31))
    return date(year, month, day).isoformat()


def get_age(birth_date: str, today: date) -> int | None:
    """Return the age in years of who was born on a FHIR date, None for a date that does not say it to the year."""
    if len(birth_date) < 4:
        return None
    year, month, day = (int(part) for part in f"{birth_date}-01-01"[:10].split("-"))
    return today.year - year - ((today.month, today.day) < (month, day))


def _split(words: list[str], today: date) -> tuple[int, int, int]:
    """Return year, month and day, 0 for what was not typed."""
    if len(words) == 1 and words[0].isdigit():
        words = _cut(words[0])
    if not all(word.isdigit() or word in _MONTHS for word in words):
        raise ValueError(words)
    if len(words) > 1 and len(words[0]) == 4 and words[0].isdigit():
        words = words[::-1]
    numbers = [_MONTHS.get(word) or int(word) for word in words]
    if len(numbers) > 3 or (len(words[-1]) not in (2, 4)):
        raise ValueError(words)
    year = _complete_year(numbers[-1], today) if len(words[-1]) == 2 else numbers[-1]
    month = numbers[-2] if len(numbers) > 1 else 0
    day = numbers[-3] if len(numbers) > 2 else 0
    if (len(numbers) > 1 and not month) or (len(numbers) > 2 and not day):
        raise ValueError(words)
    return year, month, day


def _cut(digits: str) -> list[str]:
    """Return the parts of a date without separators: `12031938`, `120338`, `1938`."""
    if len(digits) not in (4, 6, 8):
        raise ValueError(digits)
    return [digits] if len(digits) == 4 else [digits[:2], digits[2:4], digits[4:]]


def _complete_year(two_digits: int, today: date) -> int:
    latest = today.year - (today.year - two_digits) % 100
    return latest - 100 if today.year - (latest - 100) <= _OLDEST else latest
