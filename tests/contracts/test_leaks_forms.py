"""The leak cases of the forms of an answer by their numbers, over every role: XML, pretty, gzip, HEAD, summaries, elements
(`docs/leaks.md` L05, L11, L41, L56, L57, L137)."""

from __future__ import annotations

import gzip
import json

import pytest

from hub.fhir import loads
from hub.fhir.xml import to_json
from tests.contracts.leak_worlds import ABSENT, CANARY, HIDDEN, NEVER, ROLES, Answer, like_absent, pair_of, same_answers
from tests.territory import PERSON

# The fixture of the two worlds, theirs.
SEEN = ("/Task/v", "/CarePlan/v", f"/{PERSON}", "/CareTeam/cercle")
FOUND = ("/Task", "/Condition", "/Task?_include=Task:focus", f"/{PERSON}/Condition", "/Task/v/_history")
PARTS = (
    "_summary=true", "_summary=text", "_summary=data", "_summary=false", "_elements=status", "_elements=note,telecom",
    "_elements=telecom", "_summary=nothing", "_elements=nothing",
)  # fmt: skip
FORMS = ("_format=xml", "_format=json&_pretty=true", "_format=xml&_pretty=true", "_format=text/csv", "_format=html")
# An XML answer for each name, so that the two are of one length.
BY_HEADER = ({"Accept": "application/fhir+xml"}, {"Accept": "text/csv"}, {"Accept_Encoding": "gzip"})


def _with(path: str, query: str) -> tuple[str, str]:
    return "GET", f"{path}{'&' if '?' in path else '?'}{query}"


def _resource(answer: Answer) -> dict[str, object]:
    body = gzip.decompress(answer.body) if answer.headers.get("Content-Encoding") == "gzip" else answer.body
    return to_json(body, size=1 << 24) if "xml" in answer.headers["Content-Type"] else loads(body, size=1 << 24)


@pytest.mark.parametrize("part", PARTS)
def test_L56_a_part_is_of_the_slice(worlds, part):
    """What is left of a slice is in the slice, in both worlds alike; what cannot be asked is refused whatever is seen."""
    shown = 0
    refused = part.endswith("nothing")
    for _, answer in same_answers(worlds, *(_with(path, part) for path in (*SEEN, *FOUND))):
        shown += answer.status == 200
        assert not refused or answer.status in (400, 403, 404)
    assert refused or shown > len(ROLES) or "telecom" in part
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        for path in SEEN:
            part_of, whole = having.ask(actor, *_with(path, part)), having.ask(actor, "GET", path)
            if part_of.status == whole.status == 200:
                assert part_of.headers["ETag"] == whole.headers["ETag"]
                assert _resource(part_of).keys() <= _resource(whole).keys()


@pytest.mark.parametrize("part", PARTS)
def test_L56_a_part_of_what_is_hidden_is_absent(worlds, part):
    for kind, name in (("Condition", "hp"), ("Task", "h"), ("Patient", "h")):
        for tail in ("", "/_history", "/_history/1"):
            hidden, absent = (_with(f"/{kind}/{one}{tail}", part)[1] for one in (name, ABSENT))
            like_absent(worlds, "GET", hidden, absent)


def test_L56_elements_say_nothing_of_who_may_see_them(worlds):
    """A name is taken or refused by the type's definition alone: the same for a role that sees it and one that never does."""
    for path in (
        "/Patient?_elements=telecom",
        "/Patient?_elements=identifier,birthDate",
        "/Condition?_elements=evidence",
    ):
        assert {answer.status for _, answer in same_answers(worlds, ("GET", path))} <= {200, 403}
    for path in ("/Patient?_elements=secret", "/Condition?_elements=telecom"):
        assert {answer.status for _, answer in same_answers(worlds, ("GET", path))} <= {400, 403}


@pytest.mark.parametrize("form", FORMS)
def test_L57_every_form_shows_the_same_slice(worlds, form):
    for actor in ROLES:
        for path in (*SEEN, "/Condition", "/Task/v/_history", HIDDEN):
            without, having = (world.ask(actor, *_with(path, form)) for world in pair_of(worlds, actor))
            assert without == having
            plain = pair_of(worlds, actor)[1].ask(actor, "GET", path)
            if form.rpartition("=")[2] in ("text/csv", "html"):
                assert having.status in (403, 404, 406)
                continue
            assert having.status == plain.status
            told, said = _resource(having), _resource(plain)
            # The self link of a search repeats what was asked.
            assert told.get("entry", told) == said.get("entry", said)
            assert CANARY.encode() not in having.body


@pytest.mark.parametrize("headers", BY_HEADER)
def test_L57_L137_a_hidden_resource_is_absent_in_every_form(worlds, headers):
    for tail in ("", "/_history", "/_history/1", "?_pretty=true"):
        like_absent(worlds, "GET", HIDDEN + tail, NEVER + tail, **headers)
        like_absent(worlds, "HEAD", HIDDEN + tail, NEVER + tail, **headers)
    list(same_answers(worlds, *(("GET", path) for path in (*SEEN, *FOUND)), **headers))
    list(same_answers(worlds, *(("HEAD", path) for path in (*SEEN, *FOUND)), **headers))


@pytest.mark.parametrize("headers", [{}, *BY_HEADER])
def test_L05_head_has_the_length_of_get(worlds, headers):
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        for path in (HIDDEN, *SEEN, "/Task?_summary=true"):
            got, head = (having.ask(actor, method, path, **headers) for method in ("GET", "HEAD"))
            assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_L11_no_form_makes_a_condition_speak_of_the_hidden(worlds):
    for query in ("_summary=true", "_elements=code", "_format=xml"):
        path, never = (_with(one, query)[1] for one in (HIDDEN, NEVER))
        like_absent(worlds, "GET", path, never, If_None_Match='W/"1"')
        like_absent(worlds, "GET", path, never, If_None_Match="*")


def test_L41_a_count_is_of_what_is_seen(worlds):
    for path in (
        "/Condition?_summary=count",
        "/Task?_summary=count&_elements=status",
        "/Condition?_summary=count&_format=xml",
    ):
        for _, answer in same_answers(worlds, ("GET", path)):
            assert answer.status in (200, 403)
            assert answer.status == 403 or "entry" not in _resource(answer)
    for path in (HIDDEN, NEVER):
        for _, answer in same_answers(worlds, ("GET", f"{path}?_summary=count")):
            assert answer.status in (400, 403)


def test_L62_L79_bodies_in_every_form_ask_nothing(worlds):
    """A PUT in XML or compressed to what is hidden is one to what is absent; what is wrong in it is told without values."""
    for name in ("hp", ABSENT):
        about = f'<id value="{name}"/><subject><reference value="{PERSON}"/></subject>'
        body = f'<Condition xmlns="http://hl7.org/fhir">{about}</Condition>'
        sent = {"Content_Type": "application/fhir+xml", "If_Match": 'W/"1"'}
        told = [answer.status for _, answer in same_answers(worlds, ("PUT", f"/Condition/{name}", body), **sent)]
        assert set(told) <= {403, 404}
    wrong = f'<Task xmlns="http://hl7.org/fhir"><{CANARY}/><status value="{CANARY}"/></Task>'
    for _, answer in same_answers(worlds, ("POST", "/Task", wrong), Content_Type="application/fhir+xml"):
        assert answer.status in (403, 422)


def test_L74_parts_and_forms_of_entries_are_those_of_the_entry_alone(worlds):
    urls = [
        "Task/v?_summary=true",
        "Condition/hp?_elements=code",
        "Task?_elements=owner&_format=xml",
        "Condition?_summary=count",
    ]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    bundle = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    for accept in ("application/fhir+json", "application/fhir+xml"):
        sent = {"Content_Type": "application/fhir+json", "Accept": accept}
        for _, answer in same_answers(worlds, ("POST", "", bundle), **sent):
            assert len(_resource(answer)["entry"]) == len(urls)
