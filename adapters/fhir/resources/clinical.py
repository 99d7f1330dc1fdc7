"""Condition, AllergyIntolerance, Procedure, Observation → the hub's own classes.

What the sender took back (entered in error, refuted, not done) is left out and listed as unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Library
from adapters.fhir.resources.demand import Subject
from hub.domain.referral.clinical import Allergy, Diagnosis, Measure, Procedure
from hub.domain.referral.datatypes import Code

_TAKEN_BACK = frozenset({"entered-in-error", "refuted", "not-done", "cancelled"})
_VERIFIED = {"confirmed": "confirmed", "provisional": "provisional", "differential": "provisional"}
_NOT_READ_HERE = (
    "identifier", "category", "clinicalStatus", "recorder", "asserter", "performer", "encounter", "issued", "subject",
    "patient", "basedOn", "partOf", "focus", "interpretation", "referenceRange", "lastOccurrence", "recordedDate",
)  # fmt: skip


def read_diagnoses(library: Library, subject: Subject) -> tuple[Diagnosis, ...]:
    """Read the Conditions. The status `unconfirmed` reads as ""."""
    diagnoses = []
    for node in _list_own(library, subject, "Condition"):
        verification = dt.read_concept(node.child("verificationStatus"))
        code = dt.read_concept(node.child("code"))
        if not _is_taken_back(node, "verificationStatus", verification) and _check_code(node, code):
            status = _VERIFIED.get(verification.code, "") if verification else ""
            onset = node.date("onsetDateTime") or dt.read_period(node.child("onsetPeriod"))[0]
            diagnoses.append(Diagnosis(code or Code(), status, onset, node.date("recordedDate")))
    return tuple(diagnoses)


def read_allergies(library: Library, subject: Subject) -> tuple[Allergy, ...]:
    """Read the AllergyIntolerances; the kind is the category (food, medication…) or else the type."""
    allergies = []
    for node in _list_own(library, subject, "AllergyIntolerance"):
        kinds, kind = node.texts("category"), node.text("type")
        verification = dt.read_concept(node.child("verificationStatus"))
        code = dt.read_concept(node.child("code"))
        signs, severity = _read_reactions(node)
        if not _is_taken_back(node, "verificationStatus", verification) and _check_code(node, code):
            onset, criticality = node.date("onsetDateTime"), node.text("criticality")
            allergies.append(Allergy(code or Code(), ", ".join(kinds) or kind, severity or criticality, signs, onset))
    return tuple(allergies)


def read_procedures(library: Library, subject: Subject) -> tuple[Procedure, ...]:
    """Read the Procedures that were done or are under way."""
    procedures = []
    for node in _list_own(library, subject, "Procedure"):
        status, code = Code(node.text("status")), dt.read_concept(node.child("code"))
        performed = node.date("performedDateTime") or dt.read_period(node.child("performedPeriod"))[0]
        if not _is_taken_back(node, "status", status) and _check_code(node, code):
            procedures.append(Procedure(code or Code(), performed))
    return tuple(procedures)


def read_measures(library: Library, subject: Subject) -> tuple[Measure, ...]:
    """Read the Observations: one Measure for the value and one for each component (a blood pressure gives two)."""
    measures: list[Measure] = []
    for node in _list_own(library, subject, "Observation"):
        status, code = node.text("status"), dt.read_concept(node.child("code"))
        at = (
            node.date("effectiveDateTime")
            or dt.read_period(node.child("effectivePeriod"))[0]
            or node.date("effectiveInstant")
        )
        notes = dt.read_notes(node.children("note"))
        if _is_taken_back(node, "status", Code(status)) or not _check_code(node, code):
            continue
        parts = [node, *node.children("component")]
        for part in parts:
            part.ignore("interpretation", "referenceRange")
            part_code = dt.read_concept(part.child("code")) or Code()
            measures += _read_values(part, Measure(part_code, at=at, status=status, notes=notes))
    return tuple(measures)


def _list_own(library: Library, subject: Subject, type_: str) -> Iterator[Node]:
    for entry in library.list_entries(type_):
        if subject.owns(entry):
            node = library.use(entry)
            node.ignore(*_NOT_READ_HERE)
            yield node


def _is_taken_back(node: Node, key: str, status: Code | None) -> bool:
    if status is None or status.code not in _TAKEN_BACK:
        return False
    node.reading.set_aside(f"{node.name}.{key}")
    return True


def _check_code(node: Node, code: Code | None) -> bool:
    if code is None:
        node.report("code", "required-missing")
    return code is not None


def _read_reactions(node: Node) -> tuple[str, str]:
    signs: list[str] = []
    severity = ""
    for reaction in node.children("reaction"):
        signs += [code.text or code.code for code in dt.read_concepts(reaction.children("manifestation"))]
        severity = severity or reaction.text("severity")
    return ", ".join(signs), severity


def _read_values(node: Node, base: Measure) -> Iterator[Measure]:
    """Yield `base` with the value of this Observation or component; nothing when it has no value."""
    quantity, concept = node.child("valueQuantity"), dt.read_concept(node.child("valueCodeableConcept"))
    absent = dt.read_concept(node.child("dataAbsentReason"))
    coded = concept or absent
    if quantity is not None:
        yield _read_quantity(quantity, base)
    elif number := node.number("valueInteger"):
        yield replace(base, value=number, number=number)
    elif text := node.text("valueString") or node.date("valueDateTime") or node.text("valueTime"):
        yield replace(base, value=text)
    elif (flag := node.flag("valueBoolean")) is not None:
        yield replace(base, value="true" if flag else "false")
    elif coded is not None:
        yield replace(base, value=coded.text or coded.code, coded=coded)


def _read_quantity(node: Node, base: Measure) -> Measure:
    """Return `base` with a quantity. One with a comparator (`< 5`) is a text: as a number it would be another value."""
    number, comparator = node.number("value"), node.text("comparator")
    code, system, unit = node.text("code"), node.text("system"), node.text("unit")
    measured = Code(code or unit, system, unit) if code or unit else None
    if comparator:
        value = " ".join(word for word in (comparator, number, unit) if word)
        return replace(base, value=value, unit=measured)
    return replace(base, value=number, number=number, unit=measured)
