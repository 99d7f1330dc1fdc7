"""The scenes: each role by each tie, with what she says of it, all of them in one record, each with a party of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fhir_profiles import codes
from hub.conformance import check
from hub.domain.actor import Actor
from hub.record.access.grants import add_party
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.tables import derived
from tests.canaries.policy import Policy, Scene
from tests.canaries.record import DERIVED, EARLIER, Story, coded, nature, ref, tell
from tests.canaries.standing import Entry, at, pages, pointing
from tests.canaries.words import Canaries, Json, words_in
from tests.territory import DAY, EVERYTHING, PERSON, Territory, consent

HUB = "Organization/dac"

EVERY = frozenset({"*"})
# Ties that any role is tried by; those that are not of its relations must open nothing.
ALWAYS = ("none", "circle", "stay", "intake", "asked", "sent", "handed")
OPENED_BY = {"circle": "circle", "stay": "stay", "desk": "intake", "hub": "intake", "self": "self", "close": "close"}


def scenes_of(role: str) -> list[Scene]:
    """A role by every tie; by those that it opens with, and with what she says of it."""
    page = pages("roles")[role]
    opening = sorted({OPENED_BY[relation] for relation in page["relations"]})
    found = [Scene(role, tie) for tie in dict.fromkeys((*ALWAYS, *opening))]
    found += [Scene(role, "oriented")] if "desk" in page["relations"] else []
    # What waits for her agreement, one section by name; the first will do, for all are tried together.
    waiting = [name for name, cell in page["sections"].items() if isinstance(cell, dict) and cell.get("if_consented")]
    for tie in opening if "self" not in opening else ():
        found += [Scene(role, tie, agreed=frozenset({name})) for name in ("*", *waiting[:1])]
        found += [Scene(role, tie, refused=frozenset({"*"})), Scene(role, tie, EVERY, frozenset({"housing"}))]
    return [*found, Scene(role, "none", EVERY), Scene(role, "asked", refused=EVERY)]


@dataclass
class World:
    """The record with everything written, what each party has a stake in, and the sections that she agreed to and refused to
    everyone. `earlier`: what has versions."""

    store: Store
    entries: dict[str, Entry]
    staked: dict[str, set[str]]
    agreed: frozenset[str]
    refused: frozenset[str]
    earlier: tuple[str, ...] = tuple(EARLIER)

    def policy(self, scene: Scene) -> Policy:
        return Policy(scene, self.staked.get(scene.party, ()), (self.agreed, self.refused))

    def open(self, scene: Scene) -> Record:
        return Record(self.store, Actor(scene.party, scene.role, f"test-{scene.key}", EVERYTHING))

    def where(self, name: str, words: Iterable[str]) -> list[str]:
        """The elements of a resource that hold some of `words`."""
        said = self.entries[name].resource.items()
        return sorted(element for element, value in said if words_in(value) & set(words))


def build(
    store: Store, scenes: list[Scene], agreed: frozenset[str] = frozenset(), refused: frozenset[str] = frozenset()
) -> World:
    """Write her record and what ties each scene to it. `agreed`, `refused`: sections, to everyone."""
    here, story = Territory(store), Story(Canaries())
    held_by = Scene("saad", "circle").party
    with store.write() as connection:
        for scene in scenes:
            add_party(connection, scene.party, scene.role, store.now())
    for scene in scenes:
        if scene.party.startswith("Organization/"):
            story.add({"resourceType": "Organization", "id": scene.key, "name": scene.key})
    tell(story, held_by)
    _write_all(here, story)
    main = list(story.entries)
    ties = _Ties(here, story)
    ties.orient([scene for scene in scenes if scene.tie == "oriented"])
    for scene in scenes:
        ties.tie(scene, main)
    ties.join([scene for scene in scenes if scene.tie == "circle"])
    for effect, names in (("permit", agreed), ("deny", refused)):
        for name in sorted(names):
            ties.word(effect, "", name, f"tous-{effect}-{name}")
    ties.write()
    _find_derived(here, story)
    here.pass_time()
    return World(store, story.entries, ties.staked, agreed, refused)


def _write_all(here: Territory, story: Story) -> None:
    """The record, in an order in which whatever is pointed to is there; then what is now otherwise is written again."""
    first = ("Organization", "Patient", "RelatedPerson")
    order = sorted(story.entries.values(), key=lambda e: first.index(e.type) if e.type in first else len(first))
    for entry in order:
        check(entry.resource)
    earlier = {name: _other(story.say, story.entries[name].resource[element]) for name, element in EARLIER.items()}
    with here.unit() as unit:
        for entry in order:
            element = EARLIER.get(entry.name)
            unit.create(dict(entry.resource) | ({element: earlier[entry.name]} if element else {}), by=entry.by)
    here.pass_time()
    for name, element in EARLIER.items():
        story.entries[name].past[element] = words_in(earlier[name])
        here.change(name, **{element: story.entries[name].resource[element]})
    here.pass_time()


def _other(say: Canaries, value: Any) -> Any:
    """`value` with other words."""
    if isinstance(value, dict):
        return {key: _other(say, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_other(say, inner) for inner in value]
    return say() if words_in(value) else value


def _find_derived(here: Territory, story: Story) -> None:
    """Her summaries: one of each kind, none of a word that she or anybody wrote."""
    with here.store.read() as connection:
        found = [here.whole(f"Observation/{id}") for id in connection.scalars(select(derived.c.id))]
    known, met = list(story.entries.values()), []
    for one in found:
        (code,) = (coding["code"] for coding in one["code"]["coding"])
        place = DERIVED[code]
        story.add(one, rest=place, exact={"derivedFrom": pointing(place, "assessments.summary")})
        met.append(code)
    stayed = any(entry.type == "Encounter" and entry.resource["status"] == "in-progress" for entry in known)
    assert sorted(met) == sorted(code for code in DERIVED if stayed or code != "recent-hospitalisation")


class _Ties:
    """What makes each tie, written past the doors as the hub does it."""

    def __init__(self, here: Territory, story: Story) -> None:
        self.here, self.story, self.say = here, story, story.say
        self.staked: dict[str, set[str]] = {}
        self.told: list[Entry] = []

    def add(self, resource: Json, **more: Any) -> str:
        self.told.append(self.story.add(resource, **more))
        return self.told[-1].name

    def write(self) -> None:
        """All that was added, in one transaction."""
        with self.here.unit() as unit:
            for entry in self.told:
                unit.create(entry.resource, by=entry.by)
        self.told = []

    def tie(self, scene: Scene, main: list[str]) -> None:
        party = scene.party
        match scene.tie:
            case "close":
                self.add({"resourceType": "RelatedPerson", "id": scene.key, "patient": ref(PERSON)})
            case "stay":
                stay = {"status": "in-progress", "class": {"code": "IMP"}, "serviceProvider": ref(party)}
                stay |= {"resourceType": "Encounter", "id": scene.key, "subject": ref(PERSON)}
                self.add(stay)
            case "intake":
                self.task(scene, ["ServiceRequest/plein-0"], code=coded(codes.HUB_TASK, "intake"))
            case "asked":
                self.task(scene, ["ServiceRequest/plein-0"])
            case "handed":
                self.task(scene, [name for name in main if not name.startswith("Patient/")], status="completed")
            case "sent":
                self.send(scene)
        for effect, names in scene.words():
            for name in sorted(names):
                self.word(
                    effect, party, "" if name == "*" else name, f"{scene.key}-{effect}-{name.strip('*') or 'tout'}"
                )

    def task(self, scene: Scene, handed: list[str], status: str = "requested", **elements: Any) -> None:
        """An action asked of the scene's party, with a first thing in focus and the others as input."""
        action = {
            "resourceType": "Task",
            "id": scene.key,
            "status": status,
            "intent": "order",
            "description": self.say(),
        }
        action |= {"for": ref(PERSON), "owner": ref(scene.party), "focus": ref(handed[0]), **elements}
        if handed[1:]:
            action["input"] = [{"type": {"text": "pièce"}, "valueReference": ref(name)} for name in handed[1:]]
        self.add(action)
        self.staked[scene.party] = {f"Task/{scene.key}", *handed}

    def orient(self, scenes: list[Scene]) -> None:
        """Intakes that the desk has done with, longer ago than it keeps its slice."""
        for scene in scenes:
            self.task(scene, ["ServiceRequest/plein-1"], code=coded(codes.HUB_TASK, "intake"))
            # What was in focus is no longer handed; the action stays its owner's.
            self.staked[scene.party] = {f"Task/{scene.key}"}
        self.write()
        self.here.pass_time()
        with self.here.unit() as unit:
            for scene in scenes:
                name = f"Task/{scene.key}"
                unit.replace(name, unit.read_whole(name) | {"status": "rejected"}, by=scene.party)
        self.here.pass_time(31 * DAY)

    def send(self, scene: Scene) -> None:
        """A referral of the scene's party: what it wrote itself, and what it asks."""
        say, key, her = self.say, scene.key, ref(PERSON)
        order = {"resourceType": "ServiceRequest", "id": key, "status": "active", "intent": "order", "subject": her}
        order |= {"requester": ref(scene.party), "code": say.text(), "reasonCode": [say.text()], "note": [say.text()]}
        action = {"resourceType": "Task", "id": key, "status": "draft", "intent": "order", "description": say()}
        action |= {"for": her, "requester": ref(scene.party), "owner": ref(HUB), "note": [say.text()]}
        debts, mind = (
            {"resourceType": "Observation", "id": f"{key}-{kind}", "status": "final", "subject": her}
            | {"category": [nature(kind)], "code": say.text(), "note": [say.text()]}
            for kind in ("financial", "psychiatric")
        )
        word = {"resourceType": "Communication", "id": key, "status": "completed", "subject": her, "note": [say.text()]}
        watch = {"resourceType": "Subscription", "id": key, "status": "requested", "reason": say(), "criteria": "Task"}
        watch["channel"] = {"type": "rest-hook"}
        self.staked[scene.party] = {
            self.add(order, by=scene.party),
            self.add(action, by=scene.party),
            self.add(debts, by=scene.party, rest="financial"),
            self.add(mind, by=scene.party, rest="psychiatric"),
            self.add(word, by=scene.party),
            self.add(watch, by=scene.party),
        }

    def join(self, scenes: list[Scene]) -> None:
        """The circle."""
        members = [{"member": ref(scene.party)} for scene in scenes]
        team = {
            "resourceType": "CareTeam",
            "id": "cercle",
            "status": "active",
            "subject": ref(PERSON),
            "name": self.say(),
        }
        self.add(team | {"participant": members})

    def word(self, effect: str, party: str, section: str, key: str) -> None:
        """What she said: it belongs to the one that it names."""
        said = consent(effect, party, section, id=key, organization=[ref(HUB, display=self.say())])
        said["policyRule"]["text"] = self.say()
        said["provision"]["purpose"] = [{"display": self.say()}]
        # A relative is named by a reference into the record: who sees it sees her contacts (rule 3).
        named = pointing if party.startswith("RelatedPerson/") else at
        places = ("consents", "contacts") if party.startswith("RelatedPerson/") else ("consents",)
        self.add(said, exact={"provision": named(*places, holder=party)} if party else {})
