"""A territory in another time zone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.domain import dates
from hub.domain.territory import load_territory


def live_in(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Let days without zone be those of `zone` until the test ends."""
    territory = replace(load_territory(), zone=zone)
    monkeypatch.setattr(dates, "load_territory", lambda: territory)
