"""Which births are possible: what no person who lives can have is left out, and the sender is told."""

from __future__ import annotations

import time

from hub.domain.dates import find_day, parse_moment

_FIRST = "1900"


def is_plausible_birth(birth: str, sent_on: str = "") -> bool:
    """Return whether a FHIR date can be a birth: not before 1900, not after the message was sent or, if it does not say when,
    after today. Days are those of the territory, or of the sender's own zone when that is further on."""
    latest = sent_on or find_day(time.time_ns() // 1_000)
    if "T" in latest:
        latest = max(latest[:10], find_day(parse_moment(latest)))
    length = min(len(birth), len(latest))
    return birth >= _FIRST and birth[:length] <= latest[:length]
