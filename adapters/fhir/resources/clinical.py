"""Condition, AllergyIntolerance, Procedure, Observation → the hub's own classes.

What the sender took back (entered in error, refuted, not done) is named in the answer and not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.ledger import take_over
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Subject
from adapters.fhir.resources.professionals import read_professional
from adapters.fhir.resources.remarks import list_own_remarks
from hub.domain.referral.clinical import Allergy, Carried, Diagnosis, Measure, Procedure
from hub.domain.referral.datatypes import Code
from hub.domain.referral.people import Professional

_TAKEN_BACK = ("entered-in-error", "refuted", "not-done", "cancelled")
_VERIFIED = {"confirmed": "confirmed", "provisional": "provisional"}
_ENDED = frozenset({"inactive", "remission", "resolved"})


def read_diagnoses(library: Library, subject: Subject) -> tuple[Diagnosis, ...]:
    """Read the Conditions. The status `unconfirmed` reads as ""."""
    diagnoses = []
    for entry, node in _list_own(library, subject, "Condition", "verificationStatus"):
        verification = dt.read_concept(node.child("verificationStatus"))
        status = _VERIFIED.get(verification.code, "") if verification else ""
        if verification and not status and verification.code != "unconfirmed":
            node.leave("verificationStatus")
        diagnoses.append(
            Diagnosis(
                code=_read_code(node),
                status=status,
                recorded=node.date("recordedDate"),
                author=read_professional(library, node.child("asserter"), entry, "asserter"),
                identifiers=dt.read_identifiers(node.children("identifier")),
                carried=_take_over_diagnosis(node),
                notes=_read_notes(library, entry, node),
            )
        )
    return tuple(diagnoses)


def read_allergies(library: Library, subject: Subject) -> tuple[Allergy, ...]:
    """Read the AllergyIntolerances, as they are written."""
    return tuple(
        Allergy(code=_read_code(node), carried=take_over(node), notes=_read_notes(library, entry, node))
        for entry, node in _list_own(library, subject, "AllergyIntolerance", "verificationStatus")
    )


def read_procedures(library: Library, subject: Subject) -> tuple[Procedure, ...]:
    """Read the Procedures that were done or are under way."""
    procedures = []
    for entry, node in _list_own(library, subject, "Procedure", "status"):
        performed, period = node.date("performedDateTime"), node.child("performedPeriod")
        if not performed and period is not None:
            performed = period.date("start")
        procedures.append(Procedure(_read_code(node), performed, _read_notes(library, entry, node)))
    return tuple(procedures)


def read_measures(library: Library, subject: Subject) -> tuple[Measure, ...]:
    """Read the Observations: one Measure for the value and one for each component (a blood pressure gives two)."""
    measures: list[Measure] = []
    for entry, node in _list_own(library, subject, "Observation", "status"):
        common = Measure(
            code=_read_code(node),
            status=node.text("status"),
            at=node.date("effectiveDateTime") or node.date("effectiveInstant"),
            categories=dt.read_concepts(node.children("category")),
            authors=_read_performers(library, node, entry),
        )
        if not common.at:
            common = replace(common, at=_read_start(node))
        components = node.children("component")
        own = replace(
            common, identifiers=dt.read_identifiers(node.children("identifier")), carried=_take_over_value(node)
        )
        parts = [
            replace(common, code=dt.read_concept(part.child("code")) or common.code, carried=_take_over_value(part))
            for part in components
        ]
        if parts and not own.carried:
            node.leave("code")
        # The comments are about the whole: once is enough.
        notes = _read_notes(library, entry, node)
        first, *others = (
            [own, *parts] if own.carried or not parts else [replace(parts[0], identifiers=own.identifiers), *parts[1:]]
        )
        measures += [replace(first, notes=notes), *others]
    return tuple(measures)


def _list_own(library: Library, subject: Subject, type_: str, key: str) -> Iterator[tuple[Entry, Node]]:
    """Yield the resources of a type about the person, but those that the sender took back in the element `key`."""
    for entry in library.list_entries(type_):
        if subject.owns(entry):
            node = library.use(entry)
            if _is_taken_back(node.peek(key)):
                library.take_back(entry)
            else:
                yield entry, node


def _is_taken_back(status: Any) -> bool:
    codings = status.get("coding") if isinstance(status, dict) else [{"code": status}]
    return any(
        isinstance(coding, dict) and coding.get("code") in _TAKEN_BACK
        for coding in (codings if isinstance(codings, list) else ())
    )


def _read_code(node: Node) -> Code:
    """Return the code; an empty one, which is written as unknown, where the sender gives none."""
    return dt.read_concept(node.child("code")) or Code()


def _read_notes(library: Library, entry: Entry, node: Node) -> tuple[str, ...]:
    return (*dt.read_notes(node.children("note")), *list_own_remarks(library, entry))


def _read_start(node: Node) -> str:
    period = node.child("effectivePeriod")
    return period.date("start") if period is not None else ""


def _read_performers(library: Library, node: Node, entry: Entry) -> tuple[Professional, ...]:
    performers = (read_professional(library, item, entry, "performer") for item in node.children("performer"))
    return tuple(performer for performer in performers if performer is not None)


def _take_over_diagnosis(node: Node) -> Carried:
    """Take over the elements; an end without a status that says so is a note (con-4)."""
    carried = take_over(node)
    status = next((value["coding"][0].get("code") for name, value in carried if name == "clinicalStatus"), None)
    ends = [name for name, _ in carried if name.startswith("abatement")]
    if not ends or status in _ENDED:
        return carried
    node.leave(*ends)
    return tuple((name, value) for name, value in carried if name not in ends)


def _take_over_value(node: Node) -> Carried:
    """Take over the value of an Observation or component, with what belongs to it."""
    carried = take_over(node, "Observation")
    has_value = any(name.startswith("value") for name, _ in carried)
    if has_value and any(name == "dataAbsentReason" for name, _ in carried):  # obs-6
        node.leave("dataAbsentReason")
        return tuple((name, value) for name, value in carried if name != "dataAbsentReason")
    return carried
