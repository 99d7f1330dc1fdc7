"""`_summary` and `_elements`: a part of what a slice says. https://hl7.org/fhir/R4/search.html#summary, #elements.

The slice comes first, and nothing of this is asked of what the actor does not see (`docs/leaks.md` L56): names are held against
the type's definition, so a name that nobody here may see is taken like any other. The version stays that of the slice,
and SUBSETTED says that it is not the whole (`docs/parts.md` 11).
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
    """`summary`: "", `true`, `text` or `data`. `elements`: names of the type's elements; None when not asked. Both given,
    both hold."""

    summary: str = ""
    elements: frozenset[str] | None = None


WHOLE = Subset()


def split_subset(pairs: Pairs, resource_type: str, *, counted: bool = False) -> tuple[Subset, Pairs]:
    """What `pairs` ask for of resources of this type, and the other pairs. `counted`: `_summary=count` is another's business.

    Invalid `parameter-twice`, or `parameter-value` for another word or what is no element at the root of the type.
    """
    if not pairs:
        return WHOLE, pairs
    said = dict(pair for pair in pairs if pair[0] in _NAMES)
    if not said:
        return WHOLE, pairs
    rest = [pair for pair in pairs if pair[0] not in _NAMES]
    if len(rest) + len(said) < len(pairs):
        raise Invalid("parameter-twice", where=next(iter(said)))
    word = said.get("_summary", "false")
    if word not in _WORDS and not (counted and word == "count"):
        raise Invalid("parameter-value", where="_summary")
    return Subset("" if word in ("false", "count") else word, _elements(said.get("_elements"), resource_type)), rest


def _elements(value: str | None, resource_type: str) -> frozenset[str] | None:
    if value is None:
        return None
    names = frozenset(name.strip().removesuffix("[x]") for name in value.split(","))
    if not names <= list_element_names(resource_type):
        raise Invalid("parameter-value", where="_elements")
    return names


def narrow(found: Slice, subset: Subset) -> Slice:
    """`found` as `subset` wants it, under the same version. It is parsed only when something is to be left out."""
    return found if subset == WHOLE else found._replace(body=dumps(_narrowed(reread(found.body), subset)))


def _narrowed(resource: dict[str, Any], subset: Subset) -> dict[str, Any]:
    if subset.summary == "true":
        resource = summarize(resource)
    elif subset.summary == "text":
        resource = select_elements(resource, frozenset({"text"}))
    elif subset.summary == "data":
        resource = {key: value for key, value in resource.items() if key != "text"}
    if subset.elements is not None:
        resource = select_elements(resource, subset.elements)
    meta = resource["meta"]
    return resource | {"meta": meta | {"tag": [*meta.get("tag", ()), SUBSETTED]}}


def is_subsetted(resource: dict[str, Any]) -> bool:
    """Does it say of itself that it is a part? Such a body is never written back as the whole."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("code") == "SUBSETTED" for tag in tags)
