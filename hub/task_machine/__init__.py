"""The state machine of a Task: who may move it, from which status to which, with what, and what its status means elsewhere.

Pure, on plain R4 JSON (https://hl7.org/fhir/R4/task.html); the rules are `docs/loop.md` D4, D6.1–D6.12 and D7. Statuses are the
hub's own: an interface for Gravity or BSeR translates them with `translate_inward` and `translate_outward`. Versions (If-Match)
and visibility are checked elsewhere.
"""

from hub.task_machine.business import stamp
from hub.task_machine.creation import check_create, fill_in
from hub.task_machine.description import describe_machine
from hub.task_machine.meaning import (
    OPEN_STATUSES,
    TERMINAL_STATUSES,
    Membership,
    derive_parent_status,
    derive_request_status,
    get_membership,
)
from hub.task_machine.profiles import Guide, translate_inward, translate_outward
from hub.task_machine.questions import add_question, withdraw_question
from hub.task_machine.reading import has_question
from hub.task_machine.transitions import TRANSITIONS, Need, TaskRole, Transition
from hub.task_machine.update import check_update

__all__ = [
    "OPEN_STATUSES",
    "TERMINAL_STATUSES",
    "TRANSITIONS",
    "Guide",
    "Membership",
    "Need",
    "TaskRole",
    "Transition",
    "add_question",
    "check_create",
    "check_update",
    "derive_parent_status",
    "derive_request_status",
    "describe_machine",
    "fill_in",
    "get_membership",
    "has_question",
    "stamp",
    "translate_inward",
    "translate_outward",
    "withdraw_question",
]
