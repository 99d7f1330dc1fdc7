"""DocumentReference and Binary → Attachment. Nothing is fetched: the address of a linked document stays unread."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace

from adapters.fhir import datatypes as dt
from adapters.fhir.bundle import Entry, Library
from adapters.fhir.demand import Subject
from adapters.fhir.node import Node
from hub.domain.referral import Attachment

_OCTETS = "application/octet-stream"


def attachments(library: Library, subject: Subject) -> tuple[Attachment, ...]:
    """Every document about the person, then the Binaries that no document names if the message is about one person."""
    found: list[Attachment] = []
    for entry in library.of("DocumentReference"):
        if subject.owns(entry):
            found += _of_document(library, entry)
    if len(library.of("Patient")) <= 1:
        for entry in library.of("Binary"):
            if not library.is_used(entry):
                found += _of_binary(library.use(entry), Attachment(b"", _OCTETS))
    return tuple(found)


def _of_document(library: Library, entry: Entry) -> Iterator[Attachment]:
    node = library.use(entry)
    node.ignore(
        "masterIdentifier", "identifier", "subject", "author", "authenticator", "custodian", "category", "context"
    )
    if node.text("status") == "entered-in-error":
        node.reading.leave(node)
        return
    node.ignore("docStatus", "securityLabel", "relatesTo")
    told = Attachment(b"", _OCTETS, node.text("description"), dt.concept(node.child("type")), node.date("date"))
    for content in node.children("content"):
        content.ignore("format")
        inner = content.child("attachment")
        if inner is not None:
            yield from _of_attachment(library, entry, inner, told)


def _of_attachment(library: Library, entry: Entry, node: Node, told: Attachment) -> Iterator[Attachment]:
    """What the attachment says of itself goes before what its document says of it."""
    node.ignore("size", "hash")
    content_type, title = node.text("contentType") or told.content_type, node.text("title") or told.title
    own = replace(told, content_type=content_type, title=title, created=node.date("creation") or told.created)
    if "data" in node.json:
        yield from _with_data(node, own)
    elif url := node.text("url"):
        target = library.find(url, entry)
        if target is not None and target.type == "Binary":
            yield from _of_binary(library.use(target), own)
        else:
            node.reading.aside(f"{node.name}.url")


def _of_binary(node: Node, told: Attachment) -> Iterator[Attachment]:
    node.ignore("securityContext")
    yield from _with_data(node, replace(told, content_type=node.text("contentType") or told.content_type))


def _with_data(node: Node, told: Attachment) -> Iterator[Attachment]:
    encoded = node.text("data")
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        node.wrong("data", "bad-attachment")
        return
    if data:
        yield replace(told, data=data)
