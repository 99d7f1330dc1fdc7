"""Literal references: which forms there are, and which types they may name."""

from __future__ import annotations

import pytest

from hub.conformance.r4.references import find_fault, get_target_type

ANY: frozenset[str] = frozenset()
PATIENT = frozenset({"Patient"})


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/1",
        "Patient/a-B.9/_history/2",
        "https://exemple.org/fhir/Patient/1",
        "http://exemple.org/fhir/Patient/1/_history/3",
        "https://exemple.org/other/place",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "urn:oid:1.2.250.1",
    ],
)
def test_forms_that_are_taken(reference: str) -> None:
    assert find_fault(reference, PATIENT) == ""
    assert find_fault(reference, ANY) == ""


@pytest.mark.parametrize(
    "reference",
    [
        *(
            "",
            "1",
            "Patient",
            "Patient/",
            "Patient/a b",
            "Patient/" + "a" * 65,
            "patient/1",
            "Nonsense/1",
            "Patient/1/2",
        ),
        *("Patient?identifier=1", "/Patient/1", "../Patient/1", "javascript:alert(1)", "ftp://exemple.org/Patient/1"),
        *("https://", "https://a b", "urn:uuid:1", "urn:oid:x", "Patient/1\n", "https://exemple.org/\0"),
    ],
)
def test_forms_that_are_not(reference: str) -> None:
    assert find_fault(reference, ANY) == "reference-malformed"


@pytest.mark.parametrize("reference", ["Task/1", "https://exemple.org/fhir/Task/1", "Task/1/_history/2"])
def test_wrong_targets(reference: str) -> None:
    assert find_fault(reference, PATIENT) == "reference-target"
    assert find_fault(reference, ANY) == ""


def test_the_type_that_a_reference_tells() -> None:
    assert get_target_type("Task/1") == get_target_type("https://exemple.org/Task/1") == "Task"
    assert get_target_type("urn:oid:1.2") == get_target_type("#a") == get_target_type("Nonsense/1") == ""
