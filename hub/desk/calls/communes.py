"""The communes of France, by name or postal code: what somebody says on the telephone → a commune.

`communes.tsv.gz` is written by `hub/desk/tools/communes.py`. It is kept as one text and searched by line, which takes
a fifth of the memory of 35 000 objects.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.domain.normalization.folding import fold

FILE = Path(__file__).with_name("communes.tsv.gz")
MOST = 8
_POSTAL_CODE = re.compile(r"\d{5}", re.ASCII)
_SHORTENED = (("st ", "saint "), ("ste ", "sainte "))


@dataclass(frozen=True)
class Commune:
    """`insee`: its code in INSEE's Code officiel géographique. `postal_codes`: one at least."""

    name: str
    insee: str
    postal_codes: tuple[str, ...]


def find_communes(typed: str) -> list[Commune]:
    """Return at most eight communes for what was typed: a postal code, a name or its beginning, or both.

    A whole name comes before those that only begin so; `St` is read as `Saint`."""
    postal_code, words = find_postal_code(typed)
    name = _expand(fold(words))
    if not postal_code and len(name) < 2:
        return []
    communes = _search(
        rf"{re.escape(name)}[^\t]*\t[^\t]*\t[^\t]*\t[^\n]*{postal_code}" if name else _end_with(postal_code)
    )
    return sorted(communes, key=lambda commune: (fold(commune.name) != name, fold(commune.name)))[:MOST]


def get_only_commune(typed: str) -> Commune | None:
    """Return the one commune that was typed: the only one, or the only one of exactly this name; else None."""
    communes = find_communes(typed)
    name = _expand(fold(find_postal_code(typed)[1]))
    exact = [commune for commune in communes if fold(commune.name) == name]
    certain = exact or communes
    return certain[0] if len(certain) == 1 else None


def find_postal_code(typed: str) -> tuple[str, str]:
    """Return the postal code in what was typed, "" for none, and the rest."""
    postal_code = next(iter(_POSTAL_CODE.findall(typed)), "")
    return postal_code, " ".join(_POSTAL_CODE.sub(" ", typed).split())


def _end_with(postal_code: str) -> str:
    return rf"[^\n]*\t[^\t\n]*{postal_code}"


def _expand(name: str) -> str:
    padded = f" {name} "
    for short, full in _SHORTENED:
        padded = padded.replace(f" {short}", f" {full}")
    return " ".join(padded.split())


def _search(pattern: str) -> list[Commune]:
    lines = re.finditer(rf"^{pattern}[^\n]*$", _load(), re.MULTILINE)
    return [_parse(line[0]) for line in lines]


def _parse(line: str) -> Commune:
    _, name, insee, postal_codes = line.split("\t")
    return Commune(name, insee, tuple(postal_codes.split()))


@cache
def _load() -> str:
    return gzip.decompress(FILE.read_bytes()).decode()
