"""Local references and contained resources: each of them is referred to, and `#id` refers to one of them.

https://hl7.org/fhir/R4/references.html#contained and the invariants dom-2 to dom-5 and ref-1.
"""

from __future__ import annotations

from typing import Any

from hub.conformance.r4 import references
from hub.conformance.r4.problems import ElementPath, Problems

_META = (("versionId", "r4-dom-4"), ("lastUpdated", "r4-dom-4"), ("security", "r4-dom-5"))


class Containment:
    """Collects the local references and contained resources that one walk meets; `check` when the walk is over."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.inside: int | None = None  # the index of the contained resource that the walk is in
        self._contained: dict[int, tuple[str, str, ElementPath]] = {}  # index → "#id", type, path
        self._local: list[tuple[str, frozenset[str], ElementPath]] = []
        self._upward: set[int | None] = set()  # contained resources that point to their container, `#`

    def enter(self, rank: int, name: str, item: dict[str, Any], path: ElementPath) -> None:
        """Note that the walk enters a contained resource. The walk sets `inside` to None when it leaves."""
        self.inside = rank
        self._contained[rank] = (f"#{item.get('id')}", name, path)
        meta = item.get("meta")
        if isinstance(meta, dict):
            for key, rule in _META:
                if key in meta:
                    self.problems.add(rule, (path, "meta"))

    def add_reference(self, reference: Any, targets: frozenset[str], path: ElementPath) -> None:
        """Note a Reference's text, or a canonical that begins with `#`. A value that is no text is reported elsewhere."""
        if type(reference) is not str:
            return
        if reference == "#" and self.inside is not None:
            self._upward.add(self.inside)
        elif reference.startswith("#"):
            self._local.append((reference, targets, path))
        else:
            fault = references.find_fault(reference, targets)
            if fault:
                self.problems.add(fault, path)

    def check(self) -> None:
        """Report what breaks ref-1, "reference.startsWith('#').not() or (reference.substring(1) in %rootResource.contained.id)",
        and dom-3."""
        if not self._local and not self._contained:
            return
        types = {local: name for local, name, _ in self._contained.values()}
        for reference, targets, path in self._local:
            if reference not in types:
                self.problems.add("r4-ref-1", path)
            elif targets and types[reference] not in targets:
                self.problems.add("reference-target", path)
        referred = {reference for reference, _, _ in self._local}
        for rank, (local, _, path) in self._contained.items():
            if rank not in self._upward and local not in referred:
                self.problems.add("r4-dom-3", path)
