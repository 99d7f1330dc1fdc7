"""Whole mappings, kept in `golden/<case>.json`. `HUB_GOLDEN=write` rewrites them: read the diff."""

import os
from pathlib import Path

import msgspec
import pytest

from hub.fhir import dumps
from hub.mapping import map_movement, to_fhir
from tests import r4
from tests.hub.mapping.cases import MOVEMENTS, REFERRALS
from tests.hub.mapping.judge import assert_sound

GOLDEN = Path(__file__).parent / "golden"
CASES = {name: (to_fhir, *case) for name, case in REFERRALS.items()} | {
    name: (map_movement, *case) for name, case in MOVEMENTS.items()
}


def mapped(name):
    mapper, message, context = CASES[name]
    told = context()
    return mapper(message(), told), told


@pytest.mark.parametrize("name", CASES)
def test_the_whole_is_as_kept(name):
    made, _ = mapped(name)
    written = msgspec.json.format(dumps({"resources": made.resources}), indent=1).decode() + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("HUB_GOLDEN") == "write":
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_it_is_valid_and_closed(name):
    made, context = mapped(name)
    assert_sound(made.resources, context)


@r4.needs_data
@pytest.mark.parametrize("name", CASES)
def test_it_breaks_no_invariant_of_r4(name):
    made, context = mapped(name)
    assert_sound(made.resources, context, invariants=True)


def test_each_golden_file_has_its_case():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CASES)
