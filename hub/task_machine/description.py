"""The state machine in words, for the CapabilityStatement (`docs/loop.md` D4, D6.1)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.task_machine.transitions import TRANSITIONS, Transition

_CONTENT = f"""A Task is written by the profile {codes.BASE}StructureDefinition/task.
A new one has the status draft or requested, the intent order or proposal, a focus (ServiceRequest) and a person (for).
The hub fills in what is absent of code (fulfill), requester (the organisation of the token) and authoredOn (now), and always
lastModified.

From → to: who may, and what the Task then has. Every other change of status is 422."""


def describe_machine() -> str:
    """Return what a Task needs and which moves are allowed to whom, as Markdown."""
    lines = (f"* {_describe(line)}" for line in TRANSITIONS if line.guide is None)
    return "\n".join([_CONTENT, "", *lines])


def _describe(line: Transition) -> str:
    roles = " or ".join(role.value for role in sorted(line.roles, key=lambda role: role.value))
    needs = "; ".join(sorted(need.value for need in line.needs))
    move = f"{line.start or '(new)'} → {line.end}: {roles}"
    return f"{move}; {needs}" if needs else move
