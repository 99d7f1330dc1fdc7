"""The entries of a batch or transaction Bundle as steps: their shape, before anything is done.

https://hl7.org/fhir/R4/bundle.html#transaction. A `fullUrl` is a name inside the Bundle; it is never fetched.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hub.domain.errors import Invalid, Problem

KINDS = frozenset({"batch", "transaction"})
_WRITES = ("POST", "PUT", "PATCH")  # a tuple: what is sent as a method may be anything
_WORDS = ("method", "url", "ifMatch", "ifNoneMatch", "ifNoneExist")


class BundleEntry(NamedTuple):
    """One entry. `resource` is empty where the method sends none."""

    place: str
    method: str
    url: str
    full_url: str
    resource: dict[str, Any]
    if_match: str | None
    if_none_match: str | None
    if_none_exist: str | None


def parse_entries(bundle: dict[str, Any], most: int) -> tuple[str, list[BundleEntry]]:
    """`batch` or `transaction`, and the steps in their order.

    Invalid `batch-too-large` beyond `most` entries; else one Problem for each entry that has not its shape.
    """
    kind = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or not isinstance(kind, str) or kind not in KINDS:
        raise Invalid("bundle-kind", where="Bundle.type")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise Invalid("array-expected", where="Bundle.entry")
    if len(entries) > most:
        raise Invalid("batch-too-large", where="Bundle.entry")
    read = [_step(f"Bundle.entry[{rank}]", entry) for rank, entry in enumerate(entries)]
    problems = [found for found in read if isinstance(found, Problem)]
    if problems:
        raise Invalid(*problems)
    return kind, _each_once([found for found in read if isinstance(found, BundleEntry)])


def _step(place: str, entry: object) -> BundleEntry | Problem:
    if not isinstance(entry, dict):
        return Problem("object-expected", place)
    request, resource = entry.get("request"), entry.get("resource", {})
    if not isinstance(request, dict):
        return Problem("object-expected", f"{place}.request")
    if not isinstance(resource, dict) or (request.get("method") in _WRITES and not resource):
        return Problem("object-expected", f"{place}.resource")
    words: dict[str, Any] = {name: request.get(name) for name in _WORDS}
    words["fullUrl"] = entry.get("fullUrl", "")
    for name, word in words.items():
        if not isinstance(word, str) and (word is not None or name in ("method", "url")):
            return Problem("type-wrong", f"{place}.{name}" if name == "fullUrl" else f"{place}.request.{name}")
    return BundleEntry(
        place=place,
        method=words["method"],
        url=words["url"],
        full_url=words["fullUrl"] or "",
        resource=resource,
        if_match=words["ifMatch"],
        if_none_match=words["ifNoneMatch"],
        if_none_exist=words["ifNoneExist"],
    )


def _each_once(steps: list[BundleEntry]) -> list[BundleEntry]:
    """R4 invariant bdl-7: a fullUrl names one entry."""
    named: set[str] = set()
    for step in steps:
        if step.full_url and step.full_url in named:
            raise Invalid("entry-twice", where=f"{step.place}.fullUrl")
        named.add(step.full_url)
    return steps
