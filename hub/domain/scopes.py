"""SMART v2 scopes: what they allow, and which of two allows more (SMART App Launch 2.2, "Scopes"; `docs/security.md` §1.2).

    scope = level "/" type "." perms [ "?" name "=" value *( "&" name "=" value ) ]

A scope only narrows what a role allows. A scope that cannot be read is refused whole, because dropping the part that is not
understood would widen the rest (SC-2, `docs/leaks.md` L122).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from hub.domain.errors import Invalid
from hub.domain.resource_types import TYPES

# Closed: `*` means these and no other (`docs/leaks.md` L125). `Bundle.c` is intake and transactions.
SCOPE_TYPES = TYPES | {"Bundle"}
CONSTRAINTS = frozenset({"category", "code", "status", "type", "_security"})
MAX_SCOPES = 128
MAX_CONSTRAINTS = 8

# SMART requires the letters in the order of `cruds`. This one other spelling is in partners' registrations and keeps working;
# it means what its letters mean.
_ALSO_SPELLED = {"rsu": "rus"}
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_CHARACTERS = re.compile(r"[!#-\[\]-~]+", re.ASCII)  # RFC 6749 §3.3, scope-token
_SCOPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]{1,63})\."
    r"(?:(?P<v1>read|write|\*)|(?P<also>rsu)|(?=[cruds])(?P<letters>c?r?u?d?s?)(?:\?(?P<query>.+))?)",
    re.ASCII,
)
_CONSTRAINT = re.compile(r"(?P<name>[a-z_]+)=[^&=?]+", re.ASCII)


@dataclass(frozen=True)
class Scope:
    """One scope. `letters`: some of `cruds`, in that order. `constraints`: sorted `name=value`, all of which hold.
    `spelling`: as its sender wrote it; v1 syntax and `rsu` keep it in answers (SC-4). `str()` is the canonical v2 form."""

    level: str
    type: str
    letters: str
    constraints: tuple[str, ...] = ()
    spelling: str = field(default="", compare=False)

    def __str__(self) -> str:
        query = "?" + "&".join(self.constraints) if self.constraints else ""
        return f"{self.level}/{self.type}.{self.letters}{query}"


def parse(text: str) -> tuple[Scope, ...]:
    """Return the scopes of `text`, which are separated by a space, each once. Invalid: `scope-missing` or `scope-unknown`."""
    if not text:
        raise Invalid("scope-missing")
    tokens = text.split(" ")
    if len(tokens) > MAX_SCOPES:
        raise Invalid("scope-unknown")
    return tuple(dict.fromkeys(_parse_token(token) for token in tokens))


@lru_cache(maxsize=4096)
def _parse_token(token: str) -> Scope:
    match = _SCOPE.fullmatch(token) if _CHARACTERS.fullmatch(token) else None
    if match is None or not (match["type"] == "*" or match["type"] in SCOPE_TYPES):
        raise Invalid("scope-unknown")
    letters = match["letters"] or _V1.get(match["v1"] or "") or _ALSO_SPELLED[match["also"]]
    return Scope(match["level"], match["type"], letters, _parse_constraints(match["query"]), token)


def _parse_constraints(query: str | None) -> tuple[str, ...]:
    parts = query.split("&") if query else []
    for part in parts:
        match = _CONSTRAINT.fullmatch(part)
        if match is None or match["name"] not in CONSTRAINTS:
            raise Invalid("scope-unknown")
    if len(parts) > MAX_CONSTRAINTS:
        raise Invalid("scope-unknown")
    return tuple(sorted(set(parts)))


def covers(granted: Iterable[str], resource_type: str, letter: str, level: str = "system") -> bool:
    """Return whether an actor with the canonical scopes `granted` may do `letter` on any resource of the type.

    A constrained scope does not count: it allows some resources, and only a row filter could limit it to those (RS-7).
    """
    return resource_type in SCOPE_TYPES and any(
        scope.level == level
        and letter in scope.letters
        and scope.type in ("*", resource_type)
        and not scope.constraints
        for scope in map(_parse_token, granted)
    )


def is_inside(requested: Scope, granted: Iterable[Scope]) -> bool:
    """Return whether one scope of `granted` that constrains no more covers each letter of `requested` (SC-3)."""
    wide = [
        scope
        for scope in granted
        if scope.level == requested.level
        and scope.type in ("*", requested.type)
        and set(scope.constraints) <= set(requested.constraints)
    ]
    return all(any(letter in scope.letters for scope in wide) for letter in requested.letters)


def intersect(first: Scope, second: Scope) -> Scope | None:
    """Return what both allow: the narrower type, the common letters, the constraints of both; None when that is nothing."""
    types = {first.type, second.type} - {"*"}
    letters = "".join(letter for letter in first.letters if letter in second.letters)
    constraints = tuple(sorted({*first.constraints, *second.constraints}))
    if first.level != second.level or len(types) > 1 or not letters or len(constraints) > MAX_CONSTRAINTS:
        return None
    return Scope(first.level, types.pop() if types else "*", letters, constraints)
