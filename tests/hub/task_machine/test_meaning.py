import itertools

import pytest

from hub.task_machine import (
    OPEN_STATUSES,
    TERMINAL_STATUSES,
    TRANSITIONS,
    derive_parent_status,
    derive_request_status,
    get_membership,
)
from tests.hub.task_machine.tasks import STATUSES


def test_a_status_is_open_or_closed_or_outside_the_loop():
    assert set(STATUSES) == OPEN_STATUSES | TERMINAL_STATUSES | {"draft", "entered-in-error"}
    left = {line.start for line in TRANSITIONS if line.end not in (line.start, "entered-in-error")}
    assert left - {""} == OPEN_STATUSES | {"draft"}


def test_the_circle_follows_the_task():
    found = {kind: {s for s in STATUSES if get_membership(s) == kind} for kind in ("member", "past")}
    assert found == {"member": {"accepted", "in-progress", "on-hold"}, "past": {"completed", "failed"}}


@pytest.mark.parametrize(
    ("current", "children", "becomes"),
    [
        ("accepted", ["requested"], "in-progress"),
        ("in-progress", ["requested", "completed"], None),
        ("on-hold", ["accepted"], None),
        ("in-progress", ["completed", "rejected", "failed"], "completed"),
        ("accepted", ["completed"], "completed"),
        ("on-hold", ["completed", "entered-in-error"], "completed"),
        ("in-progress", ["rejected", "cancelled", "failed"], "failed"),
        ("in-progress", ["entered-in-error"], None),
        ("in-progress", ["draft", "completed"], None),
        ("in-progress", [], None),
        ("requested", ["completed"], None),
        ("completed", ["requested"], None),
        ("cancelled", ["completed"], None),
    ],
)
def test_the_parent_follows_its_children(current, children, becomes):
    assert derive_parent_status(current, children) == becomes


def test_a_parent_only_moves_as_the_table_lets_its_owner():
    allowed = {(line.start, line.end) for line in TRANSITIONS}
    for current, *children in itertools.product(STATUSES, STATUSES, STATUSES):
        becomes = derive_parent_status(current, children)
        assert becomes is None or (current, becomes) in allowed


def test_the_request_follows_its_task():
    assert {status: derive_request_status(status) for status in STATUSES} == {
        "draft": "draft",
        "requested": "active",
        "received": "active",
        "accepted": "active",
        "in-progress": "active",
        "on-hold": "on-hold",
        "rejected": "revoked",
        "cancelled": "revoked",
        "failed": "revoked",
        "completed": "completed",
        "entered-in-error": "entered-in-error",
    }
