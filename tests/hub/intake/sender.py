"""Processes that take in demand after demand and say each one that was acknowledged, until they are killed.

`python -m tests.hub.intake.sender URL FOLDER`: takes in the demand `R-0`, then for each number on its standard input forks
a process that goes on from there; a fork starts warm, so that it can be killed early in its work.
"""

from __future__ import annotations

import os
import sys

from hub.domain.actor import Actor
from hub.intake import receive
from hub.record.db.store import Store, open_store
from hub.settings.settings import Settings, load
from tests.conftest import SEAL_KEYS
from tests.hub.intake import letters
from tests.hub.intake.conftest import task_in

ACTOR = Actor("Organization/chu", "hosp_clinicien", "chu", ("system/Bundle.c",), sources=("chu-hl7",))


def send(store: Store, settings: Settings, number: int) -> None:
    raw = letters.ref(f"R-{number}", name=f"EXEMPLE{number}^ALIX^ALIX^^^^L", ipp=str(number))
    answer = receive(store, ACTOR, "chu-hl7", "application/hl7-v2", raw, settings=settings)
    print(number, task_in(answer), flush=True)


def send_from(url: str, settings: Settings, number: int) -> None:
    store = open_store(url, SEAL_KEYS)
    print("ready", os.getpid(), flush=True)
    while True:
        send(store, settings, number)
        number += 1


def main(url: str, folder: str) -> None:
    settings = load({"HUB_ENV": "demo", "HUB_VAR": folder})
    store = open_store(url, SEAL_KEYS)
    send(store, settings, 0)
    # No connection crosses the fork.
    store.dispose()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            send_from(url, settings, int(line))
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
