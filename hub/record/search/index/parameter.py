"""A declared search parameter: its kind, and the paths of its values in the resource.

A path is dotted, without the type: `provision.actor.reference`. A first step that ends in `[x]` stands for the choice types that
the kind can index; `telecom.phone` selects the contacts of that system; `*` at the end is every text of a name or an address;
`->Patient` keeps only the references to that type; `|` separates several paths. For a composite, the path is the names of its
components, joined by `$`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cache, cached_property
from typing import NamedTuple

from hub.domain.resource_types import TYPES
from hub.fhir import get_structure

# The types of `[x]` that are indexed, by kind.
CHOICES = {"date": ("DateTime", "Period", "Instant", "Timing")}


class Path(NamedTuple):
    """`element`: of the top level; its index rows have the places of that element. `steps`: the path below it. `only`: the type
    of the references that are indexed, or ""."""

    element: str
    steps: tuple[str, ...]
    only: str


@dataclass(frozen=True)
class Parameter:
    """A search parameter. `kind`: token, reference, canonical, string, date, quantity, uri or composite."""

    name: str
    kind: str
    path: str

    @property
    def type(self) -> str:
        """The name of the kind in R4 (https://hl7.org/fhir/R4/search.html#ptypes)."""
        return "reference" if self.kind == "canonical" else self.kind

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The paths of its values; none for a composite."""
        if self.kind == "composite":
            return ()
        paths = []
        for alternative in self.path.split("|"):
            dotted, _, only = alternative.partition("->")
            first, *steps = dotted.split(".")
            stem = first.removesuffix("[x]")
            names = [stem + choice for choice in CHOICES[self.kind]] if stem != first else [first]
            paths += [Path(name, tuple(steps), only) for name in names]
        return tuple(paths)

    @property
    def zone(self) -> tzinfo | None:
        """The zone of the dates of this parameter: None, the territory's; UTC for a birth date, which is no moment and the
        same date everywhere: what is stored and what is searched for agree whatever the zone is."""
        return UTC if self.name == "birthdate" else None

    @property
    def is_contact(self) -> bool:
        """Whether its values are of contact points, whose case does not count: R4 lets the server choose how to compare them
        (https://hl7.org/fhir/R4/search.html#token)."""
        return self.name in ("email", "phone", "telecom")

    @property
    def components(self) -> tuple[str, ...]:
        """The names of the components of a composite; none for other kinds."""
        return tuple(self.path.split("$")) if self.kind == "composite" else ()

    @property
    def of_reference(self) -> bool:
        """Whether its values are literal references, which chains, `_has` and includes follow."""
        return self.kind == "reference"


@cache
def list_targets(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """Return the stored types that a reference parameter may point to, sorted."""
    types: set[str] = set()
    for path in parameter.paths:
        kind, targets = resource_type, frozenset[str]()
        for step in (path.element, *path.steps):
            element = get_structure(kind).elements[step]
            kind, targets = element.kind, element.targets
        types |= {path.only} if path.only else targets & TYPES if targets else TYPES
    return tuple(sorted(types))
