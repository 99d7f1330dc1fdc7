"""The ledger of elements: where each element of a resource goes, and what of it nothing carries (`docs/ledger-fhir.md`).

`elements.toml` has one line an element. What the readers use is there with the element that it becomes; everything else becomes a
sentence of its own, `Encounter.priority urgence : programmé`, for whoever holds the intake Task. So nothing that a sender writes
is readable by nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from adapters.fhir.elements.leftovers import Leftover, list_leftovers
from adapters.fhir.elements.node import Node
from adapters.fhir.elements.shapes import get_choice_type, has_shape
from adapters.fhir.elements.words import NameReference, say

PAGE = Path(__file__).with_name("elements.toml")
NOTED_ON_THEMSELVES = frozenset(
    {"Condition", "AllergyIntolerance", "Procedure", "Observation"}
    | {"MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration"}
)
"""Resources that become one with notes: their readers add the sentences there."""
_LONGEST = 20_000  # characters of a value that is said in a note
_CONTENTS = frozenset({"data", "valueBase64Binary", "signature"})


@dataclass(frozen=True)
class Line:
    """One element. `to`: what it is read into, "" for a note; the rest as the head of `elements.toml` says."""

    name: str = ""
    to: str = ""
    carried: str = ""
    codes: tuple[str, ...] = ()
    answer: bool = False
    link: bool = False


@cache
def load_elements() -> Mapping[str, Mapping[str, Line]]:
    """Return resource type → element (a choice as `onset[x]`) → line."""
    page: dict[str, dict[str, Any]] = tomllib.loads(PAGE.read_text("utf-8"))
    return {kind: {name: _make_line(line) for name, line in lines.items()} for kind, lines in page.items()}


def find_line(kind: str, key: str) -> Line:
    """Return the line of an element as it is written in JSON; an empty one for an element that has none."""
    lines = load_elements().get(kind, {})
    if key in lines:
        return lines[key]
    return next((line for name, line in lines.items() if name.endswith("[x]") and _is_choice(name, key)), Line())


def open_resource(node: Node) -> Node:
    """Return the node of a resource, its links marked as known."""
    node.ignore(*(key for key in node.json if find_line(node.name, key).link))
    return node


def take_over(node: Node, kind: str = "") -> tuple[tuple[str, Any], ...]:
    """Return the elements that are taken over as they are written, as (name in the resource that they become, JSON), and mark
    them as read. `kind`: the resource whose lines say so, if it is not the node itself (a component is an Observation)."""
    elements: list[tuple[str, Any]] = []
    stems: set[str] = set()  # of a choice, which has one value
    for key in node.json:
        line, value = find_line(kind or node.name, key), node.json[key]
        stem = _get_stem(kind or node.name, key)
        if stem in stems:
            continue
        datatype = _find_datatype(kind or node.name, key, line)
        values = value if isinstance(value, list) else [value]
        if datatype and values and all(has_shape(item, datatype) and _has_code(item, line) for item in values):
            node.raw(key)
            stems.add(stem)
            elements.append((line.to.partition(".")[2].replace("[x]", key[len(stem) :]), value))
            if f"_{key}" not in node.json:
                _mark_read(node, key)
    return tuple(elements)


def list_remarks(node: Node, place: str, name_reference: NameReference) -> tuple[str, ...]:
    """Return one sentence for each element of a resource that was not read. `place`: what the resource is called in them. What is
    kept in the message alone is a warning of the reading."""
    sentences: list[str] = []
    for leftover in list_leftovers(node):
        line = find_line(node.name, leftover.element)
        if line.answer or _is_content(leftover):
            node.reading.warn("kept-in-message", leftover.where)
            continue
        if leftover.path == "text" and isinstance(leftover.value, dict):
            sentences += _say_narrative(leftover, place, name_reference)
        elif words := say(leftover.value, name_reference):
            sentences += [_write_sentence(leftover, line, place, words)]
    return tuple(sentences)


def _write_sentence(leftover: Leftover, line: Line, place: str, words: str) -> str:
    name = f" {line.name}" if line.name else ""
    separator = "" if leftover.path.startswith(":") else "."
    return f"{place}{separator}{leftover.path}{name} : {words}"


def _say_narrative(leftover: Leftover, place: str, name_reference: NameReference) -> Iterator[str]:
    """Yield the narrative of a resource, unless it was made from the elements."""
    if leftover.value.get("status") != "generated" and (words := say(leftover.value.get("div"), name_reference)):
        yield f"{place}.text texte : {words}"


def _is_content(leftover: Leftover) -> bool:
    """Return whether a leftover holds bytes, or more than people read in a note."""
    return _holds_content(leftover.value) or leftover.path.rpartition(".")[2] in _CONTENTS


def _holds_content(value: Any) -> bool:
    if isinstance(value, dict):
        return any(
            (key in _CONTENTS and isinstance(inner, str)) or _holds_content(inner) for key, inner in value.items()
        )
    if isinstance(value, list):
        return any(map(_holds_content, value))
    return isinstance(value, str) and len(value) > _LONGEST


def _has_code(value: Any, line: Line) -> bool:
    """Return whether a value has one of the codes that the line allows, if it names any."""
    if not line.codes:
        return True
    codes = [coding.get("code") for coding in value.get("coding", ())] if isinstance(value, dict) else [value]
    return bool(codes) and codes[0] in line.codes


def _mark_read(node: Node, key: str) -> None:
    """Mark what is inside an element as read."""
    value = node.json[key]
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            inner = node.reading.node(item, f"{node.where}.{key}", f"{node.name}.{key}")
            for name in item:
                inner.raw(name)
                _mark_read(inner, name)


def _find_datatype(kind: str, key: str, line: Line) -> str:
    if line.carried != "choice":
        return line.carried
    return get_choice_type(_get_stem(kind, key), key)


def _get_stem(kind: str, key: str) -> str:
    """Return the name of the choice that the element is one of, without `[x]`; the element itself if it is none."""
    lines = load_elements().get(kind, {})
    return next((name[:-3] for name in lines if name.endswith("[x]") and _is_choice(name, key)), key)


def _is_choice(name: str, key: str) -> bool:
    stem = name.removesuffix("[x]")
    return key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()


def _make_line(line: str | dict[str, Any]) -> Line:
    if isinstance(line, str):
        return Line(line)
    return Line(**{**line, "codes": tuple(line.get("codes", ()))})
