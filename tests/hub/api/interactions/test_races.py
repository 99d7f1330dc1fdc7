"""Writes of one version at once, over the API, on both databases (`docs/security.md` R02)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from tests.hub.api.interactions.test_preconditions import change


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Both databases, where most tests of the API take SQLite alone."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.mark.parametrize("methods", [["PUT"], ["PATCH"], ["PUT", "PATCH"]])
def test_r02_of_eight_writes_of_one_version_at_once_one_is_done(world, clock, methods):
    held = world.soc.get(f"/{world.task}")
    clock.tick(1000)
    start = Barrier(8)

    def race(number):
        caller = replace(world.soc, http=world.soc.http.application.test_client())
        start.wait(10)
        return change(replace(world, soc=caller), held, methods[number % len(methods)]).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(race, range(8)))
    assert sorted(codes) == [200] + [412] * 7
    history = world.soc.get(f"/{world.task}/_history").json["entry"]
    assert [entry["resource"]["status"] for entry in history].count("received") == 1
