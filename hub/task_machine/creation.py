"""The checks of a Task that is created (`docs/loop.md` D6.1–D6.4, D6.8, D6.11)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from fhir_profiles import codes
from hub.domain.errors import Invalid, Problem
from hub.task_machine.profiles import Guide
from hub.task_machine.reading import Task, get_codes, get_reference

_PRESENT = ("status", "intent", "code", "requester", "authoredOn")


def fill_in(task: Task, *, party: str, now: str) -> dict[str, Any]:
    """Return a new Task with what it lacks of the code `fulfill`, the requester and `authoredOn` (`docs/loop.md` D6.1).

    `party`: the organisation of the caller's token, "" for none; `now`: an instant. What was sent stays as it is."""
    absent: dict[str, Any] = {
        "code": {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
        "authoredOn": now,
        **({"requester": {"reference": party}} if party else {}),
    }
    names_sent = {name.removeprefix("_") for name in task}
    return {**task, **{name: value for name, value in absent.items() if name not in names_sent}}


def check_create(task: Task, *, party: str, desk: bool, within: Collection[str] = (), guide: Guide = "hub") -> None:
    """Raise Invalid with every problem of a new Task (T1, T2).

    `party`: the organisation of the caller's token (`Organization/<id>`), `within` its services and people who may
    act for it; `desk`: the caller is the hub's desk, which alone creates Tasks of the code system hub-task: those need no focus
    and no person, and a system gap may name none (`docs/domain.md` §1.8). `guide`: the guide that the client follows; BSeR's has
    no Task without owner (D7).
    """
    problems = [*find_content_problems(task, {party, *within} - {""}, desk, guide)]
    if task.get("status") not in (None, "draft", "requested"):
        problems.append(Problem("task-first-status", "Task.status"))
    if problems:
        raise Invalid(*problems)


def find_content_problems(task: Task, parties: Collection[str], desk: bool, guide: Guide) -> Iterator[Problem]:
    """Yield what a Task lacks or has wrong, whatever its status. `parties`: the references of the caller."""
    for name in _PRESENT:
        if not task.get(name):
            yield Problem("task-required", f"Task.{name}")
    if task.get("intent") not in (None, "order", "proposal"):
        yield Problem("task-intent", "Task.intent")
    if task.get("requester") and get_reference(task, "requester") not in parties:
        yield Problem("task-requester", "Task.requester")
    if guide == "bser" and not task.get("owner"):
        yield Problem("task-required", "Task.owner")
    hub_codes = get_codes(task, "code", codes.HUB_TASK)
    if hub_codes and desk:
        if "system-gap" in hub_codes and "for" in task:
            yield Problem("task-gap-person", "Task.for")
        return
    if hub_codes or not _asks_to_fulfil(task):
        yield Problem("task-code", "Task.code")
    yield from _find_target_problems(task)


def _asks_to_fulfil(task: Task) -> bool:
    """Return whether the Task asks to fulfil its focus. An order must; a proposal need not (`docs/domain.md` §3, rule 6)."""
    asks = "fulfill" in get_codes(task, "code", codes.TASK_CODE)
    return asks or not task.get("code") or task.get("intent") == "proposal"


def _find_target_problems(task: Task) -> Iterator[Problem]:
    for name, type_, code in (("focus", "ServiceRequest", "task-focus"), ("for", "Patient", "task-for")):
        if not task.get(name):
            yield Problem("task-required", f"Task.{name}")
        elif not get_reference(task, name).startswith(f"{type_}/"):
            yield Problem(code, f"Task.{name}")
