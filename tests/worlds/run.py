"""A case run in two worlds: what the actor is told must be the same, to the byte, and stay so (docs/security.md §4.4).

W0 is the situation; W1 is the same with the hidden changes, each at its moment. After the program everything is read again
in both.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import select

from hub.domain.actor import Actor
from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.access.session import ReadSession
from hub.record.read.current import read_several
from hub.record.repository.record import Record
from hub.record.search.index.parameters import JOURNAL_TYPES, PARAMETERS
from hub.record.tables import part, resource, stake
from hub.record.unit_of_work.unit import UnitOfWork
from hub.settings.settings import Settings, load
from hub.slices import get_reference_rid, list_references
from hub.subscriptions.worker import list_notification_jobs
from tests.hub.subscriptions.receiver import Receiver
from tests.inline import InlineExecutor
from tests.worlds import behind
from tests.worlds.acts import Memory
from tests.worlds.alike import Pair
from tests.worlds.behind import BEHIND
from tests.worlds.changes import WORD, Change, is_hidden, is_told
from tests.worlds.doors import EVERY_SCOPE, Answer, Door, Http, HttpDoor, RecordDoor, client_of
from tests.worlds.oracle import Judge, World
from tests.worlds.pool import pool
from tests.worlds.programs import Case, Step
from tests.worlds.scene import SITUATIONS, Json
from tests.worlds.twin import KEYS, Side, base, make_side


class Leak(AssertionError):
    """An actor was told something of what it may not see."""


class Fault(AssertionError):
    """A request failed where it should have been answered: a fault, whatever else."""


@dataclass
class Counts:
    """What a run has tried, so that it cannot pass by trying nothing (docs/security.md §4.5)."""

    cases: int = 0
    telling: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    refused_changes: int = 0
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    widened: int = 0

    def granted(self, *kinds: str) -> int:
        """How many requests of these kinds were answered with success."""
        return sum(count for (kind, status), count in self.answers.items() if kind in kinds and status.startswith("2"))


class Twin:
    """One of the two worlds as the actor of a case meets it, with the oracle's idea of it beside."""

    def __init__(self, side: Side, http: Http, case: Case) -> None:
        found = base(case.situation)
        side.reset(found)
        self.side, self.case = side, case
        self.world = found.world()
        self.receiver = Receiver()
        self.memory = Memory(work=self.work)
        self.door: Door = (
            HttpDoor(http, case.party, case.role)
            if case.door == "http"
            else RecordDoor(side, case.party, case.role, the_settings())
        )

    @property
    def judge(self) -> Judge:
        return Judge(self.world, self.case.party, self.case.role)

    def perform(self, turn: int, step: Step) -> list[tuple[str, Answer]]:
        self.side.clock.tick(self.case.pace)
        self.side.ids.request = f"r{turn}"
        started = self.side.clock()
        found = list(step.perform(self.door, self.memory, self.case.party))
        if step.writes and any(answer.ok for kind, answer in found if kind not in ("read",)):
            self.refresh(started)
        return found

    def work(self) -> list[Answer]:
        """Let the worker do its rounds; what the actor's endpoint was sent."""
        self.receiver.received.clear()
        for _ in range(2):
            address = "https://hub.example/fhir"
            jobs = list_notification_jobs(self.side.store, self.receiver, address, (30,), 30, executor=InlineExecutor())
            for job in jobs:
                job.run()
        return [
            Answer("200", tuple(sorted(message.headers.items())), message.body) for message in self.receiver.received
        ]

    def change(self, rank: int, change: Change) -> bool:
        """Let `change` happen, if the oracle finds it hidden. Whether it did."""
        if change.kind in BEHIND:
            return self._change_behind(rank, change)
        if self._is_matched(change):
            return False
        after = change.after(self.world.resources)
        if after is None:
            return False
        missing = {name for name in _references(after) if name not in self.world.resources}
        if missing or not is_hidden(self.judge, change.name, after, change.author):
            return False
        if is_told(self.judge, change):
            return False
        if change.kind == "open":
            return self._open(rank, change)
        started = self.side.clock()
        try:
            self.side.write(f"h{rank}", lambda batch: self._put(batch, change.name, after, change.author))
        except Invalid:
            # It crosses from one person to another: the record refuses it to everybody.
            return False
        self.world.authors.setdefault(change.name, change.author)
        self.refresh(started)
        return True

    def _is_matched(self, change: Change) -> bool:
        """Whether the desk may be told of the change by a review: it is told of persons near whom it sends about (`DECLASSIFIED`,
        match)."""
        sends = any(step.kind == "send" for step in self.case.steps)
        return sends and self.case.party == "Organization/dac" and _is_person(change.name)

    def _change_behind(self, rank: int, change: Change) -> bool:
        """Let an act of others happen, and take it back if it concerns somebody whom the actor is shown."""
        if not behind.may_hide(change, self.case.party):
            return False
        image, before, started = self.side.snapshot(), self.world, self.side.clock()
        self.side.ids.request = f"h{rank}"
        if behind.do(self.side, the_settings(), change, self.judge):
            names, earlier = self.refresh(started), Judge(before, self.case.party, self.case.role)
            known = [name for name in names if name in before.resources]
            if behind.is_apart(self.judge, names) and behind.is_apart(earlier, known):
                return True
            self.side.restore(image)
        self.world = before
        return False

    def _open(self, rank: int, change: Change) -> bool:
        """Let somebody else read it. Whether that was shown to them."""
        party, role = change.more
        self.side.ids.request = f"h{rank}"
        try:
            Record(self.side.store, Actor(party, role, client_of(party, role), (EVERY_SCOPE,))).read(change.name)
        except (NotFound, Refused):
            return False
        return True

    def _put(self, batch: UnitOfWork, name: str, after: Json, author: str) -> None:
        if name in self.world.resources:
            batch.replace(name, after, by=author)
        else:
            batch.create(after, by=author)

    def refresh(self, started: int) -> list[str]:
        """Let the oracle know what stands otherwise since `started`; the names of it."""
        names = self._changed(started)
        found = dict(self.world.resources)
        authors = dict(self.world.authors)
        for name in names:
            found[name] = self.side.whole(name)
            authors.setdefault(name, self._author(name))
        self.world = World(found, authors, self.world.now)
        return names

    def _author(self, name: str) -> str:
        """Who wrote a new resource, "" for the hub itself."""
        written = select(stake.c.party).where(stake.c.rid == get_reference_rid(name), stake.c.kind == "authored")
        with self.side.store.read() as connection:
            return connection.scalar(written) or ""

    def _changed(self, started: int) -> list[str]:
        with self.side.store.read() as connection:
            changed = (
                select(resource.c.type, resource.c.id)
                .where(resource.c.rid.in_(select(part.c.rid).where(part.c.since >= started)))
                .distinct()
            )
            return [f"{row.type}/{row.id}" for row in connection.execute(changed)]

    def sweep(self, names: list[str], party: str = "", role: str = "") -> list[tuple[str, bytes, str, int]]:
        """All that the actor of the case, or another one, sees now of `names`."""
        party, role = party or self.case.party, role or self.case.role
        actor = Actor(party, role, client_of(party, role), (EVERY_SCOPE,))
        with self.side.store.read() as connection:
            slices = read_several(ReadSession(actor, self.side.store.get_time(), connection, KEYS), names)
        return [(one.name, one.body, one.version, one.updated) for one in slices]


def _references(resource: Any) -> set[str]:
    return set(list_references(resource))


@cache
def the_settings() -> Settings:
    return load({"HUB_ENV": "demo", "HUB_VAR": tempfile.mkdtemp(prefix="maillage-worlds-")})


@cache
def sides() -> tuple[tuple[Side, Http], tuple[Side, Http]]:
    first, second = make_side(), make_side()
    return (first, Http(first, the_settings())), (second, Http(second, the_settings()))


def make_worlds() -> None:
    """Have the worlds of this process made. They are kept: a hub with a fault must not be the first to ask for them."""
    sides()
    for situation in SITUATIONS:
        base(situation)


def run(case: Case, counts: Counts) -> None:
    """Run `case` in both worlds. Raises Leak at the first difference."""
    (side0, http0), (side1, http1) = sides()
    one, other = Twin(side0, http0, case), Twin(side1, http1, case)
    counts.cases += 1
    happened, others_acted = 0, False
    pair = Pair()
    told: list[Answer] = []
    for turn, step in enumerate((*case.steps, None)):
        for rank, change in enumerate(case.changes):
            # What is hidden has a time of its own, as on a clock that runs, and the next step a later one.
            for twin in (one, other):
                twin.side.clock.tick(case.pace)
            if change.slot == turn or (step is None and change.slot > turn):
                done = other.change(rank, change)
                counts.changes[change.kind] += done
                counts.refused_changes += not done
                happened += done
                others_acted |= done and change.kind in BEHIND
        if step is None:
            break
        rights = _rights(other) if step.writes else None
        answers, others = one.perform(turn, step), other.perform(turn, step)
        if step.writes and (_rights(other) != rights or _follows_newcomer(one, other, others_acted)):
            # By what it wrote the actor has come to see more: the worlds are no longer alike for it.
            _compare(case, turn, step, answers[:1], others[:1], pair, _apart(one, other))
            counts.widened += 1
            return
        apart = _apart(one, other)
        _compare(case, turn, step, answers, others, pair, apart)
        told += [answer for _, answer in others]
        counts.answers.update((kind, answer.status) for kind, answer in others)
    _compare_all(case, one, other, counts, told, pair)
    seen = any(answer.ok and answer.body for answer in told)
    counts.shown[case.role] += seen
    counts.telling += bool(seen and happened)


def _rights(twin: Twin) -> Any:
    """What the actor's rights hang on, but for its stakes in what it made itself."""
    judge = twin.judge
    base_names = base(twin.case.situation).resources
    staked = {name for name, parties in judge.stakes().items() if judge.party in parties and name in base_names}
    return judge.ties("Patient/jeanne"), judge.said("Patient/jeanne"), staked


def _follows_newcomer(one: Twin, other: Twin, others_acted: bool) -> bool:
    """Whether the actor is shown, by more than its stakes, somebody new whom the worlds may know otherwise: somebody whom one of
    them lacks, or anybody new once others have acted behind the actor's back."""
    known = base(one.case.situation).resources
    apart = frozenset[str]().union(*_apart(one, other))
    for twin in (one, other):
        new = [name for name in twin.world.resources if _is_person(name) and name not in known]
        persons = new if others_acted else [name for name in new if name.partition("/")[2] in apart]
        if not behind.is_apart(twin.judge, persons):
            return True
    return False


def _apart(one: Twin, other: Twin) -> tuple[frozenset[str], frozenset[str]]:
    """The identifiers of the persons that only the first and only the second world has, each with those of whom the actor knew
    nothing when the program began: of these it cannot tell one from another."""
    unknown = _list_unknown(one.case.situation, one.case.party, one.case.role)
    persons = [{name for name in twin.world.resources if _is_person(name)} for twin in (one, other)]
    apart = [unknown | (persons[0] - persons[1]), unknown | (persons[1] - persons[0])]
    first, second = (frozenset(name.partition("/")[2] for name in names) for names in apart)
    return first, second


@cache
def _list_unknown(situation: str, party: str, role: str) -> frozenset[str]:
    """The persons of a situation whom nothing names that the actor sees at its start."""
    view = pool(situation, party, role).judge.view()
    known = {*view, *(name for found in view.values() for name in list_references(found))}
    return frozenset(name for name in base(situation).resources if _is_person(name) and name not in known)


def _is_person(name: str) -> bool:
    return name.startswith("Patient/")


def _compare(
    case: Case,
    turn: int,
    step: Step,
    answers: list[Any],
    others: list[Any],
    pair: Pair,
    apart: tuple[frozenset[str], frozenset[str]],
) -> None:
    for (kind, answer), (_, other) in zip(answers, others, strict=False):
        if answer.status.startswith("5") or other.status.startswith("5"):
            raise Fault(f"{kind} failed: {answer.status} and {other.status} at step {turn}, {step}")
        if pair.differ(answer, other, apart):
            raise Leak(f"{kind} at step {turn}, {step}:\nW0 {answer}\nW1 {other}\n{case}")
    if len(answers) != len(others):
        raise Leak(f"another number of answers at step {turn}, {step}")


def _compare_all(case: Case, one: Twin, other: Twin, counts: Counts, told: list[Answer], pair: Pair) -> None:
    names = sorted({*one.side.names(), *other.side.names()})
    left, right, apart = one.sweep(names), other.sweep(names), _apart(one, other)
    if pair.differ_slices(left, right, apart):
        both = set(left) & set(right)
        differences = [[one for one in slices if one not in both][:2] for slices in (left, right)]
        raise Leak(f"afterwards: {differences}\n{case}")
    if counts.cases % 8 == 0:
        for turn, resource_type in enumerate(PARAMETERS, 100):
            whose = (("patient", "Patient/jeanne"),) if resource_type in JOURNAL_TYPES else ()
            asked = Step("search", resource_type, (*whose, ("_count", "200"), ("_total", "accurate")))
            _compare(case, turn, asked, one.perform(turn, asked), other.perform(turn, asked), pair, apart)
    known = pool(case.situation, case.party, case.role)
    words = {word for _, word in known.dark} | {change.word for change in case.changes}
    dark = words - known.bright - set(WORD.findall(repr(case.steps)))
    for answer in told:
        if found := dark & set(WORD.findall(answer.body.decode())):
            raise Leak(f"canaries {found} in {answer}\n{case}")
