"""Contained resources and what points to them: groups, so that no slice points at what it lacks (`docs/parts.md` 10). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from hub.slices.parts.part import Part


def group_by_references(
    values: Sequence[object], contained: Sequence[Mapping[str, Any]]
) -> list[tuple[list[int], list[int]]]:
    """Return the groups that local references make of `values`, the elements and items of a resource, and of its `contained`
    resources, as (indexes of values, indexes of contained resources).

    Two are in one group if one points to the other, or both to a third. A value that points to nothing inside is in no group; a
    contained resource to which nothing points makes one of its own."""
    names = [f"#{inner.get('id', '')}" for inner in contained]
    leaders = {name: name for name in names}

    def lead(name: str) -> str:
        while leaders[name] != name:
            name = leaders[name]
        return name

    pointed = [sorted(_list_local_references(value, leaders.keys())) for value in values]
    for name, inner in zip(names, contained, strict=True):
        pointed.append([name, *sorted(_list_local_references(inner, leaders.keys()))])
    for first, *others in filter(None, pointed):
        for other in others:
            leaders[lead(other)] = lead(first)
    groups: dict[str, tuple[list[int], list[int]]] = {lead(name): ([], []) for name in names}
    for index, references in enumerate(pointed[: len(values)]):
        if references:
            groups[lead(references[0])][0].append(index)
    for index, name in enumerate(names):
        groups[lead(name)][1].append(index)
    return list(groups.values())


def rename_ids(part: Part, reserved_ids: Collection[str]) -> Part:
    """Return `part` with new ids for its contained resources whose ids are in `reserved_ids`, also in the references to them.

    A writer may choose an id that a contained resource already has which it does not see; without this the two would be
    confused."""
    ids = [str(inner.get("id", "")) for _, inner in part.ranked.get("contained", ())]
    names = {key: next(_list_free_ids(key, {*reserved_ids, *ids})) for key in ids if key in reserved_ids}
    if not names:
        return part
    references = {f"#{old}": f"#{new}" for old, new in names.items()}
    ranked = {path: [(rank, _rename(item, references)) for rank, item in items] for path, items in part.ranked.items()}
    contained = [(rank, inner | {"id": names.get(inner["id"], inner["id"])}) for rank, inner in ranked["contained"]]
    return replace(part, members=_rename(part.members, references), ranked=ranked | {"contained": contained})


def _list_free_ids(key: str, reserved_ids: Collection[str]) -> Iterator[str]:
    yield from (name for number in count(2) if (name := f"{key[:56]}-{number}") not in reserved_ids)


def _rename(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {name: _rename(inner, names) for name, inner in value.items()}
    return [_rename(inner, names) for inner in value] if isinstance(value, list) else value


def _list_local_references(value: object, names: Iterable[str]) -> set[str]:
    if isinstance(value, str):
        return {value} & set(names)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for each in inner for name in _list_local_references(each, names)}
