"""DocumentReference and Binary → Attachment. Nothing is fetched: the address of a linked document is unread."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Subject
from adapters.hidden import FLAGS
from hub.domain.referral.clinical import Attachment

_OCTETS = "application/octet-stream"


def read_attachments(library: Library, subject: Subject) -> tuple[Attachment, ...]:
    """Read every document about the person, then the Binaries that no document names if the message is about one person."""
    attachments: list[Attachment] = []
    for entry in library.list_entries("DocumentReference"):
        if subject.owns(entry):
            attachments += _read_document(library, entry)
    if len(library.list_entries("Patient")) <= 1:
        for entry in library.list_entries("Binary"):
            if not library.is_used(entry):
                attachments += _read_binary(library.use(entry), Attachment(b"", _OCTETS))
    return tuple(attachments)


def _read_document(library: Library, entry: Entry) -> Iterator[Attachment]:
    node = library.use(entry)
    if node.text("status") == "entered-in-error":
        library.take_back(entry)
        return
    if node.peek("status") != "current":
        node.leave("status")
    _refuse_hidden(node)
    default = Attachment(b"", _OCTETS, node.text("description"), dt.read_concept(node.child("type")), node.date("date"))
    attachments: list[Attachment] = []
    for content in node.children("content"):
        inner = content.child("attachment")
        if inner is not None:
            attachments += _read_attachment(library, entry, inner, default)
    if not attachments:
        node.forget()
    yield from attachments


def _refuse_hidden(node: Node) -> None:
    """Report each mark by which the sender hides the document."""
    labels = node.json.get("securityLabel")
    for label in labels if isinstance(labels, list) else ():
        codings = label.get("coding") if isinstance(label, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict) and str(coding.get("code", "")) in FLAGS:
                node.report("securityLabel", FLAGS[coding["code"]])


def _read_attachment(library: Library, entry: Entry, node: Node, default: Attachment) -> Iterator[Attachment]:
    """Yield one attachment. Its own elements take precedence over those of its document, which are in `default`."""
    node.ignore("size", "hash")
    content_type, title, created = node.text("contentType"), node.text("title"), node.date("creation")
    for own, key in ((title, "description"), (created, "date")):
        if own and own not in (default.title, default.created):
            entry.node.leave(key)
    empty = replace(
        default,
        content_type=content_type or default.content_type,
        title=title or default.title,
        created=created or default.created,
    )
    if "data" in node.json:
        yield from _decode_data(node, empty)
    elif url := node.text("url"):
        target = library.find(url, entry)
        if target is not None and target.type == "Binary":
            yield from _read_binary(library.use(target), empty)
        else:
            node.forget()


def _read_binary(node: Node, default: Attachment) -> Iterator[Attachment]:
    node.ignore("securityContext")
    yield from _decode_data(node, replace(default, content_type=node.text("contentType") or default.content_type))


def _decode_data(node: Node, empty: Attachment) -> Iterator[Attachment]:
    encoded = node.text("data")
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        node.reading.warn("bad-attachment", f"{node.where}.data")
        return
    if data:
        yield replace(empty, data=data)
