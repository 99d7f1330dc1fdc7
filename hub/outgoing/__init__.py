"""HTTP requests that the hub sends, to checked addresses only (`docs/security.md` §5.4). Independent of FHIR and the record."""

from hub.outgoing.address import parse_endpoint
from hub.outgoing.fetcher import Fetcher, Unsent

__all__ = ["Fetcher", "Unsent", "parse_endpoint"]
