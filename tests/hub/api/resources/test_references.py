import pytest

from hub.api.resources.references import name_root, resolve_links
from hub.domain.errors import Invalid

BASE = "https://hub.example/fhir"
NAME = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
FOREIGN = "https://other.example/fhir/Patient/p"


def test_links_to_entries_and_to_the_hub_become_relative():
    sent = {
        "resourceType": "Task",
        "for": {"reference": NAME},
        "focus": {"reference": f"{BASE}/ServiceRequest/s"},
        "input": [{"valueReference": {"reference": FOREIGN}, "type": {"text": NAME}}],
        "content": [{"attachment": {"url": NAME}}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": NAME}],
    }
    kept = resolve_links(sent, BASE, {NAME: "Patient/p"})
    assert kept == {
        "resourceType": "Task",
        "for": {"reference": "Patient/p"},
        "focus": {"reference": "ServiceRequest/s"},
        "input": [{"valueReference": {"reference": FOREIGN}, "type": {"text": NAME}}],
        "content": [{"attachment": {"url": "Patient/p"}}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": NAME}],
    }
    assert sent["for"] == {"reference": NAME}


def test_another_hub_is_not_this_one():
    sent = {"resourceType": "Task", "for": {"reference": "https://hub.example/fhirs/Patient/p"}}
    assert resolve_links(sent, BASE) == sent


@pytest.mark.parametrize(
    ("place", "told"), [("", "Task.input"), ("Bundle.entry[1].resource", "Bundle.entry[1].resource.input")]
)
def test_a_name_that_is_no_entry_is_unresolved(place, told):
    sent = {"resourceType": "Task", "input": [{"valueReference": {"reference": NAME}}]}
    with pytest.raises(Invalid, match=rf"reference-unresolved@{told}".replace("[", r"\[").replace("]", r"\]")):
        resolve_links(sent, BASE, {}, place)


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ("Patient/p", "https://other.example/fhir/Patient/p"),
        ("Patient/p/_history/1", "https://other.example/fhir/Patient/p/_history/1"),
        ("#p", "#p"),
        ("Patient?identifier=1", "Patient?identifier=1"),
        (NAME, NAME),
        (f"{BASE}/Patient/p", f"{BASE}/Patient/p"),
        ("section", "section"),
    ],
)
@pytest.mark.parametrize("element", ["reference", "url"])
def test_c7_links_are_of_the_server_that_the_entry_is_of(link, named, element):
    """R4 bundle.html#references; datatypes.html#Attachment.url: a relative one is under the base of its entry's fullUrl."""
    sent = {"resourceType": "Task", "input": [{"value": {element: link}}], "note": [{"text": link}]}
    rooted = name_root(sent, "https://other.example/fhir/Task/t", BASE)
    assert rooted == sent | {"input": [{"value": {element: named}}]}
    for full_url in ("", NAME, f"{BASE}/Task/t"):
        assert name_root(sent, full_url, BASE) == sent


@pytest.mark.parametrize(
    ("sent", "linked"),
    [
        ({"resourceType": "Task", "instantiatesUri": NAME}, {"instantiatesUri": "Patient/p"}),
        ({"resourceType": "ServiceRequest", "instantiatesUri": [NAME, "x"]}, {"instantiatesUri": ["Patient/p", "x"]}),
        (
            {"resourceType": "Task", "input": [{"type": {"text": NAME}, "valueUri": NAME}]},
            {"input": [{"type": {"text": NAME}, "valueUri": "Patient/p"}]},
        ),
        (
            {"resourceType": "Task", "contained": [{"resourceType": "Task", "instantiatesUri": NAME}]},
            {"contained": [{"resourceType": "Task", "instantiatesUri": "Patient/p"}]},
        ),
        ({"resourceType": "Task", "input": [{"valueString": NAME, "valueUuid": NAME}]}, {}),
        ({"resourceType": "Task", "identifier": [{"system": "urn:ietf:rfc:3986", "value": NAME}]}, {}),
        ({"resourceType": "Nothing", "instantiatesUri": NAME}, {}),
        ({"resourceType": 7, "instantiatesUri": {"x": [NAME]}}, {}),
    ],
)
def test_c12_a_uri_that_names_an_entry_is_named_as_its_references_are(sent, linked):
    """R4 http.html#trules: the server replaces all matching links, also "elements of type uri, url, oid, uuid"."""
    assert resolve_links(sent, BASE, {NAME: "Patient/p"}) == sent | linked
