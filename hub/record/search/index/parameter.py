"""What one declared search parameter is: its kind, and where in the resource its values stand.

A path is dotted, without the type: `provision.actor.reference`. A first step that ends in `[x]` takes the choice types that the
kind can index; `telecom.phone` are the contacts of that system; `*` at the end is every text of a name or an address;
`->Patient` keeps the references to that type; `|` joins several. A composite is the `$`-joined names of its components.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from hub.domain.resource_types import TYPES
from hub.fhir import get_structure

# What `[x]` takes, by kind.
CHOICES = {"date": ("DateTime", "Period", "Instant")}


class Path(NamedTuple):
    """`element`: of the top level, so its index rows stand in that element's places. `only`: the type that is kept, or ""."""

    element: str
    steps: tuple[str, ...]
    only: str


@dataclass(frozen=True)
class Parameter:
    """`kind`: token, reference, canonical, string, date, quantity, uri, composite."""

    name: str
    kind: str
    path: str

    @property
    def type(self) -> str:
        """The kind by its name in R4 (https://hl7.org/fhir/R4/search.html#ptypes)."""
        return "reference" if self.kind == "canonical" else self.kind

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Where its values stand; none for a composite."""
        if self.kind == "composite":
            return ()
        paths = []
        for written in self.path.split("|"):
            dotted, _, only = written.partition("->")
            first, *steps = dotted.split(".")
            stem = first.removesuffix("[x]")
            names = [stem + choice for choice in CHOICES[self.kind]] if stem != first else [first]
            paths += [Path(name, tuple(steps), only) for name in names]
        return tuple(paths)

    @property
    def components(self) -> tuple[str, ...]:
        """The names of the parameters that a composite is made of."""
        return tuple(self.path.split("$")) if self.kind == "composite" else ()

    @property
    def of_reference(self) -> bool:
        """Whether its values are literal references, which chains, `_has` and includes follow."""
        return self.kind == "reference"


@cache
def targets_of(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """The kept types that a reference parameter may lead to, in order."""
    types: set[str] = set()
    for path in parameter.paths:
        kind, targets = resource_type, frozenset[str]()
        for step in (path.element, *path.steps):
            element = get_structure(kind).elements[step]
            kind, targets = element.kind, element.targets
        types |= {path.only} if path.only else targets & TYPES if targets else TYPES
    return tuple(sorted(types))
