"""One stay described by several messages: what a later one leaves out is kept as it was (HL7 v2.5 §3.3; IHE PAM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge_encounter(before: Mapping[str, Any], update: Mapping[str, Any], cancelled: bool = False) -> dict[str, Any]:
    """Return the Encounter `before` with what `update` gives.

    `cancelled`: the sender takes an event back, and the stay has no end any more. A stay that ended is finished even when
    a late message about it comes after."""
    period = {**before.get("period", {}), **update.get("period", {})}
    if cancelled:
        period.pop("end", None)
    after = {**before, **update}
    if period:
        after["period"] = period
    else:
        after.pop("period", None)
    return after | {"status": _get_status(str(before.get("status", "")), str(update["status"]), period)}


def _get_status(before: str, update: str, period: Mapping[str, str]) -> str:
    if update == "cancelled" or (before == "cancelled" and update == "unknown"):
        return "cancelled"
    if "end" in period:
        return "finished"
    return "in-progress" if update == "unknown" and "start" in period else update
