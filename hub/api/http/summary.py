"""`_summary` and `_elements`: https://hl7.org/fhir/R4/search.html#summary, #elements.

They are applied to the slice, so they reveal nothing of what the actor does not see (`docs/leaks.md` L56); the names of elements
are compared with the definition of the type, hidden or not. The version stays that of the slice, and the tag SUBSETTED
marks the result as incomplete (`docs/parts.md` 11).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from fhir_profiles.codes import OBSERVATION_VALUE
from hub.api.http.query_string import Pairs
from hub.domain.errors import Invalid
from hub.fhir import dumps, reread
from hub.fhir.summary import list_element_names, select_elements, summarize
from hub.record.read.slice import Slice

SUBSETTED = {"system": OBSERVATION_VALUE, "code": "SUBSETTED"}
_WORDS = frozenset({"true", "text", "data", "false"})
_NAMES = frozenset({"_summary", "_elements"})


class Subset(NamedTuple):
    """The part of a resource that is asked for. `summary`: "", `true`, `text` or `data`. `elements`: names of elements of the
    type, None for all. Both apply."""

    summary: str = ""
    elements: frozenset[str] | None = None


WHOLE = Subset()


def split_subset(pairs: Pairs, resource_type: str, *, counted: bool = False) -> tuple[Subset, Pairs]:
    """Return the subset that `pairs` ask for, and the other pairs. `counted`: `_summary=count` is allowed.

    Raises Invalid `parameter-twice`; `parameter-value` for an unknown value, or a name that is no element at the root of the
    type."""
    if not pairs:
        return WHOLE, pairs
    values = dict(pair for pair in pairs if pair[0] in _NAMES)
    if not values:
        return WHOLE, pairs
    rest = [pair for pair in pairs if pair[0] not in _NAMES]
    if len(rest) + len(values) < len(pairs):
        raise Invalid("parameter-twice", where=next(iter(values)))
    word = values.get("_summary", "false")
    if word not in _WORDS and not (counted and word == "count"):
        raise Invalid("parameter-value", where="_summary")
    return Subset(
        "" if word in ("false", "count") else word, _parse_elements(values.get("_elements"), resource_type)
    ), rest


def _parse_elements(value: str | None, resource_type: str) -> frozenset[str] | None:
    if value is None:
        return None
    names = frozenset(name.strip().removesuffix("[x]") for name in value.split(","))
    if not names <= list_element_names(resource_type):
        raise Invalid("parameter-value", where="_elements")
    return names


def narrow(part: Slice, subset: Subset) -> Slice:
    """Return `subset` of `part`, under the same version. The slice is parsed only when something is left out."""
    return part if subset == WHOLE else part._replace(body=dumps(_narrow_resource(reread(part.body), subset)))


def _narrow_resource(resource: dict[str, Any], subset: Subset) -> dict[str, Any]:
    if subset.summary == "true":
        resource = summarize(resource)
    elif subset.summary == "text":
        resource = select_elements(resource, frozenset({"text"}))
    elif subset.summary == "data":
        resource = {key: value for key, value in resource.items() if key != "text"}
    if subset.elements is not None:
        resource = select_elements(resource, subset.elements)
    meta = resource.get("meta", {})
    return resource | {"meta": meta | {"tag": [*meta.get("tag", ()), SUBSETTED]}}


def is_subsetted(resource: dict[str, Any]) -> bool:
    """Return whether `resource` is tagged as incomplete. Such a body is never written as the whole resource."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("code") == "SUBSETTED" for tag in tags)
