"""`GET /intake/<source>/messages/<number>`: a sender asks again what became of its message, and learns nothing else."""

from __future__ import annotations

import json

import pytest

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.tables import message
from tests.contracts.cases import leak
from tests.hub.api.test_intake import SOURCES
from tests.hub.intake import letters
from tests.territory import settle_territory


@pytest.fixture(autouse=True)
def territory(store):
    return settle_territory(store)


@pytest.fixture
def bearer(store):
    """The headers of the client that feeds `source`; `party`: of another organisation."""

    def make(source, party=""):
        owner, role, *_ = SOURCES[source]
        client = f"{source}-{party.rpartition('/')[2]}"
        register(store, Partner(client, client, party or owner, role, ("system/Bundle.c",), (source,)))
        return {"Authorization": f"Bearer {issue_token(store, client, ('system/Bundle.c',))}"}

    return make


def list_numbers(store):
    with store.read() as connection:
        return [row.number for row in connection.execute(message.select()) if row.number]


@pytest.mark.parametrize("source", ["chu-hl7", "cabinet-fhir"])
def test_the_answer_comes_again_byte_for_byte(http, store, bearer, source):
    _, _, media_type, raw = SOURCES[source]
    headers = bearer(source)
    first = http.post(f"/intake/{source}", data=raw, headers={**headers, "Content-Type": media_type})
    [number] = list_numbers(store)
    again = http.get(f"/intake/{source}/messages/{number}", headers=headers)
    assert (again.status_code, again.data, again.mimetype) == (200, first.data, first.mimetype)


def test_a_row_is_answered_by_its_digest(http, store, bearer):
    headers = bearer("ccas-csv")
    first = http.post("/intake/ccas-csv", data=SOURCES["ccas-csv"][3], headers={**headers, "Content-Type": "text/csv"})
    [number] = list_numbers(store)
    [row] = json.loads(http.get(f"/intake/ccas-csv/messages/{number}", headers=headers).data)["rows"]
    assert (row["status"], row["task"]) == ("accepted", json.loads(first.data)["rows"][0]["task"])


def test_other_content_under_a_number_does_not_hide_the_first_answer(http, bearer):
    headers = {**bearer("chu-hl7"), "Content-Type": "application/hl7-v2"}
    first = http.post("/intake/chu-hl7", data=letters.ref("R-9"), headers=headers)
    other = http.post("/intake/chu-hl7", data=letters.ref("R-9", nte="Autre chose."), headers=headers)
    assert b"MSA|AR" in other.data
    assert http.get("/intake/chu-hl7/messages/R-9", headers=headers).data == first.data


def test_a_message_that_could_not_be_read_has_no_number(http, bearer):
    headers = {**bearer("chu-hl7"), "Content-Type": "application/hl7-v2"}
    assert b"MSA|AE" in http.post("/intake/chu-hl7", data=letters.ref("R-9", name="^^^^^^"), headers=headers).data
    assert http.get("/intake/chu-hl7/messages/R-9", headers=headers).status_code == 404


@leak(kills="a sender asks for the answer to another organisation's message")
@pytest.mark.parametrize("number", ["nobody", ""])
def test_what_another_organisation_sent_is_no_message(http, store, bearer, number):
    _, _, media_type, raw = SOURCES["chu-hl7"]
    http.post("/intake/chu-hl7", data=raw, headers={**bearer("chu-hl7"), "Content-Type": media_type})
    [sent] = list_numbers(store)
    other = bearer("chu-hl7", "Organization/ccas")
    answers = [http.get(f"/intake/chu-hl7/messages/{each}", headers=other) for each in (sent, number or "x")]
    assert {answer.status_code for answer in answers} == {404}
    bodies = [answer.data.replace(sent.encode(), b"").replace(b"nobody", b"") for answer in answers]
    assert bodies[0] == bodies[1]


def test_two_applications_with_one_number_are_told_apart(http, store, bearer):
    headers = {**bearer("chu-hl7"), "Content-Type": "application/hl7-v2"}
    raw = letters.ref()
    application = raw.split(b"|")[2]
    first = http.post("/intake/chu-hl7", data=raw, headers=headers)
    other = raw.replace(b"|" + application + b"|", b"|OTHER|", 1)
    http.post("/intake/chu-hl7", data=other, headers=headers)
    number = list_numbers(store)[0]
    assert http.get(f"/intake/chu-hl7/messages/{number}", headers=headers).status_code == 422
    named = http.get(f"/intake/chu-hl7/messages/{number}?application={application.decode()}", headers=headers)
    assert (named.status_code, named.data) == (200, first.data)


def test_without_a_token_or_the_source_nothing_is_answered(http, store, bearer):
    assert http.get("/intake/chu-hl7/messages/1").status_code == 401
    assert http.get("/intake/cabinet-fhir/messages/1", headers=bearer("chu-hl7")).status_code == 403


def test_a_notice_about_anybody_is_answered_alike(http, store, bearer):
    headers = {**bearer("chu-hl7"), "Content-Type": "application/hl7-v2"}
    http.post("/intake/chu-hl7", data=letters.ref(ipp="0001"), headers=headers)
    answers = []
    for number, ipp in (("A-1", "0001"), ("A-2", "0009")):
        http.post("/intake/chu-hl7", data=letters.adt(number, ipp=ipp), headers=headers)
        answer = http.get(f"/intake/chu-hl7/messages/{number}", headers=headers)
        assert b"MSA|AA" in answer.data
        msh, _, rest = answer.data.partition(b"\r")
        answers.append((answer.status_code, len(msh), rest.replace(number.encode(), b"")))
    assert answers[0] == answers[1]
