from __future__ import annotations

import pytest

from hub.record.db.store import Store
from tests.territory import Territory, settle_territory


@pytest.fixture
def here(store: Store) -> Territory:
    """A record with the territory in it, on each database."""
    return settle_territory(store)
