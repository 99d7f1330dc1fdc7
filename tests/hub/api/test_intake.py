import json

import pytest

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.tables import message
from tests.hub.intake import letters
from tests.territory import settle_territory

SOURCES = {
    "chu-hl7": ("Organization/chu", "hosp_clinicien", "application/hl7-v2", letters.ref()),
    "cabinet-fhir": ("Organization/cabinet", "medecin_traitant", "application/fhir+json", letters.bundle()),
    "ccas-csv": ("Organization/ccas", "ccas", "text/csv", letters.table(letters.ROW)),
}


@pytest.fixture(autouse=True)
def territory(store):
    return settle_territory(store)


@pytest.fixture
def bearer(store):
    """The headers of a client that may feed `sources`."""

    def make(source, scopes=("system/Bundle.c",)):
        party, role, *_ = SOURCES[source]
        register(store, Partner(source, source, party, role, scopes, (source,)))
        return {"Authorization": f"Bearer {issue_token(store, source, scopes)}"}

    return make


def kept(store):
    with store.read() as connection:
        return connection.execute(message.select()).all()


@pytest.mark.parametrize("source", SOURCES)
def test_a_message_in_and_the_sources_own_answer_out(http, bearer, source):
    _, _, media_type, raw = SOURCES[source]
    headers = bearer(source)
    answer = http.post(
        f"/intake/{source}", data=raw, headers={**headers, "Content-Type": f"{media_type}; charset=utf-8"}
    )
    expected = {"chu-hl7": (200, media_type), "cabinet-fhir": (201, media_type), "ccas-csv": (200, "application/json")}
    assert (answer.status_code, answer.mimetype) == expected[source]
    assert b"Task/" in answer.data
    assert ("Location" in answer.headers) == (source == "cabinet-fhir")


def test_the_second_hl7_media_type(http, bearer):
    headers = {**bearer("chu-hl7"), "Content-Type": "x-application/hl7-v2+er7"}
    answer = http.post("/intake/chu-hl7", data=b"nothing readable", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "x-application/hl7-v2+er7")
    assert b"MSA|AR" in answer.data


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_describes_itself(http, bearer, source):
    told = json.loads(http.get(f"/intake/{source}", headers=bearer(source)).data)
    assert (told["source"], bool(told["example"])) == (source, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_token_401(http, store, method):
    answer = getattr(http, method)("/intake/chu-hl7")
    assert (answer.status_code, "Bearer" in answer.headers["WWW-Authenticate"]) == (401, True)
    assert kept(store) == []


@pytest.mark.parametrize(
    ("source", "scopes", "status"),
    [
        ("cabinet-fhir", ("system/Bundle.c",), 403),
        ("chu-hl7", ("system/Task.c",), 403),
        ("nowhere", ("system/*.c",), 404),
    ],
)
def test_anothers_source_too_small_a_scope_and_no_source(http, store, bearer, source, scopes, status):
    headers = {**bearer("chu-hl7", scopes), "Content-Type": "application/hl7-v2"}
    assert http.post(f"/intake/{source}", data=letters.ref(), headers=headers).status_code == status
    assert http.get(f"/intake/{source}", headers=headers).status_code == status
    assert kept(store) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/csv"},
        {},
        {"Content-Type": "application/hl7-v2; q=1"},
        {"Content-Type": "application/hl7-v2", "Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_415(http, store, bearer, headers):
    answer = http.post("/intake/chu-hl7", data=letters.ref(), headers={**bearer("chu-hl7"), **headers})
    assert answer.status_code == 415
    assert kept(store) == []


def test_too_large_413(http, store, bearer, settings):
    headers = {**bearer("chu-hl7"), "Content-Type": "application/hl7-v2"}
    answer = http.post("/intake/chu-hl7", data=b"x" * (settings.limits.body + 1), headers=headers)
    assert answer.status_code == 413
    assert kept(store) == []


def test_only_get_and_post(http, bearer):
    assert http.put("/intake/chu-hl7", headers=bearer("chu-hl7")).status_code == 405


def test_d5_the_address_without_a_source_lists_those_of_the_client(http, bearer):
    headers = bearer("chu-hl7")
    for path in ("/intake", "/intake/"):
        [source] = http.get(path, headers=headers).json["sources"]
        assert (source["source"], source["mediaTypes"][0]) == ("chu-hl7", "application/hl7-v2")
        assert source["url"].endswith("/intake/chu-hl7")
    assert http.get("/intake").status_code == 401
    assert http.get("/intake", headers=bearer("ccas-csv", scopes=("system/Task.r",))).status_code == 403
