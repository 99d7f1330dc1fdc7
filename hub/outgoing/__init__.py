"""What the hub sends out by itself: to judged addresses only (`docs/security.md` §5.4). Knows nothing of FHIR or the record."""

from hub.outgoing.address import parse_endpoint
from hub.outgoing.fetcher import Fetcher, Unsent

__all__ = ["Fetcher", "Unsent", "parse_endpoint"]
