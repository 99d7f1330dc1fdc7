"""Bundles of what was found, joined as bytes: the slices are never parsed (`docs/performance.md` §5).

https://hl7.org/fhir/R4/bundle.html. Names, versions and encoded URLs hold no character that JSON would escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote, urlencode

from hub.api.http.response import Answer
from hub.api.resources import operation_outcome
from hub.record.db.clock import instant
from hub.record.read.history import Past
from hub.record.read.slice import Slice
from hub.record.repository.record import Page


def write_searchset(address: str, base: str, page: Page) -> bytes:
    """The page at `address`, the URL of the type.

    `self` says the parameters that the caller gave and the search accepted, nothing that the hub added (`docs/leaks.md`
    L54).
    """
    total = b"" if page.total is None else b'"total":%d,' % page.total
    entries = [_found(base, found, b"match") for found in page.slices]
    entries += [_found(base, found, b"include") for found in page.included]
    if page.cut:
        # Constant, and only of what is seen: https://hl7.org/fhir/R4/search.html#outcome (`docs/leaks.md` L46).
        entries.append(b'{"resource":%b,"search":{"mode":"outcome"}}' % operation_outcome.CUT)
    return join_bundle(b'"type":"searchset",%b"link":[%b]' % (total, _links(address, page)), entries)


def _links(address: str, page: Page | Past) -> bytes:
    links = [_link("self", address, tuple(page.asked))]
    if page.next is not None:
        # Addresses are logged and passed on: this one says of the question no more than how long its pages are (L51).
        sizes = [pair for pair in page.asked if pair[0] == "_count"]
        links.append(_link("next", address, (("_cursor", page.next), *sizes)))
    return b",".join(links)


# A list is asked for again and again.
@lru_cache(maxsize=1024)
def _link(relation: str, address: str, pairs: tuple[tuple[str, str], ...]) -> bytes:
    query = urlencode(pairs, safe=":/,$", quote_via=quote)
    return f'{{"relation":"{relation}","url":"{address}{"?" if query else ""}{query}"}}'.encode()


# Of what the record gives again as it gave it before.
@lru_cache(maxsize=2048)
def _found(base: str, found: Slice, mode: bytes) -> bytes:
    address = f"{base}/{found.name}".encode()
    return b'{"fullUrl":"%b","resource":%b,"search":{"mode":"%b"}}' % (address, found.body, mode)


def write_history(base: str, address: str, past: Past) -> bytes:
    """The page `past` of versions at `address`. What a slice first said counts as its creation."""
    entries = [_version(base, *told) for told in past.entries]
    total = b"" if past.total is None else b'"total":%d,' % past.total
    return join_bundle(b'"type":"history",%b"link":[%b]' % (total, _links(address, past)), entries)


def _version(base: str, found: Slice, created: bool) -> bytes:
    return b'{"fullUrl":"%b","resource":%b,"request":{"method":"%b","url":"%b"},"response":%b}' % (
        f"{base}/{found.name}".encode(),
        found.body,
        b"POST" if created else b"PUT",
        (found.name.partition("/")[0] if created else found.name).encode(),
        _response("201 Created" if created else "200 OK", found.version, found.updated),
    )


def write_responses(kind: str, answers: Iterable[Answer]) -> bytes:
    """What became of the entries of a `batch` or a `transaction`, in their order."""
    return join_bundle(b'"type":"%b-response"' % kind.encode(), [_answered(answer) for answer in answers])


def _answered(answer: Answer) -> bytes:
    told = answer.status >= 400 or answer.body == operation_outcome.STORED
    resource = b'"resource":%b,' % answer.body if answer.body and not told else b""
    outcome = b',"outcome":%b' % answer.body if told else b""
    response = _response(str(answer.status), answer.version, answer.updated, answer.location)
    return b'{%b"response":%b%b}}' % (resource, response[:-1], outcome)


def _response(status: str, version: str, updated: int, location: str = "") -> bytes:
    members = [f'"status":"{status}"']
    if location:
        members.append(f'"location":"{location}"')
    if version:
        members.append(f'"etag":"W/\\"{version}\\"","lastModified":"{instant(updated)}"')
    return f"{{{','.join(members)}}}".encode()


def join_bundle(members: bytes, entries: Sequence[bytes]) -> bytes:
    """A Bundle with `members` and `entries`, whose bytes are copied once: pages are long."""
    head = b'{"resourceType":"Bundle",' + members
    if not entries:
        return head + b"}"
    first, *others = entries
    pieces = [head + b',"entry":[' + first, *others]
    pieces[-1] += b"]}"
    return b",".join(pieces)
