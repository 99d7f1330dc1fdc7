import pytest

from hub.api.negotiate import URLENCODED, Preference, agreed, check_content, preferred
from hub.errors import Invalid

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
def test_json_is_among_what_is_wanted(accept):
    assert agreed([("status", "x")], accept) == [("status", "x")]


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+xml",
        "text/html",
        "application/json;q=0",
        "application/json; q=0.000",
        "application/fhir+json; fhirVersion=5.0",
        "nonsense",
        ",",
    ],
)
def test_json_is_not_wanted(accept):
    with pytest.raises(Invalid, match="http-not-acceptable@Accept"):
        agreed([], accept)


@pytest.mark.parametrize(
    "wanted", ["json", "application/json", "application/fhir+json", "application/fhir json", "JSON"]
)
def test_the_parameter_goes_before_the_header(wanted):
    pairs = [("a", "1"), ("_format", wanted), ("_pretty", "true"), ("b", "2")]
    assert agreed(pairs, "text/html") == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("wanted", ["xml", "text/csv", "html", "", "*/*"])
def test_another_form_is_not_given(wanted):
    with pytest.raises(Invalid, match="http-not-acceptable@_format"):
        agreed([("_format", "json"), ("_format", wanted)], "application/json")


def test_what_is_sent_is_announced():
    check_content("application/fhir+json", None)
    check_content("application/json; charset=utf-8", "identity")
    check_content("application/x-www-form-urlencoded; charset=UTF-8", None, URLENCODED)


@pytest.mark.parametrize(
    ("media_type", "encoding"),
    [
        (None, None),
        ("", None),
        ("text/plain", None),
        ("application/fhir+xml", None),
        ("application/json; charset=utf-7", None),
        ("application/x-www-form-urlencoded", None),
        ("application/json", "gzip"),
    ],
)
def test_what_is_announced_otherwise_is_refused(media_type, encoding):
    with pytest.raises(Invalid, match="http-media-type"):
        check_content(media_type, encoding)


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
    assert preferred(header) == preference
