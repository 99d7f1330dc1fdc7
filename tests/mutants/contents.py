"""Faults in what a slice carries: names beside addresses, extensions, labels, marks of what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from hub.record.read import current, slice
from hub.record.unit_of_work import unit
from hub.record.write import edit
from hub.slices.placement.disclosure import PlaceNames
from tests.mutants.blind import EYES, all_of, replaced

# The package gives its name to the function.
admitting = import_module("hub.conformance.admissible")
_LABEL = b'"code":"REDACTED"}]'


def _masked(whole: Any) -> Any:
    """Where something is not shown, a mark says that it is there."""

    def present(name: str, rows: Any, keys: Any) -> Any:
        found = whole(name, rows, keys)
        every = None if found is None or EYES.depth else EYES.whole(name)
        hidden = every is not None and len(every.body) > len(found.body)
        return found._replace(body=found.body[:-1] + b',"_masked":[]}') if hidden else found

    return present


def _labelled(whole: Any) -> Any:
    """The label says whether a section is spoken of."""

    def head(name: str, version: str, updated: int) -> bytes:
        return whole(name, version, updated).replace(_LABEL, b'"code":"REDACTED"},{"code":"PSY"}]')

    return head


def _open_target(whole: Any) -> Any:
    return lambda _entry, _domain, reveals, directory: whole(0, 0, reveals, directory)


MUTANTS: dict[str, Callable[[], Any]] = {
    "a reference needs nothing of where it leads (L106)": replaced(unit, "Target", _open_target),
    "a sender's words beside an address are kept (L105)": replaced(admitting, "_BESIDE", lambda _: frozenset()),
    "an extension without a place is kept (L108)": replaced(admitting, "_refused", lambda _: lambda *_given: iter(())),
    "the label says what the resource is (L110)": all_of(
        replaced(admitting, "_DROPPED", lambda _: ()), replaced(slice, "_head", _labelled)
    ),
    "what is hidden is masked instead of absent (L111)": replaced(current, "_present", _masked),
    "an action is modified by hidden edits too (L116)": replaced(
        edit, "_dated", lambda _: lambda _batch, task, _: task
    ),
    "an agreement about another party is told (L119)": replaced(
        PlaceNames, "_told_to_all", lambda _: lambda _self, name: name
    ),
}
