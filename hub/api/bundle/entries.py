"""The entries of a batch or transaction Bundle: their shape is checked before anything is done.

https://hl7.org/fhir/R4/bundle.html#transaction. A `fullUrl` is a name inside the Bundle; it is never fetched.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hub.domain.errors import Invalid, Problem

BUNDLE_TYPES = frozenset({"batch", "transaction"})
READS = ("GET", "HEAD")
_WRITES = ("POST", "PUT", "PATCH")  # a tuple: the method in an entry may be of any JSON type
_REQUEST_TEXTS = ("method", "url", "ifMatch", "ifNoneMatch", "ifNoneExist", "ifModifiedSince")
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)


class BundleEntry(NamedTuple):
    """One entry. `place`: its path, such as `Bundle.entry[0]`. `resource` is empty where the method has none."""

    place: str
    method: str
    url: str
    full_url: str
    resource: dict[str, Any]
    if_match: str | None
    if_none_match: str | None
    if_none_exist: str | None
    if_modified_since: str | None


def parse_entries(bundle: dict[str, Any], max_entries: int) -> tuple[str, list[BundleEntry]]:
    """Return `batch` or `transaction`, and the entries in their order.

    Raises Invalid `batch-too-large` beyond `max_entries`, else Invalid with a Problem for each entry that is malformed."""
    bundle_type = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or not isinstance(bundle_type, str) or bundle_type not in BUNDLE_TYPES:
        raise Invalid("bundle-kind", where="Bundle.type")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise Invalid("array-expected", where="Bundle.entry")
    if len(entries) > max_entries:
        raise Invalid("batch-too-large", where="Bundle.entry")
    results = [_parse_entry(f"Bundle.entry[{rank}]", entry) for rank, entry in enumerate(entries)]
    problems = [result for result in results if isinstance(result, Problem)]
    if problems:
        raise Invalid(*problems)
    return bundle_type, _check_full_urls([result for result in results if isinstance(result, BundleEntry)])


def make_relative_url(entry: BundleEntry, base_url: str) -> str:
    """Return the URL of `entry` relative to the FHIR base `base_url`: without the base, a slash before it, or one after its path.

    https://hl7.org/fhir/R4/bundle.html#Bundle.entry.request.url is a uri: relative to the base, or absolute; RFC 3986 §5.2.2
    resolves it. Raises Invalid `entry-url-foreign`, at its place, for one that leads elsewhere."""
    base = urlsplit(base_url)
    url = entry.url
    if url == base_url or url.startswith((f"{base_url}/", f"{base_url}?")):
        url = url.removeprefix(base_url)
    elif url.startswith("//") or _SCHEME.match(url):
        raise Invalid("entry-url-foreign", where=f"{entry.place}.request.url")
    elif url == base.path or url.startswith((f"{base.path}/", f"{base.path}?")):
        url = url.removeprefix(base.path)
    path, mark, query = url.removeprefix("/").partition("?")
    return f"{path.removesuffix('/')}{mark}{query}"


def _parse_entry(place: str, entry: object) -> BundleEntry | Problem:
    if not isinstance(entry, dict):
        return Problem("object-expected", place)
    request, resource = entry.get("request"), entry.get("resource", {})
    if not isinstance(request, dict):
        return Problem("object-expected", f"{place}.request")
    if not isinstance(resource, dict) or (request.get("method") in _WRITES and not resource):
        return Problem("object-expected", f"{place}.resource")
    texts: dict[str, Any] = {name: request.get(name) for name in _REQUEST_TEXTS}
    texts["fullUrl"] = entry.get("fullUrl", "")
    for name, text in texts.items():
        if not isinstance(text, str) and (text is not None or name in ("method", "url")):
            return Problem("type-wrong", f"{place}.{name}" if name == "fullUrl" else f"{place}.request.{name}")
    return BundleEntry(
        place=place,
        method=texts["method"],
        url=texts["url"],
        full_url=texts["fullUrl"] or "",
        resource=resource,
        if_match=texts["ifMatch"],
        if_none_match=texts["ifNoneMatch"],
        if_none_exist=texts["ifNoneExist"],
        if_modified_since=texts["ifModifiedSince"],
    )


def _check_full_urls(entries: list[BundleEntry]) -> list[BundleEntry]:
    """Return `entries`. Raises Invalid `entry-twice` when two have the same fullUrl (R4 invariant bdl-7)."""
    full_urls: set[str] = set()
    for entry in entries:
        if entry.full_url and entry.full_url in full_urls:
            raise Invalid("entry-twice", where=f"{entry.place}.fullUrl")
        full_urls.add(entry.full_url)
    return entries
