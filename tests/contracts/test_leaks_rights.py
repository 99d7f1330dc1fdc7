"""The leak cases of rights in time by their numbers: agreements that begin and end, rebuilt rights, restored records
(`docs/leaks.md` L129, L145)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from hub.app import create_app
from hub.domain.errors import NotFound, Refused
from hub.record.access.grants import rebuild_all
from hub.record.access.predicate import hash_holder
from hub.record.db.store import Store, open_store
from hub.record.maintenance.migrate import migrate
from hub.record.maintenance.reindex import reindex_all
from hub.record.tables import grant
from hub.record.tables.base import EVER
from hub.settings.settings import load
from hub.slices import get_reference_rid
from tests.contracts.cases import leak
from tests.contracts.leak_worlds import (
    HIDDEN,
    ROLES,
    SEEN,
    SEES_PSYCHIATRY,
    World,
    make_world,
)
from tests.territory import (
    DAY,
    PARTY_OF,
    PERSON,
    Territory,
    condition,
    consent,
    settle_territory,
)

CIRCLE = ("ssiad", "psy_cmp", "medecin_traitant", "ccas", "saad", "ems_apa", "gestionnaire")


def _agreed(here: Territory, **provision: Any) -> None:
    said = consent("permit", section="psychiatric", id="passe")
    said["provision"] |= provision
    here.write(said)
    here.pass_time()


PAST_AND_FUTURE = {
    "ended": {"period": {"start": "2026-11-01", "end": "2026-11-20"}},
    "not begun": {"period": {"start": "2026-11-23"}},
    "another's": {"actor": [{"role": {"text": "x"}, "reference": {"reference": "Organization/ems"}}]},
    "holds": {"period": {"start": "2026-11-01", "end": "2026-12-20"}},
}


@leak(129, kills="an agreement holds for ever (L129)")
@pytest.mark.parametrize("which", PAST_AND_FUTURE)
def test_L129_an_agreement_opens_in_its_period_to_whom_it_names(store: Store, which: str) -> None:
    here = settle_territory(store)
    here.join_circle(*CIRCLE)
    here.write(condition("psy", "F20.0"), by="Organization/cmp")
    here.pass_time()
    before = {role for _, role in ROLES if _opens(here, role, "Condition/psy")}
    assert before <= SEES_PSYCHIATRY
    _agreed(here, **PAST_AND_FUTURE[which])
    more = {role for _, role in ROLES if _opens(here, role, "Condition/psy")} - before
    assert ("gestionnaire" in more) == (which == "holds")
    assert which == "holds" or not more
    here.pass_time(30 * DAY)
    after = {role for _, role in ROLES if _opens(here, role, "Condition/psy")}
    assert "gestionnaire" not in after or which == "not begun"


def _opens(here: Territory, role: str, name: str) -> bool:
    try:
        here.open(role).read(name)
    except (NotFound, Refused):
        return False
    return True


@leak(145, kills="a rebuild keeps the rights that it finds (L145)")
def test_L145_rights_are_derived_again_and_none_is_kept(store: Store) -> None:
    """What was taken away stays so through a rebuild of the rights, of the indexes, and the migrations; a right that stands in
    a restored table without a fact behind it is gone after the rebuild."""
    here = settle_territory(store)
    here.join_circle(*CIRCLE)
    here.write(condition("v"), by="Organization/dac")
    here.pass_time()
    names = ("Condition/v", PERSON)
    could = {(role, name) for _, role in ROLES for name in names if _opens(here, role, name)}
    assert {(role, "Condition/v") for role in ("ssiad", "medecin_traitant")} <= could
    here.join_circle("medecin_traitant")
    here.pass_time()
    left = {(role, name) for _, role in ROLES for name in names if _opens(here, role, name)}
    assert ("ssiad", "Condition/v") not in left
    with store.write() as connection:
        for _, role in ROLES:
            _restore_stale_right(connection, here, role)
    assert _opens(here, "ssiad", "Condition/v")
    migrate(store)
    with store.write() as connection:
        assert rebuild_all(connection).changed
    reindex_all(store)
    assert {(role, name) for _, role in ROLES for name in names if _opens(here, role, name)} == left
    with store.write() as connection:
        assert not rebuild_all(connection).changed


def _restore_stale_right(connection: Any, here: Territory, role: str) -> None:
    party, everything = PARTY_OF[role], (1 << 62) - 1
    connection.execute(
        insert(grant).values(
            person=get_reference_rid(PERSON), holder=hash_holder(party, role), since=1, domains=0, until=EVER, party=party,
            role=role, sees=everything, own=everything, writes=0, own_writes=0, why="circle",
        )
    )  # fmt: skip


def test_L145_a_restored_copy_of_the_record_gives_what_the_record_gave(tmp_path: Path) -> None:
    before = make_world(tmp_path, "before", hidden=True, psychiatric=True)
    kept = before.http.application.extensions["store"]  # type: ignore[attr-defined]
    copy = tmp_path / "restored.sqlite"
    source = kept.writer.raw_connection()
    source.execute(f"VACUUM INTO '{copy}'")
    source.close()
    store = open_store(f"sqlite:///{copy}", kept.seal_keys, durable=False, now=kept.now, new_id=kept.new_id)
    with store.write() as connection:
        assert not rebuild_all(connection).changed
    after = World(
        create_app(load({"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)}), store).test_client(), before.tokens, before.ids
    )
    for actor in ROLES:
        for path in (*SEEN, HIDDEN, "/Task/p"):
            assert before.ask(actor, "GET", path) == after.ask(actor, "GET", path), (actor, path)
