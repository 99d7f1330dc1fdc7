import pytest

from hub.api.http.negotiation import URLENCODED, Preference, check_content, parse_prefer, without_format
from hub.domain.errors import Invalid

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/fhir+json",
        "application/json",
        "application/fhir+json; fhirVersion=4.0",
        'application/fhir+json; charset="UTF-8"',
        "application/fhir+xml, application/fhir+json;q=0.5",
        "application/*;q=0.1",
        BROWSER,
    ],
)
def test_a_form_is_among_what_is_wanted(accept):
    assert without_format([("status", "x")], accept) == [("status", "x")]


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json;q=0",
        "application/json; q=0.000",
        "application/fhir+json; fhirVersion=5.0",
        "nonsense",
        ",",
    ],
)
def test_no_form_is_wanted(accept):
    with pytest.raises(Invalid, match="http-not-acceptable@Accept"):
        without_format([], accept)


@pytest.mark.parametrize(
    "wanted", ["json", "application/json", "application/fhir+json", "application/fhir json", "JSON"]
)
def test_the_parameter_goes_before_the_header(wanted):
    pairs = [("a", "1"), ("_format", wanted), ("_pretty", "true"), ("b", "2")]
    assert without_format(pairs, "text/html") == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("wanted", ["ttl", "text/csv", "html", "", "*/*"])
def test_another_form_is_not_given(wanted):
    with pytest.raises(Invalid, match="http-not-acceptable@_format"):
        without_format([("_format", "json"), ("_format", wanted)], "application/json")


def test_what_is_sent_is_announced():
    check_content("application/fhir+json")
    check_content("application/json; charset=utf-8")
    check_content("application/fhir+xml; fhirVersion=4.0")
    check_content("application/x-www-form-urlencoded; charset=UTF-8", URLENCODED)


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "application/fhir+turtle",
        "application/fhir+json; fhirVersion=5.0",
        "application/json; charset=utf-7",
        "application/x-www-form-urlencoded",
    ],
)
def test_what_is_announced_otherwise_is_refused(media_type):
    with pytest.raises(Invalid, match="http-media-type@Content-Type"):
        check_content(media_type)


@pytest.mark.parametrize(
    ("header", "preference"),
    [
        (None, Preference()),
        ("return=minimal", Preference("minimal")),
        ("return=representation; handling=lenient", Preference("representation", True)),
        ("handling=strict, return=OperationOutcome", Preference("OperationOutcome", False)),
        ("return=minimal, return=representation", Preference()),
        ("respond-async, return=nonsense", Preference()),
    ],
)
def test_preferences(header, preference):
    assert parse_prefer(header) == preference
