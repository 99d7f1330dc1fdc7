"""One condition of a question: on the resource itself, at the end of a chain, or of what points to it (`_has`).

https://hl7.org/fhir/R4/search.html#chaining, #has. Pure.
"""

from __future__ import annotations

from hub.domain.errors import Invalid, Problem
from hub.record.search.index.parameter import targets_of
from hub.record.search.index.parameters import COMMON, JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.query import Asked, Chain, Has, SearchCondition
from hub.record.search.query.values import composite_of, condition_of, modifiers_of

CHAIN_HOPS, HAS_HOPS = 2, 2


def read_condition(resource_type: str, name: str, value: str, depth: int = 0) -> Asked:
    """What `name` and `value` ask of a resource of the type, `depth` hops from the one that is searched.

    Invalid `parameter-unknown`, `modifier-unknown` or `parameter-value` for what is not declared, `chain-too-long`."""
    if name.startswith("_has:"):
        return _has(name, value, depth)
    head, dot, rest = name.partition(".")
    if dot:
        return _chain(resource_type, head, rest, value, depth)
    base, _, modifier = name.partition(":")
    if base in COMMON:
        return _common(base, modifier, value)
    parameter = PARAMETERS[resource_type].get(base)
    if parameter is None:
        raise Invalid(Problem("parameter-unknown", _shown(base)))
    if modifier and modifier not in modifiers_of(resource_type, parameter):
        raise Invalid(Problem("modifier-unknown", _shown(base)))
    if parameter.kind == "composite":
        return composite_of(resource_type, parameter, value)
    return condition_of(base, modifier, value, parameter)


def _common(name: str, modifier: str, value: str) -> SearchCondition:
    offered = {"_tag": ("not", "missing"), "_security": ("not", "missing"), "_profile": ("missing",)}
    if modifier and modifier not in offered.get(name, ()):
        raise Invalid(Problem("modifier-unknown" if name in offered else "parameter-unknown", name))
    return condition_of(name, modifier, value, None)


def _chain(resource_type: str, head: str, rest: str, value: str, depth: int) -> Chain:
    if depth >= CHAIN_HOPS:
        raise Invalid(Problem("chain-too-long", _shown(head)))
    name, _, target = head.partition(":")
    via = PARAMETERS[resource_type].get(name)
    if via is None or not via.of_reference:
        raise Invalid(Problem("parameter-unknown", _shown(name)))
    targets = targets_of(resource_type, via)
    # Without a type, only where there is no doubt which one is meant.
    target = target or (targets[0] if len(targets) == 1 else "")
    if target not in targets or JOURNAL_TYPES & {resource_type, target}:
        raise Invalid(Problem("parameter-unknown", _shown(name)))
    return Chain(via, target, read_condition(target, rest, value, depth + 1))


def _has(name: str, value: str, depth: int) -> Has:
    if depth >= HAS_HOPS:
        raise Invalid(Problem("chain-too-long", "_has"))
    words = name.split(":", 3)
    if len(words) < 4 or words[1] not in PARAMETERS or words[1] in JOURNAL_TYPES:
        raise Invalid(Problem("parameter-unknown", "_has"))
    _, source, via_name, rest = words
    via = PARAMETERS[source].get(via_name)
    if via is None or not via.of_reference:
        raise Invalid(Problem("parameter-unknown", "_has"))
    return Has(source, via, read_condition(source, rest, value, depth + 1))


def _shown(name: str) -> str:
    """A parameter's name as an error may repeat it: the caller's own word, cut and harmless."""
    return "".join(char for char in name if char.isalnum() or char in "-_:.")[:64]
