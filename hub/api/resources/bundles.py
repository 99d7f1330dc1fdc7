"""Bundles of slices and answers, joined as bytes: the slices are never parsed (`docs/performance.md` §5).

https://hl7.org/fhir/R4/bundle.html. Names, versions and encoded URLs have no character that JSON would escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, urlencode
from uuid import NAMESPACE_URL, uuid5

from hub.api.http.response import Answer
from hub.api.resources import operation_outcome
from hub.record.db.clock import instant
from hub.record.read.history import Past
from hub.record.read.slice import Slice
from hub.record.repository.record import Page

# The beginning of a resource that has an id.
_HEAD = re.compile(rb'\{"resourceType":"([A-Za-z]+)","id":"([A-Za-z0-9.-]{1,64})"')


def write_searchset(address: str, base: str, page: Page) -> bytes:
    """Return a page of a search at `address`, the URL of the type.

    The `self` link has the parameters of the caller that the search accepted, none that the hub added (`docs/leaks.md` L54)."""
    total = b"" if page.total is None else b'"total":%d,' % page.total
    entries = [_write_match(base, part, b"match") for part in page.slices]
    entries += [_write_match(base, part, b"include") for part in page.included]
    if page.cut:
        # A constant, and about visible resources alone: https://hl7.org/fhir/R4/search.html#outcome (`docs/leaks.md` L46).
        entries.append(b'{"resource":%b,"search":{"mode":"outcome"}}' % operation_outcome.CUT)
    return join_bundle(b'"type":"searchset",%b"link":[%b]' % (total, _write_links(address, page)), entries)


def _write_links(address: str, page: Page | Past) -> bytes:
    links = [write_link("self", address, tuple(page.asked))]
    if page.next is not None:
        # Addresses are logged and passed on: of the search this one has only the length of its pages (`docs/leaks.md` L51).
        sizes = [pair for pair in page.asked if pair[0] == "_count"]
        links.append(write_link("next", address, (("_cursor", page.next), *sizes)))
    return b",".join(links)


# Clients ask for the same few lists again and again.
@lru_cache(maxsize=1024)
def write_link(relation: str, address: str, pairs: tuple[tuple[str, str], ...]) -> bytes:
    query = urlencode(pairs, safe=":/,$", quote_via=quote)
    return f'{{"relation":"{relation}","url":"{address}{"?" if query else ""}{query}"}}'.encode()


# The record caches slices, so the same ones come again.
@lru_cache(maxsize=2048)
def _write_match(base: str, part: Slice, mode: bytes) -> bytes:
    address = f"{base}/{part.name}".encode()
    return b'{"fullUrl":"%b","resource":%b,"search":{"mode":"%b"}}' % (address, part.body, mode)


def write_history(base: str, address: str, past: Past) -> bytes:
    """Return the page `past` of versions at `address`. The first version that the actor may see counts as the creation."""
    entries = [_write_version(base, entry.slice, created=entry.created) for entry in past.entries]
    total = b"" if past.total is None else b'"total":%d,' % past.total
    return join_bundle(b'"type":"history",%b"link":[%b]' % (total, _write_links(address, past)), entries)


def _write_version(base: str, part: Slice, *, created: bool) -> bytes:
    return b'{"fullUrl":"%b","resource":%b,"request":{"method":"%b","url":"%b"},"response":%b}' % (
        f"{base}/{part.name}".encode(),
        part.body,
        b"POST" if created else b"PUT",
        (part.name.partition("/")[0] if created else part.name).encode(),
        _write_response("201 Created" if created else "200 OK", part.version, part.updated),
    )


def write_responses(kind: str, base: str, answers: Iterable[Answer]) -> bytes:
    """Return the answers to the entries of a `batch` or a `transaction` (`kind`), in their order."""
    full_urls: set[str] = set()
    entries = [
        _write_entry(answer, _name_resource(base, rank, answer, full_urls)) for rank, answer in enumerate(answers)
    ]
    return join_bundle(b'"type":"%b-response"' % kind.encode(), entries)


def _name_resource(base: str, rank: int, answer: Answer, full_urls: set[str]) -> str:
    """Return the fullUrl of the resource in an answer and add it to `full_urls`; "" for one that is there already (R4 invariant
    bdl-7). A resource without an id, such as a searchset, has a name made of what it says."""
    head = _HEAD.match(answer.body)
    name = f"{base}/{head[1].decode()}/{head[2].decode()}" if head else ""
    if not name:
        name = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{base}#{rank}:{sha256(answer.body).hexdigest()}')}"
    if name in full_urls:
        return ""
    full_urls.add(name)
    return name


def _write_entry(answer: Answer, full_url: str) -> bytes:
    is_outcome = answer.status >= 400 or answer.body == operation_outcome.STORED
    resource = b""
    if answer.body and not is_outcome:
        name = b'"fullUrl":"%b",' % full_url.encode() if full_url else b""
        resource = b'%b"resource":%b,' % (name, answer.body)
    outcome = b',"outcome":%b' % answer.body if is_outcome else b""
    response = _write_response(str(answer.status), answer.version, answer.updated, answer.location)
    return b'{%b"response":%b%b}}' % (resource, response[:-1], outcome)


def _write_response(status: str, version: str, updated: int, location: str = "") -> bytes:
    members = [f'"status":"{status}"']
    if location:
        members.append(f'"location":"{location}"')
    if version:
        members.append(f'"etag":"W/\\"{version}\\"","lastModified":"{instant(updated)}"')
    return f"{{{','.join(members)}}}".encode()


def join_bundle(members: bytes, entries: Sequence[bytes]) -> bytes:
    """Return a Bundle with `members` and `entries`, whose bytes are copied only once because pages are long."""
    head = b'{"resourceType":"Bundle",' + members
    if not entries:
        return head + b"}"
    first, *others = entries
    pieces = [head + b',"entry":[' + first, *others]
    pieces[-1] += b"]}"
    return b",".join(pieces)
