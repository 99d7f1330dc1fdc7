"""The body of a request, read when a handler asks for it: bytes, a form, or a resource."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from flask import Request, g

from hub.api.http.content_types import is_media_type
from hub.api.http.gzip import decompress
from hub.api.http.negotiation import JSON_TYPES, URLENCODED, XML_TYPES, check_content
from hub.api.http.query_string import Pairs, parse_pairs
from hub.domain.errors import Invalid
from hub.fhir import loads, xml


class Body(Protocol):
    """The body of a request, of HTTP or of an entry of a Bundle."""

    @property
    def is_present(self) -> bool:
        """Whether the request has a body."""

    def read_bytes(self, media_types: frozenset[str]) -> bytes:
        """Return the bytes, announced as one of `media_types`. Raises Invalid `http-media-type` for another one."""

    def read_form(self, pairs: Pairs) -> Pairs:
        """Return `pairs`, those of the URL, and after them those of a urlencoded form."""

    def read_resource(self) -> dict[str, Any]:
        """Return the resource, sent as JSON or XML, in the form of `hub.fhir.loads`."""


class EntryBody(NamedTuple):
    """The body of an entry of a Bundle: its resource, parsed with the Bundle; {} for none."""

    resource: dict[str, Any]

    @property
    def is_present(self) -> bool:
        return bool(self.resource)

    def read_bytes(self, media_types: frozenset[str]) -> bytes:  # noqa: ARG002 - an entry has a resource and nothing else
        raise Invalid("http-media-type", where="Content-Type")

    def read_form(self, pairs: Pairs) -> Pairs:
        return [*pairs, *parse_pairs(self.read_bytes(URLENCODED))]

    def read_resource(self) -> dict[str, Any]:
        return self.resource


NO_BODY = EntryBody({})


class HttpBody(NamedTuple):
    """The body of Flask's current request. `max_size`: how many bytes it may have after decompression."""

    request: Request
    max_size: int

    @property
    def is_present(self) -> bool:
        return bool(self.request.content_length) or "Transfer-Encoding" in self.request.headers

    def read_bytes(self, media_types: frozenset[str]) -> bytes:
        """Return the bytes of a body of one of `media_types`, with gzip expanded.

        Raises Invalid `http-media-type` for another media type or encoding, Malformed as `decompress` does."""
        check_content(self.request.headers.get("Content-Type"), media_types)
        encoding = self.request.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise Invalid("http-media-type", where="Content-Encoding")
        data = self.request.get_data(cache=False)
        return decompress(data, self.max_size) if encoding.endswith("gzip") else data

    def read_form(self, pairs: Pairs) -> Pairs:
        """Return `pairs`, those of the URL, followed by those of the form. `_format` and `_pretty` in a form choose the format
        of the answer as they do in a URL."""
        g.format_pairs = [*pairs, *parse_pairs(self.read_bytes(URLENCODED))]
        return list(g.format_pairs)

    def read_resource(self) -> dict[str, Any]:
        """Return the resource. Raises Invalid as `read_bytes` does, Malformed and Invalid as `hub.fhir.loads` and
        `hub.fhir.xml.to_json` do."""
        data = self.read_bytes(JSON_TYPES | XML_TYPES)
        read = xml.to_json if is_media_type(self.request.headers["Content-Type"], XML_TYPES) else loads
        return read(data, size=self.max_size)
