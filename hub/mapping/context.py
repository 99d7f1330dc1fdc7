"""What the mapping needs besides the referral, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from hub.mapping.shape import Json

# Hours to the orientation decision, by priority; a territory sets its own (`docs/domain.md` §2.3, there in working days).
DUE_HOURS: Mapping[str, int] = MappingProxyType({"routine": 240, "asap": 72, "urgent": 24, "stat": 24})
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Document:
    """A message as it came: its bytes, its media type and the SHA-256 of the bytes, in hexadecimal."""

    data: bytes
    content_type: str
    sha256: str


@dataclass(frozen=True)
class MappingContext:
    """Where a message came from, who receives it, and who is already known. References are `Type/id`, times FHIR instants.

    `source`: the intake source's name. `requester`: the organisation of the sender's token. `desk`: the organisation
    that runs the intake, `desk_service` its HealthcareService. `received` is not after `now`. `new_id` returns a new id
    for a type. `patient`: the person, when matched; identity is then left alone. `directory`: `system|value` of an
    organisation or a professional → its reference. `draft_plan`: False when the person has a plan already.
    `care_manager`, `care_plan`, `encounter`: of a followed person; the encounter is the one that already has the stay's
    number. `hands_over`: whether the desk's Task hands a resource to its owner (`docs/parts.md` 27).
    """

    source: str
    requester: str
    desk: str
    received: str
    now: str
    document: Document
    new_id: Callable[[str], str]
    desk_service: str = ""
    patient: str = ""
    language: str = "fr"
    directory: Mapping[str, str] = field(default_factory=lambda: NOBODY)
    due_hours: Mapping[str, int] = field(default_factory=lambda: DUE_HOURS)
    draft_plan: bool = True
    care_manager: str = ""
    care_plan: str = ""
    encounter: str = ""
    hands_over: Callable[[Json], bool] = lambda _: True


@dataclass(frozen=True)
class MappedReferral:
    """The resources of a demand, each after those that it points to (a `Binary`, which only the URL of its document names, comes
    after it), and the references of the three that the answer needs."""

    resources: tuple[Json, ...]
    patient: str
    request: str
    task: str


@dataclass(frozen=True)
class MappedMovement:
    """The resources of a hospital's notice. `task`: the reference of the Task for a discharge, or ""."""

    resources: tuple[Json, ...]
    encounter: str
    task: str
