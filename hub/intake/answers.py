"""What the sender of one message is told, in the terms of its own door (`contract.md` §5).

An HL7 answer is a function of the message as it was kept and of the verdict: its date is when the message first came, its
MSH-10 the name of the message in the inbox. So the same message gets the same bytes, and an ADT about a person who
is not followed those of any other (`parts.md` 24).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import adapters.fhir
import adapters.hl7v2
from adapters.hl7v2 import Verdict
from hub.domain.errors import Conflict, HubError, Malformed, Problem
from hub.record.admission.inbox import Kept, Said

FHIR_JSON = "application/fhir+json"
_HUB = ("MAILLAGE", "")
_CONTROL_ID = 20  # characters of MSH-10 in HL7 v2.5


@dataclass(frozen=True)
class Answer:
    """What leaves the door. `status`: of HTTP. `tasks`: how many demands are there now; `problems`: what went wrong, for
    the operator, who may know more than the sender is told."""

    status: int
    body: bytes
    content_type: str
    location: str = ""
    tasks: int = 0
    problems: tuple[Problem, ...] = ()


def accepted(adapter: str, kept: Kept, task: str = "") -> Said:
    """The demand is there as `task` (`Task/<id>`); without it, a notice was taken."""
    if adapter == "fhir":
        return Said(adapters.fhir.answer(task), FHIR_JSON, task)
    if adapter == "csv":
        # A row is told in the answer of its file.
        return Said(b"", "", task)
    return _hl7(kept, Verdict("AA", reference=task, referral_status="P" if task else ""), task)


def refused(adapter: str, kept: Kept, problems: HubError) -> Said:
    """It is not there, and why."""
    if adapter == "fhir":
        return Said(adapters.fhir.answer(problems.problems), FHIR_JSON)
    verdict = adapters.hl7v2.refusal(problems)
    # Another message under a known name cannot be put right by sending it again (`parts.md` 24).
    return _hl7(
        kept, Verdict("AR", verdict.problems, referral_status="R") if isinstance(problems, Conflict) else verdict
    )


def _hl7(kept: Kept, verdict: Verdict, task: str = "") -> Said:
    now = datetime.fromtimestamp(kept.received / 1_000_000, UTC).strftime("%Y%m%d%H%M%S+0000")
    body = adapters.hl7v2.answer(kept.raw, verdict, now=now, control_id=kept.mid[:_CONTROL_ID], hub=_HUB)
    return Said(body, kept.media_type, task)


def deliver(adapter: str, said: Said, base_url: str, error: HubError | None = None) -> Answer:
    """`said` over HTTP: an HL7 answer is 200 whatever it says; FHIR is 201 with the Task's address, first and again."""
    problems = error.problems if error else ()
    if adapter == "hl7v2":
        return Answer(200, said.body, said.media_type, tasks=int(bool(said.task)), problems=problems)
    if error is not None:
        return Answer(status_of(error), said.body, said.media_type, problems=problems)
    return Answer(201, said.body, said.media_type, f"{base_url}/fhir/{said.task}", tasks=1)


def status_of(error: HubError) -> int:
    """400 for what cannot be read, 409 for a name used before, 422 for all that a sender or the desk can put right."""
    if isinstance(error, Malformed):
        return 400
    return 409 if isinstance(error, Conflict) else 422


class Fault(HubError):  # noqa: N818 - told as one of the five, although it is the hub's own
    """The hub could not map the message. It is kept and will be tried again."""

    def __init__(self) -> None:
        super().__init__(Problem("mapping-fault"))
