"""One condition of a question: on the resource itself, at the end of a chain, or of what points to it (`_read_has`).

https://hl7.org/fhir/R4/search.html#chaining, #has. Pure.
"""

from __future__ import annotations

from hub.domain.errors import Invalid, Problem
from hub.record.search.index.parameter import list_targets
from hub.record.search.index.parameters import COMMON, JOURNAL_TYPES, PARAMETERS
from hub.record.search.query.query import Chain, Condition, Has, SearchCondition
from hub.record.search.query.values import list_modifiers, read_composite, read_values

CHAIN_HOPS, HAS_HOPS = 2, 2


def read_condition(resource_type: str, name: str, value: str, depth: int = 0) -> Condition:
    """Read the parameter `name` with its `value` as a condition on the type, `depth` hops from the searched resource.

    Raises Invalid `parameter-unknown`, `modifier-unknown` or `parameter-value` for what is not declared; `chain-too-long`."""
    if name.startswith("_has:"):
        return _read_has(name, value, depth)
    head, dot, rest = name.partition(".")
    if dot:
        return _read_chain(resource_type, head, rest, value, depth)
    base, _, modifier = name.partition(":")
    if base in COMMON:
        return _read_common(base, modifier, value)
    parameter = PARAMETERS[resource_type].get(base)
    if parameter is None:
        raise Invalid(Problem("parameter-unknown", _clean_name(base)))
    if modifier and modifier not in list_modifiers(resource_type, parameter):
        raise Invalid(Problem("modifier-unknown", _clean_name(base)))
    if parameter.kind == "composite":
        return read_composite(resource_type, parameter, value)
    return read_values(base, modifier, value, parameter)


def _read_common(name: str, modifier: str, value: str) -> SearchCondition:
    offered = {"_tag": ("not", "missing"), "_security": ("not", "missing"), "_profile": ("missing",)}
    if modifier and modifier not in offered.get(name, ()):
        raise Invalid(Problem("modifier-unknown" if name in offered else "parameter-unknown", name))
    return read_values(name, modifier, value, None)


def _read_chain(resource_type: str, head: str, rest: str, value: str, depth: int) -> Chain:
    if depth >= CHAIN_HOPS:
        raise Invalid(Problem("chain-too-long", _clean_name(head)))
    name, _, target = head.partition(":")
    via = PARAMETERS[resource_type].get(name)
    if via is None or not via.of_reference:
        raise Invalid(Problem("parameter-unknown", _clean_name(name)))
    targets = list_targets(resource_type, via)
    # The type may be omitted where the parameter has only one target type.
    target = target or (targets[0] if len(targets) == 1 else "")
    if target not in targets or JOURNAL_TYPES & {resource_type, target}:
        raise Invalid(Problem("parameter-unknown", _clean_name(name)))
    return Chain(via, target, read_condition(target, rest, value, depth + 1))


def _read_has(name: str, value: str, depth: int) -> Has:
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


def _clean_name(name: str) -> str:
    """Return a parameter name of the client for an error: without special characters, at most 64 characters."""
    return "".join(char for char in name if char.isalnum() or char in "-_:.")[:64]
