"""kill -9 in the middle of a stream of demands, 20 times: what was acknowledged is there, whole; nothing is half there."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.record.db.store import open_store
from hub.record.tables import index_token, message, outbox, part, resource
from tests.conftest import SEAL_KEYS
from tests.hub.intake import letters
from tests.hub.intake.conftest import Intake, hub_task, task_in
from tests.territory import settle_territory

KILLS = 20
ROOT = Path(__file__).parents[3]


@pytest.fixture
def intake(database, settings):
    """Committed as in production: what is written must be on the disk."""
    store = open_store(database, SEAL_KEYS)
    yield Intake(store, settings, settle_territory(store))
    store.dispose()


@contextmanager
def senders(database, folder):
    """A process that makes senders; `folder` is for its settings."""
    command = [sys.executable, "-m", "tests.hub.intake.sender", database, folder]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.stdin.close()


def stream_until_killed(process, first, whole, share):
    """(number, task) of what a sender that began with `first` acknowledged: it is killed in the demand after the first
    `whole` ones, after `share` of the time that one took."""
    process.stdin.write(f"{first}\n")
    process.stdin.flush()
    pid = int(process.stdout.readline().split()[1])
    started = time.monotonic()
    lines = [process.stdout.readline() for _ in range(whole)]
    time.sleep((time.monotonic() - started) / whole * share)
    os.kill(pid, signal.SIGKILL)
    lines += iter(process.stdout.readline, "dead\n")
    return [(int(number), task) for number, task in map(str.split, lines)]


def test_p03_what_was_acknowledged_survives_kill_9(intake, database, tmp_path):
    luck, acknowledged = random.Random(20), {}
    with senders(database, str(tmp_path / "var")) as process:
        acknowledged.update([process.stdout.readline().split()])
        for _ in range(KILLS):
            # It begins with what may have been under way at the kill: a sender without answer sends again.
            first = max(map(int, acknowledged)) + 1
            told = stream_until_killed(process, first, luck.randint(1, 3), luck.uniform(0.0, 1.2))
            acknowledged |= {str(number): task for number, task in told}
    assert len(acknowledged) > KILLS
    rows = {row["key"].removeprefix("DPI^CHU-FICTIF|R-"): row for row in intake.rows("admitted")}
    assert {key: rows[key]["task"] for key in acknowledged} == acknowledged
    _all_whole(intake, rows)
    _nothing_half(intake, rows)
    _waiting_messages_are_taken_when_sent_again(intake)


def _all_whole(intake, rows):
    """Every admitted message has its demand, its person, its plan and its bytes, and can be read by its sender."""
    reader = intake.territory.open("hosp_clinicien")
    for row in rows.values():
        task = intake.whole(row["task"])
        request, patient = intake.whole(task["focus"]["reference"]), intake.whole(task["for"]["reference"])
        assert request["subject"]["reference"] == f"Patient/{patient['id']}"
        document = intake.whole(task["input"][0]["valueReference"]["reference"])
        binary = intake.whole(document["content"][0]["attachment"]["url"])
        assert binary["securityContext"]["reference"] == f"DocumentReference/{document['id']}"
        assert row["sha256"]
        reader.read(row["task"])


def _nothing_half(intake, rows):
    """As many of each as messages admitted, whatever was under way; no row without its resource, no fact without effect."""
    one_each = ("ServiceRequest", "CarePlan", "CareTeam", "Provenance", "Condition", "DocumentReference", "Binary")
    assert {kind: len(intake.names(kind)) for kind in one_each} == dict.fromkeys(one_each, len(rows))
    assert len(intake.intake_tasks()) == len(rows)
    assert len(intake.names("Patient")) == len(rows) + 1  # the territory has one
    with intake.store.read() as connection:
        known = set(connection.scalars(select(resource.c.rid)))
        for table in (part, index_token):
            assert set(connection.scalars(select(table.c.rid))) <= known
        assert known <= set(connection.scalars(select(part.c.rid)))
        told = Counter(connection.scalars(select(outbox.c.rid)))
        assert set(told) <= known
        states = Counter(connection.scalars(select(message.c.state)))
    assert set(states) <= {"admitted", "received", "repeated"}


def _waiting_messages_are_taken_when_sent_again(intake):
    """Those that the kills left in the inbox, whole bytes each, are demands as soon as the sender sends them again."""
    for row in intake.rows("received"):
        assert row["raw"].startswith(b"MSH|")
        assert task_in(intake.send("hosp_clinicien", row["raw"]))
    assert intake.rows("received") == []
    assert {hub_task(task) for task in map(intake.whole, intake.names("Task"))} <= {"intake", "match-review"}
    assert b"MSA|AA" in intake.send("hosp_clinicien", letters.ref("LAST")).body
