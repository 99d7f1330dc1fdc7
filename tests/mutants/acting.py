"""Faults in what a sender learns from its own messages: each put back what acting programs have found (`tests.worlds.found`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub.intake import pipeline
from hub.record.admission.lookup import Lookup
from tests.mutants.blind import all_of, replaced


def _share_stays(whole: Any) -> Any:
    return lambda lookup, patient, system, value, **_: (
        whole(lookup, patient, system, value, is_written=True)
        or whole(lookup, patient, system, value, is_written=False)
    )


def _follow_merges(whole: Any) -> Any:
    return lambda lookup, system, value: [
        replace(person, patient=lookup._follow_merge(person.patient)) for person in whole(lookup, system, value)
    ]


MUTANTS: dict[str, Callable[[], Any]] = {
    "the id of a notice in doubt stayed free": replaced(
        pipeline, "_claims_key", lambda _: lambda _content, _error: False
    ),
    "a demand went on with the stay that a notice made": replaced(Lookup, "find_stay", _share_stays),
    "another bearer of the number changed whom a demand was about": all_of(
        replaced(Lookup, "is_known", lambda _: lambda _lookup, _patient: False),
        replaced(Lookup, "read_shown", lambda _: lambda _lookup, patients: {name: [] for name in patients}),
    ),
    "a demand about somebody known by an action alone confirmed the number": replaced(
        Lookup, "is_known", lambda _: lambda _lookup, _patient: False
    ),
    "a merge changed whom a demand was about": replaced(Lookup, "list_told", _follow_merges),
}
