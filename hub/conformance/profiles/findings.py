"""One resource against the rules of one profile: every finding with its path, never a value.

Pure and bounded: references are checked by their text and never followed (`docs/leaks.md` L83), and the work for one resource
has a limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.conformance.profiles import fhirpath, value_sets
from hub.conformance.profiles.definitions import Discriminator, ElementRule, PathStep, Profile
from hub.conformance.r4.references import get_target_type
from hub.domain.errors import Problem

Json = dict[str, Any]
Node = tuple[Any, str]  # a value and its path

MAX_OBJECTS = 2000  # of a resource: a larger one is reported as too costly and not checked


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or a hint. `severity` and `kind` are FHIR's (IssueSeverity, IssueType); `rule` and `words`: the
    key of a profile's constraint and its human description."""

    severity: str
    kind: str
    problem: Problem
    rule: str = ""
    words: str = ""


def check_profile(resource: Json, profile: Profile, path: str = "") -> Iterator[Finding]:
    """Yield what in `resource` (valid R4 of the profile's type, or an Extension at `path`) is against `profile`."""
    if sum(1 for _ in walk_objects(resource, "")) > MAX_OBJECTS:
        yield Finding("error", "too-costly", Problem("profile-too-large", path or profile.type))
        return
    for rule in profile.rules:
        yield from _check_rule(resource, rule, path or profile.type)


def walk_objects(value: Any, path: str) -> Iterator[tuple[Json, str]]:
    """Yield `value` and every object under it, with its path."""
    pending = [(value, path)]
    while pending:
        item, where = pending.pop()
        if isinstance(item, list):
            pending += [(inner, f"{where}[{rank}]") for rank, inner in reversed(list(enumerate(item)))]
        elif isinstance(item, dict):
            yield item, where
            pending += [(inner, f"{where}.{name}") for name, inner in reversed(item.items())]


def _check_rule(resource: Json, rule: ElementRule, path: str) -> Iterator[Finding]:
    parents: list[Node] = [(resource, path)]
    for step in rule.steps[:-1]:
        parents = [child for value, where in parents for child in _list_children(value, step, where)]
    nodes = parents
    if rule.steps:
        nodes = []
        for value, where in parents:
            children = list(_list_children(value, rule.steps[-1], where))
            yield from _check_count(len(children), rule, f"{where}.{rule.steps[-1].name}")
            nodes += children
    for value, where in nodes:
        yield from _check_value(value, where, rule, resource)


def _check_count(count: int, rule: ElementRule, where: str) -> Iterator[Finding]:
    if count < rule.least:
        yield Finding("error", "required", Problem("profile-least", where))
    if count > rule.most:
        yield Finding("error", "structure", Problem("profile-most", where))


def _check_value(value: Any, where: str, rule: ElementRule, root: Json) -> Iterator[Finding]:
    if value is None:  # a primitive with extensions alone: nothing to compare
        return
    if rule.pattern is not None and not (value == rule.pattern if rule.exact else _fits(value, rule.pattern)):
        yield Finding("error", "value", Problem("profile-value", where))
    if rule.kinds and not where.endswith(tuple(kind[0].upper() + kind[1:] for kind in rule.kinds)):
        yield Finding("error", "structure", Problem("profile-type", where))
    if rule.targets and not _may_point(value, rule.targets):
        yield Finding("error", "value", Problem("profile-target", where))
    if rule.value_set and not value_sets.contains(rule.value_set, value):
        yield Finding("error", "code-invalid", Problem("profile-code", where))
    for key, severity, expression, human in rule.constraints:
        if not fhirpath.holds(expression, value, rule.path, root):
            yield Finding(severity, "invariant", Problem("profile-rule", where), key, human)


def _list_children(value: Any, step: PathStep, where: str) -> Iterator[Node]:
    if not isinstance(value, dict):
        return
    for key in _list_members(value, step.name):
        item = value.get(key)
        items = enumerate(item) if isinstance(item, list) else ((None, item),)
        for rank, inner in items:
            if all(_passes(inner, test) for test in step.discriminators):
                yield inner, f"{where}.{key}" if rank is None else f"{where}.{key}[{rank}]"


def _list_members(value: Json, name: str) -> list[str]:
    """Return the members that are the element `name`: `valueString` for `value[x]`, and `x` for `_x` alone, without a value."""
    if not name.endswith("[x]"):
        return [name] if name in value or f"_{name}" in value else []
    stem = name.removesuffix("[x]")
    keys = sorted({key.removeprefix("_") for key in value})
    return [key for key in keys if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()]


def _passes(item: Any, test: Discriminator) -> bool:
    for name in test.path:
        item = item.get(name) if isinstance(item, dict) else None
    return item is not None and _fits(item, test.pattern)


def _fits(value: Any, pattern: Any) -> bool:
    """https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_"""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and _fits(value[name], part) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_fits(item, part) for item in value) for part in pattern)
    return bool(value == pattern)


def _may_point(value: Any, targets: frozenset[str]) -> bool:
    """Return whether a Reference may point to one of `targets`; True when its text does not say its type (logical, local)."""
    kind = get_target_type(value.get("reference", "")) or value.get("type", "")
    return not kind or kind in targets
