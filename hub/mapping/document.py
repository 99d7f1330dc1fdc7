"""Documents: the message as received, and its attachments (https://hl7.org/fhir/R4/documentreference.html).

R4's `attachment.hash` is a SHA-1. The SHA-256, which the record and the trace use, is an identifier of the document: a named
information URI, `ni:///sha-256;…` (RFC 6920 §3).
"""

from __future__ import annotations

import base64
import hashlib

from fhir_profiles import codes
from hub.domain.referral.clinical import Attachment
from hub.mapping.context import MappingContext
from hub.mapping.shape import (
    Json,
    build_concept,
    build_reference,
    build_resource,
    clean_code,
    compact,
    convert_concept,
    get_name,
)

_UNNAMED = "application/octet-stream"


def build_received_document(patient: str, context: MappingContext) -> tuple[Json, Json]:
    """Return (DocumentReference, Binary) of the message as received."""
    message = Attachment(context.document.data, context.document.content_type, title="Message tel que reçu")
    document, binary = _build_document(message, "received", bytes.fromhex(context.document.sha256), patient, context)
    document["content"][0]["attachment"] |= compact(language=context.language)
    return document, binary


def build_attached_document(attachment: Attachment, patient: str, context: MappingContext) -> tuple[Json, Json]:
    """Return (DocumentReference, Binary) of an attachment of the message."""
    return _build_document(attachment, "attachment", hashlib.sha256(attachment.data).digest(), patient, context)


def _build_document(
    attachment: Attachment, category: str, sha256: bytes, patient: str, context: MappingContext
) -> tuple[Json, Json]:
    binary, media = context.new_id("Binary"), clean_code(attachment.content_type) or _UNNAMED
    document = build_resource(
        "DocumentReference",
        context.new_id("DocumentReference"),
        identifier=[{"system": codes.URI, "value": _format_hash_uri(sha256)}],
        status="current",
        type=convert_concept(attachment.type),
        category=[build_concept(codes.DOCUMENT_CATEGORY, category)],
        subject=build_reference(patient),
        date=context.received,
        author=[build_reference(context.requester)],
        custodian=build_reference(context.desk),
        content=[{"attachment": _build_attachment(attachment, media, f"Binary/{binary}")}],
    )
    data = base64.b64encode(attachment.data).decode("ascii")
    content = build_resource(
        "Binary", binary, contentType=media, securityContext=build_reference(get_name(document)), data=data
    )
    return document, content


def _build_attachment(attachment: Attachment, media: str, url: str) -> Json:
    sha1 = hashlib.sha1(attachment.data, usedforsecurity=False).digest()
    return compact(
        contentType=media,
        url=url,
        size=len(attachment.data),
        hash=base64.b64encode(sha1).decode("ascii"),
        title=attachment.title,
        creation=attachment.created,
    )


def _format_hash_uri(sha256: bytes) -> str:
    """Return the named information URI of RFC 6920: the digest in URL-safe base64 without padding."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(sha256).decode("ascii").rstrip("=")
