"""What fails while demands come in. Each scenario leaves a hub that works, so that the next one follows on the same record."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.drill.cluster import Cluster
from tests.drill.stage import Outcome, Stage

# Acknowledgements after which a hub counts as recovered.
_ENOUGH = 5


class Impossible(Exception):
    """Says what is missing here."""


def kill_worker(stage: Stage) -> Outcome:
    """kill -9 of one worker of gunicorn."""
    hub = stage.hubs[0]
    senders = stage.send(hub)
    fault = time.monotonic()
    hub.kill_worker()
    senders.wait_for(_ENOUGH, fault)
    return stage.count_outcome("worker killed", senders, fault)


def kill_hub(stage: Stage) -> Outcome:
    """kill -9 of the master and all workers, and an immediate start."""
    hub = stage.hubs[0]
    senders = stage.send(hub)
    fault = time.monotonic()
    hub.kill()
    hub.start()
    senders.wait_for(_ENOUGH, fault)
    return stage.count_outcome("hub killed, started again", senders, fault)


def close_log(stage: Stage) -> Outcome:
    """Standard output is a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    hub = stage.open_hub(stdout=writer)
    os.close(writer)
    senders = stage.send(hub)
    fault = time.monotonic()
    os.close(reader)
    senders.wait_for(_ENOUGH, fault)
    outcome = stage.count_outcome("log closed", senders, fault)
    hub.stop()
    return outcome


def fill_disk(stage: Stage) -> Outcome:
    """The disk of an SQLite record is full for a while. It is a small file system of its own."""
    if not os.path.ismount(stage.var.parent):
        raise Impossible("this account may not mount a small disk")
    hub, filler = stage.hubs[0], stage.var.parent / "filler"
    senders = stage.send(hub)
    _fill(filler)
    # Until the log of SQLite has to grow, small writes find room: the hub says that it is not ready before they fail.
    unready = _wait_unready(stage)
    filler.unlink()
    fault = time.monotonic()
    senders.wait_for(_ENOUGH, fault)
    hub.wait_ready()
    return stage.count_outcome("disk full, then freed", senders, fault, unready)


def move_clock(stage: Stage) -> Outcome:
    """The clock of the hub goes back by an hour, then to the right time."""
    hub = stage.open_hub(offset=0.0)
    senders = stage.send(hub)
    hub.set_clock(-3600.0)
    before = time.monotonic()
    senders.wait_for(_ENOUGH, before)
    hub.set_clock(0.0)
    fault = time.monotonic()
    senders.wait_for(_ENOUGH, fault)
    outcome = stage.count_outcome("clock back by an hour, and right again", senders, fault)
    hub.stop()
    return outcome


def set_clocks_apart(stage: Stage) -> Outcome:
    """Two nodes whose clocks are two seconds apart: written at the one ahead, read at the other one at once."""
    ahead, behind = stage.open_hub(offset=2.0), stage.hubs[0]
    fault = time.monotonic()
    senders = stage.send(ahead, behind)
    senders.wait_for(_ENOUGH, fault)
    outcome = stage.count_outcome("two nodes, clocks 2 s apart", senders, fault)
    ahead.stop()
    return outcome


def kill_database(stage: Stage) -> Outcome:
    """kill -9 of PostgreSQL, and an immediate start."""
    senders = stage.send(stage.hubs[0])
    fault = time.monotonic()
    assert stage.primary is not None
    stage.primary.kill()
    stage.primary.start()
    senders.wait_for(_ENOUGH, fault)
    return stage.count_outcome("database killed, started again", senders, fault)


def silence_database(stage: Stage) -> Outcome:
    """The host of the database says nothing for a while, with all connections open."""
    assert stage.proxy is not None
    senders = stage.send(stage.hubs[0])
    stage.proxy.is_silent = True
    unready = _wait_unready(stage)
    stage.proxy.cut()
    stage.proxy.is_silent = False
    fault = time.monotonic()
    senders.wait_for(_ENOUGH, fault)
    stage.hubs[0].wait_ready()
    return stage.count_outcome("database silent, then back", senders, fault, unready)


def fail_over(stage: Stage) -> Outcome:
    """The primary is killed, the synchronous standby promoted, and the proxy leads to it."""
    assert stage.primary is not None and stage.proxy is not None
    stage.standby = standby = Cluster(stage.folder / "standby")
    standby.copy(stage.primary)
    standby.start()
    stage.primary.require_standby()
    senders = stage.send(stage.hubs[0])
    fault = time.monotonic()
    stage.primary.kill()
    standby.promote()
    stage.proxy.path = standby.socket
    stage.proxy.cut()
    senders.wait_for(_ENOUGH, fault)
    return stage.count_outcome("failover to the standby", senders, fault)


Scenario = Callable[[Stage], Outcome]
COMMON: tuple[Scenario, ...] = (kill_worker, kill_hub, close_log, set_clocks_apart, move_clock)
# The failover is the last one: there is no standby after it.
SCENARIOS: dict[str, tuple[Scenario, ...]] = {
    "sqlite": (*COMMON, fill_disk),
    "postgres": (*COMMON, kill_database, silence_database, fail_over),
}


def _wait_unready(stage: Stage) -> bool:
    """Whether `/readyz` becomes 503 within ten seconds, and stays so for two."""
    until = time.monotonic() + 10
    while stage.hubs[0].get_readiness()[0] == 200:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if stage.hubs[0].get_readiness()[0] == 200:
            return False
        time.sleep(0.2)
    return True


@contextmanager
def _holding(path: os.PathLike[str]) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        yield handle
    finally:
        os.close(handle)


def _fill(path: os.PathLike[str]) -> None:
    """Write until nothing more fits."""
    with _holding(path) as handle:
        try:
            while True:
                os.write(handle, bytes(4096))
        except OSError:
            return
