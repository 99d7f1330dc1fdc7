"""The forms in which every door answers: JSON, XML, pretty, gzip; with HEAD and 304."""

import gzip
import json

import pytest

from hub.api.http import response
from hub.api.http.content_types import JSON, XML
from hub.api.http.response import serialize
from hub.fhir import loads
from hub.fhir.xml import to_json
from tests.hub.api.bundle.test_transaction import bundle
from tests.hub.api.conftest import ABSENT, NOT_FOUND, told

FHIR_XML = "application/fhir+xml; charset=utf-8"


def test_json_is_left_as_it_was_joined():
    body = b'{"resourceType":"Task"}'
    assert serialize(body, JSON) is body
    assert serialize(body, JSON._replace(pretty=True)) == b'{\n  "resourceType": "Task"\n}'
    assert serialize(body, XML).endswith(b'<Task xmlns="http://hl7.org/fhir"/>')


PATHS = [
    "/{task}",
    "/{task}/_history",
    "/{task}/_history/{version}",
    "/Task",
    "/Task?_include=Task:focus&_summary=true",
    "/{patient}/Task",
    "/metadata",
    "/{condition}",
    f"/Condition/{ABSENT}",
    "/Task?ownerr=x",
    "/Task/$nothing",
    "/Task/a/b/c/d",
    "/_history",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_door_says_the_same_in_every_form(world, path):
    version = world.soc.get(f"/{world.task}").json["meta"]["versionId"]
    url = path.format(**vars(world), version=version)
    and_so = "&" if "?" in url else "?"
    plain = world.soc.get(url)
    by_header = world.soc.get(url, accept="application/fhir+xml")
    assert by_header.headers["Content-Type"] == FHIR_XML
    assert by_header.status_code == plain.status_code
    assert to_json(by_header.data) == loads(plain.data)
    assert by_header.headers.get("ETag") == plain.headers.get("ETag")
    if plain.status_code == 200:
        # A search repeats in its self link what it was asked.
        asked = world.soc.get(f"{url}{and_so}_format=xml&_pretty=true", accept="application/json")
        assert asked.headers["Content-Type"] == FHIR_XML
        assert b"\n  <" in asked.data
        pretty = world.soc.get(f"{url}{and_so}_pretty=true")
        assert pretty.headers["Content-Type"] == plain.headers["Content-Type"]
        assert pretty.data.startswith(b'{\n  "resourceType"')
        if "link" not in plain.json:
            assert to_json(asked.data) == loads(plain.data) == json.loads(pretty.data)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["*/*", "application/fhir+xml"])
def test_head_has_the_headers_of_get(world, path, accept):
    version = world.soc.get(f"/{world.task}").json["meta"]["versionId"]
    url = path.format(**vars(world), version=version)
    for encoding in ("identity", "gzip"):
        got = world.soc.get(url, accept=accept, accept_encoding=encoding)
        head = world.soc.ask("HEAD", url, accept=accept, accept_encoding=encoding)
        assert (told(head)[:2], head.data) == (told(got)[:2], b"")
        assert int(got.headers["Content-Length"]) == len(got.data)


def test_gzip_is_for_who_asks_and_for_what_is_long(world):
    plain, packed = world.soc.get("/metadata"), world.soc.get("/metadata", accept_encoding="gzip, deflate")
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) * 4 < len(plain.data)
    assert {one.headers["Vary"] for one in (plain, packed)} == {"Accept, Accept-Encoding"}
    absent = world.soc.get(f"/Condition/{ABSENT}", accept_encoding="gzip")
    assert (absent.data, absent.headers.get("Content-Encoding")) == (NOT_FOUND, None)
    xml = world.soc.get("/metadata?_format=xml", accept_encoding="gzip")
    assert to_json(gzip.decompress(xml.data)) == loads(plain.data)


@pytest.mark.parametrize("wanted", [{"accept": "application/fhir+xml"}, {"accept_encoding": "gzip"}])
def test_304_says_nothing_but_the_version(world, wanted):
    version = world.soc.get(f"/{world.task}").headers["ETag"]
    answer = world.soc.get(f"/{world.task}", if_none_match=version, **wanted)
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", version)
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(answer.headers)
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("wanted", ["application/json", "text/json", "application/xml", "text/xml"])
def test_a_general_type_is_answered_by_its_name(world, wanted):
    assert world.soc.get(f"/{world.task}", accept=wanted).headers["Content-Type"] == f"{wanted}; charset=utf-8"


@pytest.mark.parametrize("query", ["_format=ttl", "_format=text/csv", "_format=html"])
def test_no_form_of_ours_is_406_in_json(world, query):
    told_by = [world.soc.get(f"/{name}?{query}") for name in (world.task, world.condition, f"Task/{ABSENT}")]
    assert {(answer.status_code, answer.json["issue"][0]["code"]) for answer in told_by} == {(406, "not-supported")}
    assert len({answer.data for answer in told_by}) == 1


def test_refusals_before_any_door_have_the_form_too(world, http):
    answer = http.get(f"/fhir/{world.task}", headers={"Accept": "application/fhir+xml"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, FHIR_XML)
    assert to_json(answer.data)["issue"][0]["code"] == "login"
    answer = world.soc.ask("DELETE", f"/{world.task}", accept="application/fhir+xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, FHIR_XML)


def test_a_search_by_post_says_its_form_in_its_body(world):
    form = {"content_type": "application/x-www-form-urlencoded"}
    found = world.soc.ask("POST", "/Task/_search", body="status=requested&_format=xml", **form)
    assert found.headers["Content-Type"] == FHIR_XML
    assert len(to_json(found.data)["entry"]) == 1
    refused = world.soc.ask("POST", "/Task/_search", body="nothing=x&_format=xml", **form)
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, FHIR_XML)
    packed = gzip.compress(b"status=requested")
    assert len(world.soc.ask("POST", "/Task/_search", body=packed, content_encoding="gzip", **form).json["entry"]) == 1


def test_entries_of_a_batch_stand_in_the_form_of_the_batch(world):
    """`_format` and `_pretty` in an entry's URL are taken and change nothing: a Bundle has one form."""
    entries = [
        {"request": {"method": "GET", "url": f"{world.task}{tail}"}} for tail in ("", "?_format=xml&_pretty=true")
    ]
    found = world.soc.ask("POST", "", body=bundle(*entries, kind="batch"))
    first, second = found.json["entry"]
    del first["fullUrl"]  # has to be the only one of its Bundle (R4 invariant bdl-7)
    assert first == second
    as_xml = world.soc.ask("POST", "", body=bundle(*entries, kind="batch"), accept="application/fhir+xml")
    assert to_json(as_xml.data) == loads(found.data)


def test_what_is_the_same_for_everybody_iswritten_once(http):
    """Anyone may ask for the statement: its XML is not made again for each."""
    before = response.serialize_cached.cache_info()
    for _ in range(3):
        assert http.get("/fhir/metadata?_format=xml").status_code == 200
    after = response.serialize_cached.cache_info()
    assert after.hits - before.hits >= 2
    assert after.misses - before.misses <= 1
