"""The fictitious territory, and two who work in it."""

from __future__ import annotations

import pytest

from hub.record.db.store import Store
from tests.people import Somebody, enrol
from tests.territory import Territory, settle_territory

DAC, CCAS, CMP = "Organization/dac", "Organization/ccas", "Organization/cmp"


@pytest.fixture
def territory(store: Store) -> Territory:
    return settle_territory(store)


@pytest.fixture
def admin(territory: Territory) -> Somebody:
    """The administrator of the organisation that runs the intake."""
    return enrol(territory.store, "admin@dac.example", (DAC, "admin_sys"), name="Élise Fictive")


@pytest.fixture
def nadia(territory: Territory) -> Somebody:
    """An agent of the desk, who is a social worker elsewhere too."""
    return enrol(territory.store, "nadia@dac.example", (DAC, "guichet"), (CCAS, "ccas"))
