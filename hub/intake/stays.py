"""One stay told in several messages: what a later one leaves out stands as it was (HL7 v2.5 §3.3; IHE PAM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def continued(before: Mapping[str, Any], told: Mapping[str, Any], cancelled: bool = False) -> dict[str, Any]:
    """The Encounter after `told`. `cancelled`: the sender takes an event back, so an end that it no longer gives is none
    any more. A stay that ended is finished even when a late message about it comes after."""
    period = {**before.get("period", {}), **told.get("period", {})}
    if cancelled:
        period.pop("end", None)
    after = {**before, **told}
    if period:
        after["period"] = period
    else:
        after.pop("period", None)
    return after | {"status": _status(str(before.get("status", "")), str(told["status"]), period)}


def _status(before: str, told: str, period: Mapping[str, str]) -> str:
    if told == "cancelled" or (before == "cancelled" and told == "unknown"):
        return "cancelled"
    if "end" in period:
        return "finished"
    return "in-progress" if told == "unknown" and "start" in period else told
