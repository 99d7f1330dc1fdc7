"""The items of an element with their ids and extensions, which JSON has in another property.

https://hl7.org/fhir/R4/json.html#primitive: a primitive is in `birthDate`, its id and extensions in `_birthDate`; a list has
two arrays of the same length. A change of one must change the other.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, NamedTuple


class Item(NamedTuple):
    """`extra`: the object in the property with the underscore, or None."""

    value: Any
    extra: Any = None


def list_items(owner: dict[str, Any], name: str) -> list[Item]:
    """Return the items of the element `name` of `owner`, which may be a list or not."""
    values, extras = (_make_list(owner.get(key)) for key in (name, f"_{name}"))
    return [Item(*pair) for pair in zip_longest(values, extras)]


def set_items(owner: dict[str, Any], name: str, items: list[Item], *, many: bool) -> None:
    """Make `items` the element `name` of `owner`; without items the element is removed."""
    for key, values in ((name, [item.value for item in items]), (f"_{name}", [item.extra for item in items])):
        owner.pop(key, None)
        if any(value is not None for value in values):
            owner[key] = values if many else values[0]


def _make_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
