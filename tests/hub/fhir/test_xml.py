"""XML and JSON say the same: the published examples, generated resources, and what is refused by its place."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.domain.errors import HubError, Invalid, Malformed
from hub.fhir import DEPTH, MODELLED, SIZE, dumps, get_structure, loads
from hub.fhir.xml import from_json, to_json
from tests import r4

FHIR = "http://hl7.org/fhir"
NUMBER_TOO_LONG = {"Observation-decimal.json": "holds numbers of more digits than the hub takes, in JSON too"}


def canonical(value: Any) -> Any:
    """Numbers with their digits; the markup of a narrative by its canonical form, for quotes and `<br />` may differ."""
    if isinstance(value, dict):
        return {key: canonical_markup(inner) if key == "div" else canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [canonical(inner) for inner in value]
    return type(value).__name__, str(value)


def canonical_markup(div: str) -> bytes:
    return etree.tostring(etree.fromstring(div), method="c14n")


def xml(body: str, name: str = "Patient", namespace: str = FHIR) -> bytes:
    return f'<{name} xmlns="{namespace}">{body}</{name}>'.encode()


@r4.needs_data
def test_every_published_example_comes_back_as_it_went():
    examples = [pair for pair in r4.r4_examples(MODELLED) if pair[0].name not in NUMBER_TOO_LONG]
    assert len(examples) > 300
    for path, resource in examples:
        data = dumps(resource)
        for pretty in (False, True):
            back = to_json(from_json(data, pretty=pretty), size=1 << 24)
            assert canonical(back) == canonical(resource), path.name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(r4.TYPES)).flatmap(r4.generated))
def test_what_is_generated_comes_back_as_it_went(resource):
    sent = loads(dumps(resource))
    assert canonical(to_json(from_json(dumps(resource)))) == canonical(sent)


@r4.needs_data
@pytest.mark.parametrize("name", sorted(MODELLED))
def test_elements_stand_in_the_order_of_the_definitions(name):
    """Of the type, and of its backbone elements and types (each once, where it is first met)."""
    pending, met = [(name, name)], set()
    while pending:
        kind, path = pending.pop()
        shape = get_structure(kind)
        ours = dict.fromkeys(
            f"{element.choice}[x]" if element.choice else key for key, element in shape.elements.items()
        )
        inside = [found for found in r4.elements() if found.startswith(f"{path}.")]
        assert list(ours) == [found[len(path) + 1 :] for found in inside if "." not in found[len(path) + 1 :]], path
        for key, element in shape.elements.items():
            inner = f"{path}.{key}"
            if inner not in r4.elements():
                continue
            if r4.elements()[inner].types[:1] in (("BackboneElement",), ("Element",)) and element.kind not in met:
                met.add(element.kind)
                pending.append((element.kind, inner))


def test_the_whole_of_the_format():
    written = from_json(
        dumps(
            {
                "resourceType": "Observation",
                "id": "o",
                "text": {
                    "status": "generated",
                    "div": '<div xmlns="http://www.w3.org/1999/xhtml">a<br/><b>b</b></div>',
                },
                "contained": [{"resourceType": "Patient", "id": "p", "active": True}],
                "extension": [{"url": "urn:x", "valueInteger": -1}],
                "status": "final",
                "_status": {"id": "s", "extension": [{"url": "urn:y", "valueString": "<é>\n"}]},
                "code": {"id": "c", "text": 'un "texte" & \ufffe'},
                "valueQuantity": {"value": Decimal("1.50")},
                "note": [{"text": "a"}, {"text": "b"}],
            }
        )
    )
    assert written.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<Observation xmlns="http://hl7.org/fhir"><id value="o"/><text><status value="generated"/>'
        '<div xmlns="http://www.w3.org/1999/xhtml">a<br/><b>b</b></div></text>'
        '<contained><Patient><id value="p"/><active value="true"/></Patient></contained>'
        '<extension url="urn:x"><valueInteger value="-1"/></extension>'
        '<status value="final" id="s"><extension url="urn:y"><valueString value="&lt;é&gt;&#10;"/></extension></status>'
        '<code id="c"><text value="un &quot;texte&quot; &amp; \ufffd"/></code>'
        '<valueQuantity><value value="1.50"/></valueQuantity><note><text value="a"/></note><note><text value="b"/></note>'
        "</Observation>"
    )


def test_pretty_leaves_the_narrative_alone():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><b>a</b><i>b</i></div>'
    resource = {"resourceType": "Patient", "text": {"status": "generated", "div": div}, "active": False}
    written = from_json(dumps(resource), pretty=True).decode()
    assert div in written
    assert written.endswith('\n  <active value="false"/>\n</Patient>')


def test_partners_stand_beside_their_values():
    found = to_json(xml('<name><given value="a"/><given id="x"/><given value="b"><extension url="u"/></given></name>'))
    assert found["name"] == [{"given": ["a", None, "b"], "_given": [None, {"id": "x"}, {"extension": [{"url": "u"}]}]}]


def test_what_is_no_value_of_its_type_is_left_to_the_checks():
    body = '<active value="oui"/><multipleBirthInteger value="1.5x"/><photo><size value="+1"/></photo><gender/>'
    assert to_json(xml(body)) == {
        "resourceType": "Patient",
        "active": "oui",
        "multipleBirthInteger": "1.5x",
        "photo": [{"size": "+1"}],
        "gender": None,
    }


def test_comments_and_schema_locations_say_nothing():
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="{FHIR}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
        ' i:schemaLocation="a b"><!-- c --><active value="true"/><?p q?></Patient>'
    )
    assert to_json(body.encode()) == {"resourceType": "Patient", "active": True}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"<Patient",
        xml("<active></Patient>"),
        xml("\0"),
        xml("&nbsp;"),
        '<?xml version="1.0" encoding="UTF-16"?><Patient xmlns="http://hl7.org/fhir"/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + xml(""),
        xml('<name><family value="\xe9"/></name>').decode().encode("latin-1"),
    ],
)
def test_what_is_not_utf8_xml_is_malformed(data):
    with pytest.raises(Malformed, match="xml-malformed"):
        to_json(data)


@pytest.mark.parametrize(
    "data",
    [xml("", namespace="urn:other"), xml("", "Nothing"), b"<Patient/>", xml("", "HumanName")],
)
def test_what_is_no_resource_is_malformed(data):
    with pytest.raises(Malformed, match="xml-not-resource"):
        to_json(data)


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><Patient xmlns="http://hl7.org/fhir"><gender value="&i;"/></Patient>'
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        '<!DOCTYPE p SYSTEM "file:///etc/passwd"><Patient xmlns="http://hl7.org/fhir"/>',
        '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir">&x;</Patient>',
    ],
)
def test_i03_i04_a_doctype_is_refused_at_once(data):
    start = time.perf_counter()
    with pytest.raises(Malformed, match="xml-doctype"):
        to_json(data.encode())
    assert time.perf_counter() - start < 0.1


def test_i04_depth_and_size_are_bounded():
    for depth in (DEPTH, 200, 200_000):
        nested = '<extension url="u">' * depth + "</extension>" * depth
        with pytest.raises(Malformed, match=r"json-too-deep|xml-malformed|json-too-large"):
            to_json(xml(nested))
    with pytest.raises(Malformed, match="json-too-large"):
        to_json(xml("<!--" + "x" * SIZE + "-->"))
    with pytest.raises(Malformed, match="json-too-large"):
        to_json(xml("<name/>" * 150_000), size=1 << 21)
    with pytest.raises(Malformed, match="json-number"):
        to_json(xml(f'<multipleBirthInteger value="{"9" * 1_000_000}"/>'))
    with pytest.raises(Malformed, match="json-number"):
        to_json(xml(f'<multipleBirthInteger value="{"9" * 19}"/>'))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<secret value='x'/>", "element-unknown@Patient"),
        ("<name><given value='a'/><secret/></name>", "element-unknown@Patient.name[0]"),
        (
            "<name/><name><period><end value='x'/><x xmlns='urn:y'/></period></name>",
            "element-unknown@Patient.name[1].period",
        ),
        ("<name use='usual'/>", "element-unknown@Patient.name[0]"),
        ("<active value='true' x='y'/>", "element-unknown@Patient.active"),
        ("<name><id value='x'/></name>", "element-unknown@Patient.name[0]"),
        ("<active value='true'/><active value='false'/>", "element-twice@Patient.active"),
        ("<name>Dupont</name>", "xml-text@Patient.name[0]"),
        ("<active value='true'/>Dupont", "xml-text@Patient"),
        ("<contained/>", "object-expected@Patient.contained[0]"),
        ("<contained><Secret/></contained>", "type-unknown@Patient.contained[0].resourceType"),
        ("<text><status value='generated'/><div/></text>", "element-unknown@Patient.text"),
    ],
)
def test_what_is_no_fhir_is_invalid_at_its_place(body, problem):
    with pytest.raises(Invalid) as refused:
        to_json(xml(body))
    assert str(refused.value) == problem


def test_problems_are_told_up_to_twenty():
    with pytest.raises(Invalid) as refused:
        to_json(xml("<x/>" * 50))
    assert len(refused.value.problems) == 20


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_bytes_make_another_fault(data):
    """Cut, doubled and changed XML is read or refused, never a crash."""
    good = xml(
        '<id value="p"/><name id="n"><given value="a"/></name><contained><Task><id value="t"/></Task></contained>'
    )
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(good)), st.integers(0, len(good)))))
    changed = good[:start] + data.draw(st.binary(max_size=4) | st.just(good[start:end] * 2)) + good[end:]
    try:
        found = to_json(changed)
    except HubError:
        return
    assert loads(dumps(found)) == found
