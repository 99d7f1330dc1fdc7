"""References, and contained resources: each is pointed to from its container, and `#id` points to one of them.

https://hl7.org/fhir/R4/references.html#contained and the invariants dom-2 to dom-5 and ref-1.
"""

from __future__ import annotations

from typing import Any

from hub.conformance.r4 import references
from hub.conformance.r4.problems import ElementPath, Problems

_META = (("versionId", "r4-dom-4"), ("lastUpdated", "r4-dom-4"), ("security", "r4-dom-5"))


class Containment:
    """The local references and contained resources that one walk meets; `judge` when it is over."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.inside: int | None = None  # the rank of the contained resource that the walk is in
        self._contained: dict[int, tuple[str, str, ElementPath]] = {}  # rank → "#id", type, place
        self._local: list[tuple[str, frozenset[str], ElementPath]] = []
        self._upward: set[int | None] = set()  # contained resources that point to their container, `#`

    def enter(self, rank: int, name: str, item: dict[str, Any], place: ElementPath) -> None:
        """The walk goes into a contained resource; its end sets `inside` to None."""
        self.inside = rank
        self._contained[rank] = (f"#{item.get('id')}", name, place)
        meta = item.get("meta")
        if isinstance(meta, dict):
            for key, rule in _META:
                if key in meta:
                    self.problems.add(rule, (place, "meta"))

    def reference(self, reference: Any, targets: frozenset[str], place: ElementPath) -> None:
        """A Reference's text, or a canonical that begins with `#`; one that is no text is told elsewhere."""
        if type(reference) is not str:
            return
        if reference == "#" and self.inside is not None:
            self._upward.add(self.inside)
        elif reference.startswith("#"):
            self._local.append((reference, targets, place))
        else:
            fault = references.find_fault(reference, targets)
            if fault:
                self.problems.add(fault, place)

    def judge(self) -> None:
        """ref-1: "reference.startsWith('#').not() or (reference.substring(1) in %rootResource.contained.id)"; dom-3."""
        if not self._local and not self._contained:
            return
        types = {local: name for local, name, _ in self._contained.values()}
        for reference, targets, place in self._local:
            if reference not in types:
                self.problems.add("r4-ref-1", place)
            elif targets and types[reference] not in targets:
                self.problems.add("reference-target", place)
        named = {reference for reference, _, _ in self._local}
        for rank, (local, _, place) in self._contained.items():
            if rank not in self._upward and local not in named:
                self.problems.add("r4-dom-3", place)
