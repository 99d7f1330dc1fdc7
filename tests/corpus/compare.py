"""Two recordings, entry by entry."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SHOWN = 400  # characters of a value that differs
_ALIAS = re.compile(r"\bAS (?:NOT MATERIALIZED |MATERIALIZED )?(\w+)|\b(\w+) AS \(")


def compare(first: Path, second: Path, ignored: Collection[str] = ()) -> list[str]:
    """A line or more for each difference; none when the recordings are the same.

    Two statements are the same when their texts are, but for the names of aliases. `ignored`: fields that may differ, each as
    `kind.field`, such as `command.body`."""
    before, after = (_without(ignored, read(path)) for path in (first, second))
    texts = (_texts(before), _texts(after))
    kept = [{name: entry for name, entry in entries.items() if entry["kind"] != "sql"} for entries in (before, after)]
    return [line for name in _names(*kept) for line in _differences(name, kept[0].get(name), kept[1].get(name), texts)]


def read(path: Path) -> dict[str, Json]:
    """Name → entry."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        entries = list(map(json.loads, lines))
    return {entry["name"]: entry for entry in entries}


def _without(ignored: Collection[str], entries: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: {key: value for key, value in entry.items() if f"{entry['kind']}.{key}" not in ignored}
        for name, entry in entries.items()
    }


def without_aliases(text: str) -> str:
    """`text` with its aliases numbered in the order in which they appear."""
    names: dict[str, str] = {}
    for match in _ALIAS.finditer(text):
        names.setdefault(match[1] or match[2], f"alias{len(names) + 1}")
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)


def _texts(entries: Mapping[str, Json]) -> dict[str, str]:
    return {name: entry["text"] for name, entry in entries.items() if entry["kind"] == "sql"}


def _names(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    return [*before, *(name for name in after if name not in before)]


def _differences(
    name: str, before: Json | None, after: Json | None, texts: tuple[dict[str, str], dict[str, str]]
) -> Iterator[str]:
    if before is None or after is None:
        entry = before or after or {}
        yield f"{name}: only in the {'second' if before is None else 'first'} ({entry.get('asked', entry['kind'])})"
        return
    for key in [*before, *(key for key in after if key not in before)]:
        if key == "statements":
            yield from _of_statements(name, before, after, texts)
        elif before.get(key) != after.get(key):
            yield f"{name}: {key} ({before.get('asked', before['kind'])})"
            yield from _shown(before.get(key), after.get(key))


def _of_statements(name: str, before: Json, after: Json, texts: tuple[dict[str, str], dict[str, str]]) -> Iterator[str]:
    first, second = (
        [
            f"{without_aliases(of[key])}  values {values}, {rows} rows"
            for key, values, rows in entry.get("statements", ())
        ]
        for entry, of in zip((before, after), texts, strict=True)
    )
    if first == second:
        return
    counts = [
        (len(lines), sum(rows for *_, rows in entry.get("statements", ())))
        for lines, entry in zip((first, second), (before, after), strict=True)
    ]
    changes = f"{counts[0][0]} statements, {counts[0][1]} rows → {counts[1][0]}, {counts[1][1]}"
    yield f"{name}: {changes} ({before.get('asked', before['kind'])})"
    for line in difflib.unified_diff(first, second, lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield f"    {line[: 2 * _SHOWN]}"


def _shown(before: Any, after: Any) -> Iterator[str]:
    """Both values from a little before the place where they part."""
    first, second = (json.dumps(value, ensure_ascii=False) for value in (before, after))
    parts = next((at for at, (left, right) in enumerate(zip(first, second, strict=False)) if left != right), 0)
    begin = max(0, parts - 60)
    for sign, text in (("-", first), ("+", second)):
        yield f"    {sign} {'…' if begin else ''}{text[begin : begin + _SHOWN]}"
