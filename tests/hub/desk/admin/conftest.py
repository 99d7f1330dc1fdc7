"""An administrator of the organisation that runs the intake, signed in with password and code."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.record.db.store import Store
from tests.hub.desk.web.browsing import Browsing
from tests.people import Somebody, enrol
from tests.territory import Territory, settle_territory

DAC = "Organization/dac"


@pytest.fixture
def here(store: Store) -> Territory:
    """A record with the territory in it."""
    return settle_territory(store)


@pytest.fixture
def elise(here: Territory) -> Somebody:
    """The administrator."""
    return enrol(here.store, "elise@dac.example", (DAC, "admin_sys"), name="Élise Navette")


@pytest.fixture
def admin(app: Flask, elise: Somebody) -> Browsing:
    """The administrator's browser."""
    browsing = Browsing(app)
    browsing.sign_in(elise)
    return browsing
