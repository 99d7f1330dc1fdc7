"""A slice is complete and minimal: for each role, by each tie, what `config/roles.toml` grants comes out, and nothing else.

One person's record holds every kept type, with a canary in every element that can hold text. Where each element stands, whom
each scene ties to her and what the policy then opens is said a second time in `tests.canaries`, by hand and in plain Python,
after the pages that people read (`config/*.toml`, `docs/parts.md`): neither `hub.domain.policy`, nor `hub.slices`, nor the
predicate is asked. Each actor then searches, reads, and reads what was: the words that come out are those, all of them and no
other.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from hub.conformance import check
from hub.domain.errors import NotFound, Refused
from hub.domain.resource_types import TYPES
from hub.fhir import loads
from hub.record.db.store import Store, open_store
from hub.record.repository.record import Record
from tests import r4
from tests.canaries.policy import Scene
from tests.canaries.scenes import EVERY, World, build, scenes_of
from tests.canaries.standing import KINDS, pages, places_of, section_names
from tests.canaries.words import text_elements, words_in
from tests.clock import FakeClock
from tests.conftest import SEAL_KEYS
from tests.ids import SeededIds

ROLES = sorted(pages("roles"))
# They see figures and machines, never a person (`config/roles.toml`).
NOTHING_AT_ALL = ("admin_sys", "pilote")
SOMETHING = [role for role in ROLES if role not in NOTHING_AT_ALL]
_META = re.compile(rb'"meta":\{[^}]*\}\]\}')  # the version that each actor is told is its own


@pytest.fixture(scope="module")
def make(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """Records with empty tables."""
    opened: list[Store] = []

    def make_one(name: str) -> Store:
        path = tmp_path_factory.mktemp("slices") / f"{name}.sqlite"
        shutil.copy(sqlite_template, path)
        store = open_store(f"sqlite:///{path}", SEAL_KEYS, durable=False, now=FakeClock(), new_id=SeededIds(name))
        opened.append(store)
        return store

    yield make_one
    for store in opened:
        store.dispose()


@pytest.fixture(scope="module")
def world(make: Callable[[str], Store]) -> World:
    """Every scene, each with what she says of it alone."""
    return build(make("each"), [scene for role in ROLES for scene in scenes_of(role)])


@pytest.mark.parametrize("role", ROLES)
def test_what_the_policy_grants_is_found_and_nothing_else(world: World, role: str) -> None:
    different: dict[bytes, bytes] = {}
    for scene in scenes_of(role):
        found = searched(world.open(scene))
        judge(world, scene, found)
        different |= {_META.sub(b"", body): body for body in found.values()}
    for body in different.values():
        check(loads(body))


@pytest.mark.parametrize("role", ROLES)
def test_reading_and_what_was_show_the_same_and_nothing_else(world: World, role: str) -> None:
    for scene in (widest(role), Scene(role, "handed")):
        record = world.open(scene)
        judge(world, scene, read(record, world.entries))
        judge_past(world, scene, record)


def test_what_she_tells_everyone_holds_for_each_but_herself(make: Callable[[str], Store]) -> None:
    scenes = [next(scene for scene in scenes_of(role) if scene.tie == widest(role).tie) for role in SOMETHING]
    world = build(
        make("everyone"), scenes, agreed=frozenset({"psychiatric", "autonomy"}), refused=frozenset({"social"})
    )
    for scene in scenes:
        judge(world, scene, searched(world.open(scene)))


@pytest.mark.parametrize("role", NOTHING_AT_ALL)
def test_the_pilot_and_the_administrator_are_shown_nothing_at_all(world: World, role: str) -> None:
    for scene in scenes_of(role):
        record = world.open(scene)
        assert searched(record) == read(record, world.entries) == {}


@r4.needs_data
@pytest.mark.parametrize("role", SOMETHING)
def test_slices_keep_the_published_invariants(world: World, role: str) -> None:
    """One slice of each type, another for each role."""
    found = searched(world.open(widest(role)))
    shown = {name.partition("/")[0]: name for name in sorted(found, reverse=SOMETHING.index(role) % 2 == 1)}
    assert shown
    for name in sorted(shown.values())[SOMETHING.index(role) % 3 :: 3]:
        assert r4.violations(loads(found[name])) == [], name


# --- That none of this passes by trying nothing ----------------------------------------------------------------------


def test_every_kept_type_has_a_canary_in_every_element_that_can_hold_text(world: World) -> None:
    # Nobody writes an AuditEvent and none is stored: tests/hub/record/journal shows who is shown which.
    assert set(KINDS) == TYPES - {"AuditEvent"}
    for kind in KINDS:
        of_kind = [entry.resource for entry in world.entries.values() if entry.type == kind]
        told = {element for found in of_kind for element, value in found.items() if words_in(value)}
        assert told >= text_elements(kind).keys(), kind


def test_no_canary_stands_twice(world: World) -> None:
    words = [word for entry in world.entries.values() for unit in entry.units for word in unit.words | unit.past]
    assert len(words) == len(set(words)) > 9_000


def test_every_place_has_canaries_of_its_own(world: World) -> None:
    told = {unit.standing.needs for entry in world.entries.values() for unit in entry.units if unit.words}
    for section in section_names():
        for place in () if section == "access-log" else places_of(section):
            assert frozenset({place}) in told, place


@pytest.mark.parametrize("role", SOMETHING)
def test_each_cell_that_shows_something_shows_canaries(world: World, role: str) -> None:
    """What a stake opens where there is no tie; else every place of every cell, once she has agreed to all."""
    scene = widest(role)
    policy = world.policy(scene)
    shown = {
        place
        for entry in world.entries.values()
        for unit in entry.units
        if unit.words and len(unit.standing.needs) == 1 and policy.shows(entry.name, unit.standing)
        for place in unit.standing.needs
    }
    granted = set(policy.sees) | ({"received", "original", "tasks"} if scene.tie == "handed" else set())
    assert granted and granted - set(places_of("access-log")) <= shown


# --- What comes out --------------------------------------------------------------------------------------------------


def widest(role: str) -> Scene:
    """The scene in which a role sees most: by its first tie, all agreed; by what it is handed when no tie opens it."""
    scenes = scenes_of(role)
    agreed = [scene for scene in scenes if scene.agreed == EVERY and not scene.refused and scene.tie != "none"]
    return next(iter(agreed), Scene(role, "self" if "self" in pages("roles")[role]["relations"] else "handed"))


def searched(record: Record) -> dict[str, bytes]:
    """All that every search shows, by name, with no parameter but the size of the page."""
    found: dict[str, bytes] = {}
    for kind in sorted(KINDS):
        try:
            page = record.search(kind, [("_count", "1000")])
        except Refused:
            continue
        assert page.next is None
        found |= {one.name: one.body for one in page.slices}
    return found


def read(record: Record, names: Iterable[str]) -> dict[str, bytes]:
    """What reading each of `names` shows."""
    found: dict[str, bytes] = {}
    for name in names:
        try:
            found[name] = record.read(name).body
        except (NotFound, Refused):
            continue
    return found


def judge(world: World, scene: Scene, found: dict[str, bytes]) -> None:
    """`found`, all that the actor of `scene` was shown, is what the policy grants: to the resource and to the word."""
    policy = world.policy(scene)
    granted = {name: view.now for name, entry in world.entries.items() if (view := policy.view(entry)) is not None}
    assert sorted(found.keys() - granted.keys()) == [], f"{scene.key} is shown what it is not granted"
    assert sorted(granted.keys() - found.keys()) == [], f"{scene.key} is not shown what it is granted"
    for name, body in found.items():
        told = words_in(body)
        assert told <= granted[name], f"{scene.key}: {name} shows too much: {world.where(name, told - granted[name])}"
        assert told >= granted[name], f"{scene.key}: {name} lacks {world.where(name, granted[name] - told)}"


def judge_past(world: World, scene: Scene, record: Record) -> None:
    """The versions of what is shown say what it is and what it was, where the actor may see that; so does each by itself."""
    policy, several = world.policy(scene), 0
    for name in world.earlier:
        view = policy.view(world.entries[name])
        if view is None:
            with pytest.raises((NotFound, Refused)):
                record.history(name)
            continue
        versions = record.history(name).slices
        several += len(versions) > 1
        assert frozenset().union(*(words_in(one.body) for one in versions)) == view.ever, f"{scene.key}: {name}"
        for one in versions:
            assert record.vread(name, one.version).body == one.body
    assert several or not policy.sees
