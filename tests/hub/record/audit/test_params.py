"""What may be asked of the journal."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid
from hub.record.audit import parse_audit_query
from hub.record.audit.event import EventKey, encrypt_event_id
from hub.record.search.query.parser import parse_query
from hub.slices import get_reference_rid

BASE = "https://hub.example/fhir"
KEYS = (bytes(range(64)),)
JEANNE = get_reference_rid("Patient/jeanne")
PATIENT = ("patient", "Patient/jeanne")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        PATIENT,
        ("patient", "jeanne"),
        ("patient", f"{BASE}/Patient/jeanne"),
        ("patient:Patient", "jeanne"),
    ],
)
def test_it_is_asked_of_one_person(name: str, value: str) -> None:
    wanted = parse_audit_query(parse_query("AuditEvent", [(name, value)]), BASE, KEYS)
    assert (wanted.persons, wanted.ids, wanted.terms, wanted.descending) == ((JEANNE,), None, (), True)


def test_it_is_asked_of_events() -> None:
    one, other = EventKey(1, 2, 3), EventKey(1, 2, 4)
    both = f"{encrypt_event_id(one, KEYS)},{encrypt_event_id(other, KEYS)},{'a' * 64}"
    asked = [("_id", both), ("_id", encrypt_event_id(other, KEYS))]
    assert parse_audit_query(parse_query("AuditEvent", asked[:1]), BASE, KEYS).ids == (one, other)
    assert parse_audit_query(parse_query("AuditEvent", asked), BASE, KEYS).ids == (other,)
    assert parse_audit_query(parse_query("AuditEvent", [("_id", "x")]), BASE, KEYS).ids == ()


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ([], "parameter-whose@patient"),
        ([("date", "2026")], "parameter-whose@patient"),
        ([("patient:missing", "false")], "parameter-whose@patient"),
        ([("patient", "jeanne,dora")], "parameter-value@patient"),
        ([PATIENT, ("_sort", "action")], "parameter-value@_sort"),
        ([PATIENT, ("_sort", "-date,action")], "parameter-value@_sort"),
        ([PATIENT, ("_include:iterate", "AuditEvent:agent")], "parameter-value@_include"),
        ([PATIENT, ("_has:Condition:patient:code", "F20")], "parameter-unknown@_has"),
        ([("patient.name", "x")], "parameter-unknown@patient"),
        ([PATIENT, ("entity", "Condition/psy")], "parameter-unknown@entity"),
    ],
)
def test_what_is_not_offered_is_refused_by_name(asked: list[tuple[str, str]], where: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_audit_query(parse_query("AuditEvent", asked), BASE, KEYS)
    assert where in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("Patient", ("_has:AuditEvent:patient:action", "R")),
        ("Patient", ("_revinclude", "AuditEvent:patient")),
        ("Provenance", ("target:AuditEvent.action", "R")),
    ],
)
def test_no_hop_leads_to_the_journal(kind: str, asked: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        parse_query(kind, [asked])


def test_the_oldest_first_if_asked() -> None:
    assert parse_audit_query(parse_query("AuditEvent", [PATIENT, ("_sort", "date")]), BASE, KEYS).descending is False
    assert parse_audit_query(parse_query("AuditEvent", [PATIENT, ("_sort", "-date")]), BASE, KEYS).descending is True
