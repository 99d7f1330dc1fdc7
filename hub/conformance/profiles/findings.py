"""One resource against the rules of one profile: every finding, each with its place, never a value.

Pure and bounded: references are judged by their text and never followed (`docs/leaks.md` L83), and so much work is done for one
resource, no more.
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
Node = tuple[Any, str]  # a value and its place

MAX_OBJECTS = 2000  # in a resource that FHIRPath is to look through: beyond, that alone is said


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a word. `severity` and `kind` are FHIR's (IssueSeverity, IssueType); `rule` and
    `words`: the key of a profile's constraint, and what it asks in the profile's own words."""

    severity: str
    kind: str
    problem: Problem
    rule: str = ""
    words: str = ""


def check_profile(resource: Json, by: Profile, place: str = "") -> Iterator[Finding]:
    """What of `resource` (valid R4 of the profile's type, or an Extension standing at `place`) is against `by`."""
    if sum(1 for _ in walk_objects(resource, "")) > MAX_OBJECTS:
        yield Finding("error", "too-costly", Problem("profile-too-large", place or by.type))
        return
    for rule in by.rules:
        yield from _check_rule(resource, rule, place or by.type)


def walk_objects(value: Any, place: str) -> Iterator[tuple[Json, str]]:
    """`value` and every object under it, with its place."""
    pending = [(value, place)]
    while pending:
        item, where = pending.pop()
        if isinstance(item, list):
            pending += [(inner, f"{where}[{rank}]") for rank, inner in reversed(list(enumerate(item)))]
        elif isinstance(item, dict):
            yield item, where
            pending += [(inner, f"{where}.{name}") for name, inner in reversed(item.items())]


def _check_rule(resource: Json, rule: ElementRule, place: str) -> Iterator[Finding]:
    parents: list[Node] = [(resource, place)]
    for step in rule.steps[:-1]:
        parents = [child for value, where in parents for child in _list_children(value, step, where)]
    found = parents
    if rule.steps:
        found = []
        for value, where in parents:
            children = list(_list_children(value, rule.steps[-1], where))
            yield from _check_count(len(children), rule, f"{where}.{rule.steps[-1].name}")
            found += children
    for value, where in found:
        yield from _check_value(value, where, rule, resource)


def _check_count(count: int, rule: ElementRule, where: str) -> Iterator[Finding]:
    if count < rule.least:
        yield Finding("error", "required", Problem("profile-least", where))
    if count > rule.most:
        yield Finding("error", "structure", Problem("profile-most", where))


def _check_value(value: Any, where: str, rule: ElementRule, root: Json) -> Iterator[Finding]:
    if value is None:  # a primitive of which only extensions stand: nothing to compare
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
    """The members that are the element `name`: `value[x]` is any `valueString`, and `_x` alone is `x` without a value."""
    if not name.endswith("[x]"):
        return [name] if name in value or f"_{name}" in value else []
    stem = name.removesuffix("[x]")
    spelt = sorted({key.removeprefix("_") for key in value})
    return [key for key in spelt if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()]


def _passes(item: Any, test: Discriminator) -> bool:
    for name in test.path:
        item = item.get(name) if isinstance(item, dict) else None
    return item is not None and _fits(item, test.pattern)


def _fits(value: Any, pattern: Any) -> bool:
    """https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_"""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and _fits(value[name], said) for name, said in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_fits(item, said) for item in value) for said in pattern)
    return bool(value == pattern)


def _may_point(value: Any, targets: frozenset[str]) -> bool:
    """True also where the text does not tell: a logical reference without type, a local one."""
    kind = get_target_type(value.get("reference", "")) or value.get("type", "")
    return not kind or kind in targets
