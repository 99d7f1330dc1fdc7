"""Accounts in the worlds: the same programs, asked of the record by people who act for a party in a role (`docs/leaks.md` B11).

Each actor of the worlds has two accounts, `first` and `second`; `second` also acts for another organisation. A `Seat` is an actor
on one side with what it remembers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from sqlalchemy import insert, update

from hub.domain.actor import Actor
from hub.domain.errors import Invalid
from hub.domain.sections import ALONE
from hub.record.access.account_party import build_account_party
from hub.record.access.grants import add_party, rebuild_grants
from hub.record.access.session import ReadSession
from hub.record.read.current import read_several
from hub.record.repository.record import Record
from hub.record.tables import account, assignment, part
from hub.record.tables.base import EVER
from hub.record.unit_of_work.store_rows import INDEXES
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_reference_rid
from tests import territory
from tests.territory import PERSON
from tests.worlds.changes import WORD, Change
from tests.worlds.doors import EVERY_SCOPE, Answer, RecordDoor, client_of
from tests.worlds.oracle import World
from tests.worlds.pool import pool
from tests.worlds.programs import Case, Memory, Step
from tests.worlds.scene import ACTORS, Json
from tests.worlds.twin import KEYS, Base, Side, base, make_side

JEANNE = get_reference_rid(PERSON)
FIRST, SECOND = "first", "second"
# For whom the second account of every actor acts besides.
ELSEWHERE = ("Organization/dehors", "saad")
_HELD = "Condition/seule"


@dataclass(frozen=True)
class Setting:
    """A world of accounts. `masked`: whom Jeanne masks, of the accounts of `party` in `role`; `holds`: whether the second of
    them holds a tie and a Condition by itself."""

    situation: str
    party: str
    role: str
    masked: tuple[str, ...] = ()
    holds: bool = False


def name_account(which: str, party: str, role: str) -> str:
    """The id of an account of the worlds."""
    return f"{which}-{role}-{party.partition('/')[2]}"[:40]


def build_actor(which: str, party: str, role: str, context: tuple[str, str] = ("", "")) -> Actor:
    """The account `which` of (party, role), in that context or in another one; "" is the software of the party."""
    acting = context if any(context) else (party, role)
    if not which:
        return Actor(*acting, client_of(*acting), (EVERY_SCOPE,))
    name = name_account(which, party, role)
    return Actor(*acting, name, (EVERY_SCOPE,), account=name)


@cache
def set_world(setting: Setting) -> Base:
    """The situation with the accounts of one actor, built in this process once."""
    found, side = base(setting.situation), make_side()
    side.reset(found)
    side.write("accounts", lambda unit: _add_accounts(unit, setting))
    if setting.holds:
        held = territory.condition("seule", "F20.0", note=[{"text": "zq9999z"}])
        side.write("held", lambda unit: unit.create(held, by=""))  # type: ignore[arg-type, return-value]
        _hold(side, setting)
    image = side.snapshot()
    side.close()
    return replace(found, image=image)


def _add_accounts(unit: UnitOfWork, setting: Setting) -> None:
    party, role = setting.party, setting.role
    for which, contexts in ((FIRST, [(party, role)]), (SECOND, [(party, role), ELSEWHERE])):
        name = name_account(which, party, role)
        unit.connection.execute(
            insert(account).values(
                account_id=name, name=name, national_id="", practitioner="", active=True, created=unit.time
            )
        )
        for number, (at, acting) in enumerate(sorted(set(contexts))):
            add_party(unit.connection, at, acting, unit.time)
            unit.connection.execute(
                insert(assignment).values(
                    assignment_id=f"{name}-{number}"[-40:], account_id=name, party=at, role=acting, since=unit.time,
                    until=EVER, given_by="", confirmed=unit.time, confirmed_by="", entry="",
                )
            )  # fmt: skip
        if which in setting.masked:
            unit.facts.add_mask(JEANNE, name, PERSON, (0, EVER))
    if setting.holds:
        own = build_account_party(name_account(SECOND, party, role), party, role)
        for kind in ("circle", "stay", "desk"):
            unit.facts.add_tie(JEANNE, own, kind, PERSON)


def _hold(side: Side, setting: Setting) -> None:
    own = build_account_party(name_account(SECOND, setting.party, setting.role), setting.party, setting.role)
    with side.store.write() as connection:
        for table in (part, *INDEXES):
            rows = update(table).where(table.c.rid == get_reference_rid(_HELD))
            connection.execute(rows.values(needs=ALONE, stake_needs=ALONE, holder=own))
        rebuild_grants(connection, [JEANNE])


class AccountDoor(RecordDoor):
    """The record as any actor sees it."""

    def __init__(self, side: Side, actor: Actor) -> None:
        self._record = Record(side.store, actor, "https://hub.example/fhir")


class Seat:
    """An actor on one side, in the world of `setting`."""

    def __init__(self, side: Side, setting: Setting, actor: Actor, case: Case) -> None:
        found = set_world(setting)
        side.reset(found)
        self.side, self.actor, self.case = side, actor, case
        self.memory, self.door = Memory(), AccountDoor(side, actor)
        self.world = World(dict(found.resources), dict(found.authors), found.world().now)

    def perform(self, turn: int, step: Step) -> list[tuple[str, Answer]]:
        self.side.clock.tick(self.case.pace)
        self.side.ids.request = f"r{turn}"
        return list(step.perform(self.door, self.memory, self.actor.party))

    def change(self, rank: int, change: Change) -> bool:
        """Let anything happen to what is Jeanne's. Whether it did; offers, which name nobody, are left as they are."""
        before = self.world.resources.get(change.name)
        after = change.after(self.world.resources)
        if after is None or change.kind == "open" or self._is_elsewhere(before) or self._is_elsewhere(after):
            return False
        try:
            self.side.write(f"h{rank}", lambda unit: self._put(unit, change, after))
        except Invalid:
            return False
        self.world = self.world.with_(change.name, after, change.author)
        return True

    def is_of_jeanne(self, name: str) -> bool:
        """Whether the situation has `name` as Jeanne's, and not as an offer, which shows nobody's."""
        resource = self.world.resources.get(name)
        return resource is not None and not self._is_elsewhere(resource)

    def _is_elsewhere(self, resource: Json | None) -> bool:
        if resource is None:
            return False
        return self.world.person(resource) != PERSON or any(
            part_of.place.offer for part_of in self.world.parts(resource)
        )

    def _put(self, unit: UnitOfWork, change: Change, after: Json) -> None:
        if change.name in self.world.resources:
            unit.replace(change.name, after, by=change.author)
        else:
            unit.create(after, by=change.author)

    def sweep(self, actor: Actor | None = None) -> list[tuple[str, bytes, str, int]]:
        """All that the actor, or another one, sees now."""
        names = self.side.names()
        with self.side.store.read() as connection:
            session = ReadSession(actor or self.actor, self.side.store.get_time(), connection, KEYS)
            slices = read_several(session, names)
        return [(found.name, found.body, found.version, found.updated) for found in slices]


def shown_changes(case: Case) -> tuple[Change, ...]:
    """Changes of what the role sees of Jeanne, and those of the case, at each step."""
    draw = Random(f"{case.party} {case.role} {len(case.steps)}")
    known = pool(case.situation, case.party, case.role)
    resources = base(case.situation).resources
    seen = [name for name in known.seen if WORD.search(repr(resources[name]))]
    edits = []
    for name in draw.sample(seen, min(4, len(seen))):
        word = draw.choice(WORD.findall(repr(resources[name])))
        edits.append(Change(draw.randrange(3), draw.choice(("say", "drop", "void")), name, word))
    return (*edits, *case.changes)


def list_common(case: Case) -> Iterator[tuple[int, Step]]:
    """The steps whose answers name neither who asked nor a subscriber: not the journal, nor Subscriptions."""
    for turn, step in enumerate(case.steps):
        if "AuditEvent" not in repr(step) and "ubscription" not in repr(step):
            yield turn, step


def strip(answer: Answer) -> Answer:
    """An answer without its page link, which is sealed for one actor; whether there is one stays."""
    kept = tuple(pair for pair in answer.headers if pair[0] != "next")
    return replace(answer, headers=kept, next="more" if answer.next else "")


def list_actors() -> list[tuple[str, str]]:
    """The actors of the worlds that people may be: not software."""
    return [actor for actor in ACTORS if not actor[1].startswith("m2m_")]
