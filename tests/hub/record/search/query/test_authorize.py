"""What is decided before the record is opened: by scope and by what the role could ever see."""

from __future__ import annotations

import pytest

from hub.domain.actor import Actor
from hub.domain.errors import Invalid, Refused
from hub.domain.resource_types import TYPES
from hub.domain.roles import load_roles
from hub.record.search.query.authorize import allow, allow_parameters
from hub.record.search.query.parser import parse_query

ALL = ("system/*.cruds",)


def actor(role: str, *scopes: str) -> Actor:
    return Actor("Organization/x", role, "client", scopes or ALL)


def code(caught: pytest.ExceptionInfo[Refused] | pytest.ExceptionInfo[Invalid]) -> str:
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    ("scopes", "kind", "letter", "covered"),
    [
        (("system/Task.rs",), "Task", "r", True),
        (("system/Task.rs",), "Task", "u", False),
        (("system/Task.rs",), "Patient", "r", False),
        (("system/*.r",), "Patient", "r", True),
        (("user/*.cruds",), "Patient", "r", False),
        (("system/Observation.rs?category=vital-signs",), "Observation", "r", False),
        (("system/Task.r", "system/Task.u"), "Task", "u", True),
    ],
)
def test_scopes_narrow(scopes: tuple[str, ...], kind: str, letter: str, covered: bool) -> None:
    if covered:
        allow(actor("gestionnaire", *scopes), kind, letter)
    else:
        with pytest.raises(Refused) as caught:
            allow(actor("gestionnaire", *scopes), kind, letter)
        assert code(caught) == "scope-insufficient"


def test_no_scopes_cover_nothing() -> None:
    nobody = Actor("Organization/x", "gestionnaire", "client", ())
    for kind in TYPES:
        with pytest.raises(Refused):
            allow(nobody, kind, "r")


@pytest.mark.parametrize("kind", ["Medication", "Bundle", "", "task", "Task/x"])
def test_a_type_that_the_hub_does_not_keep_is_closed(kind: str) -> None:
    with pytest.raises(Refused) as caught:
        allow(actor("gestionnaire"), kind, "r")
    assert code(caught) == "type-closed"


@pytest.mark.parametrize(
    ("role", "kind", "letter", "is_open"),
    [
        ("pilote", "Patient", "r", False),
        ("pilote", "Organization", "r", False),
        ("admin_sys", "AuditEvent", "r", False),
        ("admin_sys", "Patient", "r", False),
        ("saad", "MedicationStatement", "r", True),  # by a stake
        ("guichet", "MedicationStatement", "r", False),
        ("saad", "Patient", "u", False),
        ("gestionnaire", "Patient", "u", True),
        ("personne", "AuditEvent", "r", True),
        ("personne", "AuditEvent", "u", False),
        ("gestionnaire", "Provenance", "c", False),
        ("saad", "Organization", "u", False),
        ("guichet", "Organization", "u", True),
        ("dpo_auditeur", "Patient", "u", False),
    ],
)
def test_a_type_is_closed_when_no_place_of_it_is_ever_the_roles(
    role: str, kind: str, letter: str, is_open: bool
) -> None:
    if is_open:
        allow(actor(role), kind, letter)
    else:
        with pytest.raises(Refused) as caught:
            allow(actor(role), kind, letter)
        assert code(caught) == "type-closed"


@pytest.mark.parametrize(
    ("role", "kind", "asked", "known"),
    [
        ("saad", "Patient", ("birthdate", "1938"), True),  # its own, by a stake
        ("dpo_auditeur", "Patient", ("birthdate", "1938"), True),  # likewise: level summary and one's own
        ("dpo_auditeur", "Patient", ("gender", "female"), True),
        ("dpo_auditeur", "Patient", ("general-practitioner", "Organization/x"), False),
        ("dpo_auditeur", "Patient", ("_has:Condition:patient:code", "x"), False),
        ("dpo_auditeur", "Consent", ("patient.general-practitioner", "Organization/x"), False),
        ("dpo_auditeur", "Consent", ("patient.gender", "female"), True),
        ("gestionnaire", "Patient", ("birthdate:missing", "true"), True),
        ("guichet", "Condition", ("code", "x"), True),  # received, by a stake
    ],
)
def test_a_parameter_on_what_the_role_never_sees_is_unknown(
    role: str, kind: str, asked: tuple[str, str], known: bool
) -> None:
    question = parse_query(kind, [asked])
    if known:
        allow_parameters(actor(role), question)
    else:
        with pytest.raises(Invalid) as caught:
            allow_parameters(actor(role), question)
        assert code(caught) == "parameter-unknown"


@pytest.mark.parametrize("role", sorted(load_roles()))
def test_the_answer_depends_on_role_and_request_alone(role: str) -> None:
    """Nothing else is asked: no store, no data (`docs/leaks.md` L38)."""
    for kind in TYPES:
        for letter in "crus":
            answers = set()
            for _ in range(2):
                try:
                    allow(actor(role), kind, letter)
                    answers.add("open")
                except Refused as refused:
                    answers.add(refused.problems[0].code)
            assert len(answers) == 1
