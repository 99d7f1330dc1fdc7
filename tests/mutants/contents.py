"""Faults in what a slice carries: names beside addresses, extensions, labels, marks of what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.conformance import admissible
from hub.record.read import current, slice
from hub.record.unit_of_work import targets
from hub.record.write import before_write
from hub.slices.placement.disclosure import PlaceNames
from tests.mutants.blind import EYES, all_of, replaced

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
    "a reference needs nothing of where it leads (L106)": replaced(targets, "Target", _open_target),
    "a sender's words beside an address are kept (L105)": replaced(admissible, "_DISPLAYED", lambda _: frozenset()),
    "an extension without a place is kept (L108)": replaced(
        admissible, "_find_refused_elements", lambda _: lambda *_given: iter(())
    ),
    "the label says what the resource is (L110)": all_of(
        replaced(admissible, "_DROPPED", lambda _: ()), replaced(slice, "_build_head", _labelled)
    ),
    "what is hidden is masked instead of absent (L111)": replaced(current, "_render_present", _masked),
    "an action is modified by hidden edits too (L116)": replaced(
        before_write, "_date", lambda _: lambda _unit, task, _: task
    ),
    "an agreement about another party is told (L119)": replaced(
        PlaceNames, "_keep_between_parties", lambda _: lambda _self, name: name
    ),
}
