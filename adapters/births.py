"""Which births are possible: what no person who lives can have is left out, and the sender is told."""

from __future__ import annotations

from datetime import UTC, datetime

_FIRST = "1900"


def is_plausible_birth(birth: str, sent_on: str = "") -> bool:
    """Return whether a FHIR date can be a birth: not before 1900, not after the message was sent or, if it does not say when,
    after today."""
    latest = sent_on or datetime.now(UTC).date().isoformat()
    length = min(len(birth), len(latest))
    return birth >= _FIRST and birth[:length] <= latest[:length]
