"""Bodies in JSON, in XML and compressed are one resource."""

import gzip
import json

import pytest

from hub.fhir import dumps
from hub.fhir.xml import from_json, to_json
from tests.hub.api.bundle.test_transaction import bundle, post
from tests.hub.api.interactions.test_create import request_about


@pytest.mark.parametrize("content_type", ["application/fhir+xml", "application/xml", "text/xml; charset=utf-8"])
def test_a_resource_is_created_and_changed_in_xml(world, content_type):
    sent = from_json(dumps(request_about(world)))
    made = world.gp.ask("POST", "/ServiceRequest", body=sent, content_type=content_type, accept="application/fhir+xml")
    assert made.status_code == 201, made.text
    resource = to_json(made.data)
    name = f"ServiceRequest/{resource['id']}"
    assert world.gp.get(f"/{name}").json == json.loads(dumps(resource))
    changed = from_json(dumps(resource | {"priority": "urgent"}))
    put = world.gp.ask("PUT", f"/{name}", body=changed, content_type=content_type, if_match=made.headers["ETag"])
    assert (put.status_code, put.json["priority"]) == (200, "urgent")


def test_a_bundle_comes_in_xml(world):
    for kind in ("batch", "transaction"):
        sent = from_json(dumps(bundle(post(request_about(world)), kind=kind)))
        answer = world.gp.ask("POST", "", body=sent, content_type="application/fhir+xml")
        assert answer.json["entry"][0]["response"]["status"] == "201", answer.text


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ("<ServiceRequest xmlns='http://hl7.org/fhir'><secret/></ServiceRequest>", 422, ["ServiceRequest"]),
        ("<ServiceRequest xmlns='http://hl7.org/fhir'><doNotPerform value='non'/></ServiceRequest>", 422, None),
        ("<Task xmlns='http://hl7.org/fhir'/>", 400, ["resourceType"]),
        ("<Nothing xmlns='http://hl7.org/fhir'/>", 400, None),
        ("<!DOCTYPE a><ServiceRequest xmlns='http://hl7.org/fhir'/>", 400, None),
        ("{}", 400, None),
    ],
)
def test_what_is_wrong_in_xml_is_told_as_in_json(world, body, status, place):
    answer = world.gp.ask("POST", "/ServiceRequest", body=body, content_type="application/fhir+xml")
    assert answer.status_code == status, answer.text
    assert place is None or answer.json["issue"][0]["expression"] == place
    assert b"secret" not in answer.data and b"non'" not in answer.data


def test_a_wrong_type_has_its_place_in_xml_as_in_json(world):
    wrong = request_about(world) | {"doNotPerform": "non"}
    as_json = world.gp.ask("POST", "/ServiceRequest", body=wrong)
    as_xml = world.gp.ask("POST", "/ServiceRequest", body=from_json(dumps(wrong)), content_type="application/fhir+xml")
    assert as_json.json == as_xml.json
    assert as_json.json["issue"][0]["expression"] == ["ServiceRequest.doNotPerform"]


def test_gzip_is_expanded_to_the_limit_of_bodies(world):
    sent = gzip.compress(dumps(request_about(world)))
    assert world.gp.ask("POST", "/ServiceRequest", body=sent, content_encoding="gzip").status_code == 201
    bomb = gzip.compress(b'{"a":"' + b" " * 60_000_000 + b'"}')
    answer = world.gp.ask("POST", "/ServiceRequest", body=bomb, content_encoding="gzip")
    assert answer.status_code in (400, 413)
    assert answer.json["resourceType"] == "OperationOutcome"
    for encoding in ("br", "deflate", "gzip, gzip"):
        assert world.gp.ask("POST", "/ServiceRequest", body=sent, content_encoding=encoding).status_code == 415
