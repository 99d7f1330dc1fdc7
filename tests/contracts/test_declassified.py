"""What is declassified, and nothing else, moves in what others read (`docs/parts.md` 15): each mover is varied alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from hub.domain.errors import HubError
from hub.record.reactions.declassified import DECLASSIFIED, Declassified
from tests.hub.intake import letters
from tests.worlds.doors import RecordDoor
from tests.worlds.messages import SOURCES
from tests.worlds.movers import Variation, list_variations, read_all
from tests.worlds.programs import Case
from tests.worlds.run import Twin, sides, the_settings
from tests.worlds.scene import Json
from tests.worlds.twin import base


@dataclass
class Moved:
    """What was seen to move: by entry of `DECLASSIFIED`, by entry and its mover, and what no entry explains."""

    entries: Counter[str] = field(default_factory=Counter)
    movers: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexplained: list[tuple[object, ...]] = field(default_factory=list)


def list_entries(element: str) -> dict[str, Declassified]:
    return {name: entry for name, entry in DECLASSIFIED.items() if element in entry.moved_by}


def list_different(before: Json | None, after: Json | None) -> set[str]:
    one, other = before or {}, after or {}
    return {element for element in {*one, *other} - {"meta"} if one.get(element) != other.get(element)}


def explain(variation: Variation, name: str, shown: set[str], content: set[str]) -> dict[str, set[str]]:
    """The entries that let elements of `name` become other ones in a slice, each with the elements that it explains.

    `shown`: those that are otherwise in the slice; `content`: those that a reaction changed in the resource itself. What is shown
    otherwise without being other is a matter of rights."""
    kind, by_content = name.partition("/")[0], shown & content
    explained: dict[str, set[str]] = {}
    for key, entry in list_entries(variation.element).items():
        moves = entry.moves.get(kind, frozenset())
        of_content = by_content if "*" in moves else by_content & moves
        if of_content or (entry.grants_rights and shown - content) or (entry.grants_rights and not shown):
            explained[key] = of_content | (shown - content if entry.grants_rights else set())
    return explained


@pytest.fixture(scope="module")
def moved() -> Moved:
    """Every variation of three situations, each as every actor reads it."""
    counts = Moved()
    for situation in ("agreed", "asked", "late"):
        vary_all(situation, counts)
    return counts


def vary_all(situation: str, counts: Moved) -> None:
    (side, http), _ = sides()
    case = Case(situation, "Organization/dehors", "saad", "record", 0, (), ())
    first = Twin(side, http, case)
    names = side.names()
    before = read_all(side, base(situation), names)
    image = side.snapshot()
    for variation in list_variations(situation):
        side.restore(image)
        first.world = base(situation).world()
        started = side.clock()
        try:
            side.write("vary", lambda unit, v=variation: unit.replace(v.name, v.after, by=""))  # type: ignore[misc]
        except HubError:
            continue
        changed = set(first.refresh(started))
        after = read_all(side, base(situation), [*names, *sorted(changed - set(names))])
        for actor, slices in after.items():
            for name in sorted({*slices, *before[actor]} - {variation.name}):
                if before[actor].get(name) == slices.get(name):
                    continue
                content = list_different(base(situation).resources.get(name), first.world.resources.get(name))
                shown = list_different(before[actor].get(name), slices.get(name))
                entries = explain(variation, name, shown, content if name in changed else set())
                if not entries or set().union(*entries.values()) != shown:
                    counts.unexplained.append(
                        (situation, variation.element, variation.name, *actor, name, sorted(shown))
                    )
                counts.entries.update(entries.keys())
                counts.movers.update((key, variation.element) for key in entries)


def test_nothing_moves_but_what_is_declassified(moved: Moved) -> None:
    assert not moved.unexplained, moved.unexplained[:5]
    assert sum(moved.entries.values()) > 100


@pytest.mark.parametrize("key", sorted(DECLASSIFIED))
def test_each_entry_still_moves_something(key: str, moved: Moved) -> None:
    movers = set(DECLASSIFIED[key].moved_by) - {"message"}
    assert {mover for entry, mover in moved.movers if entry == key} == movers


@pytest.mark.parametrize("party", ["Organization/clinique", "Organization/dehors"])
def test_the_desk_alone_is_told_who_may_be_the_person_of_a_message(party: str) -> None:
    """A lookalike whom the desk does not see stands in its review, and in nothing that the sender reads."""
    told = []
    for number, has_lookalike in enumerate((False, True)):
        side, http = sides()[number]
        case = Case("circle", party, "saad", "record", 0, (), ())
        twin = Twin(side, http, case)
        if has_lookalike:
            patient = {
                "resourceType": "Patient",
                "id": "near",
                "name": [{"use": "usual", "family": "Exemple", "given": ["Alix"]}],
            }
            side.write(
                "near", lambda unit, p=patient: unit.create(p | {"birthDate": "1942-03-15"}, by="Organization/chu")
            )  # type: ignore[misc]
        # A real clock goes on between two steps, further than hidden writes push the record's own.
        side.clock.value += 1_000
        side.ids.request = "send"
        door = RecordDoor(side, party, "saad", the_settings())
        answer = door.send("chu-hl7", SOURCES["chu-hl7"], letters.ref("R-1"))
        shown = read_all(side, base("circle"), side.names())
        told.append((answer, shown))
        del twin
    (first, before), (second, after) = told
    assert first == second
    entry = DECLASSIFIED["match"]
    for actor in before:
        new = {name: found for name, found in after[actor].items() if before[actor].get(name) != found}
        lost = set(before[actor]) - set(after[actor])
        assert not lost
        for name, found in new.items():
            assert actor[0] == "Organization/dac", (actor, name)
            assert name.partition("/")[0] in entry.moves and "match-review" in str(found["code"]), (actor, name)
    assert any(len(after[actor]) > len(before[actor]) for actor in after if actor[0] == "Organization/dac")


@pytest.mark.parametrize(
    ("element", "name", "shown", "content"),
    [
        ("Task.note", "Task/t", {"note"}, {"note"}),  # a mover that is not listed
        ("Task.status", "Task/t", {"for"}, {"for"}),  # an element that no entry names
        ("QuestionnaireResponse.item", "Goal/g", {"status"}, {"status"}),  # a type that no entry names
        ("QuestionnaireResponse.item", "Goal/g", {"status"}, set()),  # rights, by an entry that grants none
    ],
)
def test_what_the_list_does_not_name_is_not_explained(
    element: str, name: str, shown: set[str], content: set[str]
) -> None:
    assert explain(Variation(element, "x", {}), name, shown, content) == {}
