"""Which form is given: `_format` before Accept, quality before order (RFC 9110 §12.5.1)."""

import pytest

from hub.api.http.content_types import JSON, XML, Format, choose_format, is_media_type
from hub.domain.errors import Invalid

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GENERAL_XML = Format("application/xml", xml=True)
GENERAL_JSON = Format("application/json")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", Format("text/json")),
        ("application/fhir+json", JSON),
        ("application/fhir+xml", XML),
        ("application/json", GENERAL_JSON),
        ("text/xml", Format("text/xml", xml=True)),
        ("application/fhir+xml; fhirVersion=4.0", XML),
        ('Application/FHIR+XML; charset="UTF-8"', XML),
        ("application/fhir+xml;q=0.9, application/fhir+json;q=0.8", XML),
        ("application/fhir+json;q=0.8, application/fhir+xml;q=0.9", XML),
        ("application/fhir+xml, application/fhir+json", XML),
        ("application/fhir+json, application/fhir+xml", JSON),
        ("*/*;q=0.1, application/fhir+xml", XML),
        ("*/*, application/fhir+json;q=0, application/json;q=0, text/json;q=0", XML),
        ("application/fhir+json; fhirVersion=5.0, application/fhir+xml; fhirVersion=4.0", XML),
        (BROWSER, GENERAL_XML),
    ],
)
def test_accept(accept, form):
    assert choose_format([], accept) == form


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "application/fhir+json; fhirVersion=5.0", ",", "*/*;q=x", "*/*;q=2"]
)
def test_nothing_of_ours_is_accepted(accept):
    with pytest.raises(Invalid, match="http-not-acceptable@Accept"):
        choose_format([], accept)


@pytest.mark.parametrize(
    ("wanted", "form"),
    [
        ("json", JSON),
        ("JSON", JSON),
        ("xml", XML),
        ("application/fhir+json", JSON),
        ("application/fhir json", JSON),
        ("application/fhir xml", XML),
        ("application/fhir+xml; fhirVersion=4.0", XML),
        ("application/json", GENERAL_JSON),
        ("application/xml", GENERAL_XML),
        ("text/xml", Format("text/xml", xml=True)),
    ],
)
def test_the_parameter_goes_before_the_header(wanted, form):
    assert choose_format([("status", "x"), ("_format", wanted)], "text/html") == form


@pytest.mark.parametrize("wanted", ["ttl", "html", "text/csv", "*/*", "", "xml; fhirVersion=5.0"])
def test_another_form_is_not_given(wanted):
    with pytest.raises(Invalid, match="http-not-acceptable@_format"):
        choose_format([("_format", wanted)], "application/json")


def test_pretty_is_asked_for_by_the_word_true():
    assert choose_format([("_pretty", "true")], None) == JSON._replace(pretty=True)
    assert choose_format([("_pretty", "true"), ("_format", "xml")], None) == XML._replace(pretty=True)
    assert choose_format([("_pretty", "false")], "application/fhir+xml") == XML


def test_a_media_type_is_known_in_our_version_and_charset():
    known = frozenset({"application/fhir+json"})
    assert is_media_type("application/fhir+json; charset=utf-8; fhirVersion=4.0.1", known)
    assert not is_media_type("application/fhir+json; charset=latin1", known)
    assert not is_media_type("application/json", known)
