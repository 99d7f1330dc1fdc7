"""The items of an element, each with what FHIR's JSON writes beside it (https://hl7.org/fhir/R4/json.html#primitive).

A primitive and the id or extensions of it stand in two properties, `birthDate` and `_birthDate`, and for a list in two
arrays of one length: whoever moves one moves both.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, NamedTuple


class Item(NamedTuple):
    """`beside`: the object in the property with the underscore, or None."""

    value: Any
    beside: Any = None


def items(owner: dict[str, Any], name: str) -> list[Item]:
    """What `owner` says under `name`, a list or not."""
    values, beside = (_listed(owner.get(key)) for key in (name, f"_{name}"))
    return [Item(*pair) for pair in zip_longest(values, beside)]


def keep(owner: dict[str, Any], name: str, found: list[Item], *, many: bool) -> None:
    """Let `owner` say `found` under `name`; nothing is left of an empty list."""
    for key, values in ((name, [item.value for item in found]), (f"_{name}", [item.beside for item in found])):
        owner.pop(key, None)
        if any(value is not None for value in values):
            owner[key] = values if many else values[0]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
