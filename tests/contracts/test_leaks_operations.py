"""The leak cases of operations by their numbers, over every role (`docs/leaks.md` B5, and what of B1–B7 concerns them)."""

from __future__ import annotations

import json

import pytest

from tests.contracts.leak_worlds import (
    ABSENT,
    CANARY,
    ROLES,
    SECRET_PHONE,
    SEES_PSYCHIATRY,
    Answer,
    like_absent,
    pair_of,
    same_answers,
)
from tests.territory import PERSON

# The fixture of the two worlds, theirs.
DESK = frozenset({"guichet", "gestionnaire"})
DENIED = b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden",'
EVERYTHING, DOCUMENT = f"/{PERSON}/$everything", "/CarePlan/v/$document"
HIDDEN_TRAITS = {
    "resourceType": "Patient",
    "name": [{"use": "usual", "family": CANARY, "given": [CANARY]}],
    "telecom": [{"system": "phone", "value": SECRET_PHONE}],
    "birthDate": "1930-01-01",
    "gender": "female",
    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": CANARY}],
}


def _names(answer: Answer) -> set[str]:
    return {"/".join(entry["fullUrl"].split("/")[-2:]) for entry in json.loads(answer.body).get("entry", ())}


def _asked(patient: dict[str, object]) -> dict[str, object]:
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient}]}


def test_L80_everything_is_the_union_of_what_is_seen(worlds):
    paths = [EVERYTHING, f"{EVERYTHING}?_type=Condition,Task", f"{EVERYTHING}?_since=2026-11-01T00:00:00Z&_count=3"]
    shown = 0
    for role, answer in same_answers(worlds, *(("GET", path) for path in paths)):
        if answer.status != 200:
            continue
        shown += 1
        names = _names(answer)
        assert not {name for name in names if name.startswith(("Group/", "List/"))}
        assert not names & {"Patient/h", "Task/h", "Condition/hp", "Condition/w"}
        if role not in SEES_PSYCHIATRY:
            assert not names & {"Condition/h", "Task/p", "ServiceRequest/p", "Communication/p"}
    assert shown > len(ROLES)


def test_L80_each_entry_is_what_a_read_gives(worlds):
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        answer = having.ask(actor, "GET", EVERYTHING)
        for entry in json.loads(answer.body).get("entry", ()) if answer.status == 200 else ():
            name = "/".join(entry["fullUrl"].split("/")[-2:])
            assert json.loads(having.ask(actor, "GET", f"/{name}").body) == entry["resource"], (actor, name)


def test_L81_ac02_everything_of_who_is_hidden(worlds):
    for method in ("GET", "POST", "HEAD"):
        like_absent(worlds, method, "/Patient/h/$everything", f"/Patient/{ABSENT}/$everything")
    for _, answer in same_answers(worlds, ("GET", "/Patient/h/$everything"), ("POST", "/Patient/h/$everything")):
        assert answer.status in (403, 404)


def test_L82_L103_L106_a_document_holds_what_its_reader_sees(worlds):
    shown = 0
    for _, answer in same_answers(worlds, ("GET", DOCUMENT), ("POST", DOCUMENT)):
        if answer.status != 200:
            assert answer.status in (403, 404)
            continue
        shown += 1
        bundle = json.loads(answer.body)
        urls = {entry["fullUrl"] for entry in bundle["entry"]}
        composition = bundle["entry"][0]["resource"]
        named = {one["reference"] for section in composition["section"] for one in section["entry"]}
        assert named <= urls
    assert shown > len(ROLES) / 2
    for path in ("/Composition/v/$document", "/Bundle/v/$document", "/Condition/v/$document"):
        for _, answer in same_answers(worlds, ("GET", path)):
            assert answer.status == 404


def test_L82_a_hidden_plan_has_no_document(worlds):
    # No plan stands behind these names: of another type, of another person, of nobody.
    for hidden in ("Task/h", "Condition/hp", "Patient/h"):
        id_ = hidden.partition("/")[2]
        like_absent(worlds, "GET", f"/CarePlan/{id_}/$document", f"/CarePlan/{ABSENT}/$document")


def test_L84_matching_compares_with_nobody_who_is_hidden(worlds):
    known = 0
    bodies = [_asked(HIDDEN_TRAITS), _asked({"resourceType": "Patient", "birthDate": "1930-01-01"})]
    for role, answer in same_answers(worlds, *(("POST", "/Patient/$match", body) for body in bodies)):
        if answer.status == 200 and role in DESK:
            assert json.loads(answer.body)["total"] == 0
            known += 1
        elif answer.status == 200:
            (entry,) = json.loads(answer.body)["entry"]
            assert entry["resource"]["issue"][0]["code"] == "not-found"
        else:
            assert answer.status in (403, 422)
    assert known == 2 * len(DESK)


def test_L84_no_score_nor_candidate_but_for_the_desk(worlds):
    traits = {
        "resourceType": "Patient",
        "name": [{"use": "official", "family": "NAISSANCE", "given": ["Jeanne"]}],
        "birthDate": "1938-02-03",
        "gender": "female",
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.11", "value": "000000000000097"}],
    }
    told = set()
    for role, answer in same_answers(worlds, ("POST", "/Patient/$match", _asked(traits))):
        if role not in DESK and answer.status == 200:
            assert b"score" not in answer.body and b"Patient" not in answer.body
            told.add(answer.body)
    assert len(told) == 2, "known and not known, each in one form"


@pytest.mark.parametrize("name", ["$member-match", "$find-matches", "$match-all"])
def test_L84_other_kinds_of_matching_are_not_offered(worlds, name):
    for method in ("GET", "POST"):
        for _, answer in same_answers(worlds, (method, f"/Patient/{name}")):
            assert answer.status == 404


@pytest.mark.parametrize("operation", ["$meta", "$meta-add", "$diff", "$graph", "$lastn", "$docref", "$erase", "$x"])
def test_L85_L86_unknown_operations_are_absent_for_every_type(worlds, operation):
    told = set()
    for path in (
        f"/Condition/h/{operation}",
        f"/Task/v/{operation}?fromVersion=1",
        f"/{operation}",
        f"/Task/{operation}",
    ):
        for method in ("GET", "POST"):
            told |= {(answer.status, answer.body) for _, answer in same_answers(worlds, (method, path))}
    assert len(told) == 1
    assert next(iter(told))[0] == 404
    like_absent(worlds, "GET", f"/Condition/hp/{operation}", f"/Condition/{ABSENT}/{operation}")


ASYNC = {"Prefer": "respond-async"}


def test_L87_no_group_is_exported(worlds):
    for group in ("g", "h", ABSENT):
        for method in ("GET", "POST"):
            for _, answer in same_answers(worlds, (method, f"/Group/{group}/$export"), **ASYNC):
                assert answer.status == 403
                assert answer.body.startswith(DENIED)


def test_L87_an_export_is_the_slice_of_its_client(worlds):
    lines = 0
    for actor in ROLES:
        for path in ("/$export", "/Patient/$export"):
            told = [_exported(world, actor, path) for world in pair_of(worlds, actor)]
            assert told[0] == told[1], (actor, path)
            assert CANARY.encode() not in b"".join(told[0].values())
            lines += sum(body.count(b"\n") for body in told[0].values())
    assert lines > 10 * len(ROLES)


def _exported(world, actor: tuple[str, str], path: str) -> dict[str, bytes]:
    """Type → the file; the manifest must say the same of it in both worlds but for the job's name."""
    begun = world.ask(actor, "GET", path, **ASYNC)
    if begun.status != 202:
        assert begun.status == 403
        return {"": begun.body}
    status = begun.headers["Content-Location"].partition("/fhir")[2]
    manifest = json.loads(world.ask(actor, "GET", status).body)
    files = {one["type"]: one["url"].partition("/fhir")[2] for one in manifest["output"]}
    found = {name: world.ask(actor, "GET", url) for name, url in files.items()}
    assert {answer.status for answer in found.values()} == {200}
    return {"": json.dumps(sorted(files)).encode()} | {name: answer.body for name, answer in found.items()}


def test_L88_jobs_and_files_of_others_are_absent(worlds):
    for owner in (("Organization/cabinet", "medecin_traitant"), ("Organization/dac", "gestionnaire")):
        _, having = pair_of(worlds, owner)
        begun = having.ask(owner, "GET", "/$export", **ASYNC)
        job = begun.headers["Content-Location"].rpartition("/")[2]
        for actor in ROLES:
            if actor == owner:
                continue
            for method, path in (
                ("GET", "/$export-status/{}"),
                ("DELETE", "/$export-status/{}"),
                ("GET", "/$export-file/{}/Patient"),
            ):
                one, other = (having.ask(actor, method, path.format(name)) for name in (job, ABSENT))
                assert one == other
                assert one.status == 404
        assert having.ask(owner, "GET", f"/$export-status/{job}").status == 200


@pytest.mark.parametrize("path", [EVERYTHING, DOCUMENT, "/$export-status/x", "/$export-file/x/Task"])
def test_L52_nothing_opens_without_a_token(worlds, path):
    http = worlds["both"].http
    for answer in (http.get(f"/fhir{path}"), http.get("/fhir/$export"), http.post("/fhir/Patient/$match", json={})):
        assert answer.status_code == 401


def test_L49_L50_a_page_of_a_record_is_its_askers_alone(worlds):
    givers = [("Organization/cabinet", "medecin_traitant"), ("Organization/dac", "gestionnaire")]
    for giver in givers:
        _, having = pair_of(worlds, giver)
        links = json.loads(having.ask(giver, "GET", f"{EVERYTHING}?_count=1").body)["link"]
        path = next(link["url"] for link in links if link["relation"] == "next").partition("/fhir")[2]
        assert PERSON in path and "Condition" not in path
        for actor in ROLES:
            if actor != giver:
                assert having.ask(actor, "GET", path).status in (400, 403, 404)
        assert having.ask(giver, "GET", path).status == 200


def test_L57_other_forms_are_the_same_slice_or_none(worlds):
    for path in (f"{EVERYTHING}?_format=xml", f"{DOCUMENT}?_format=xml"):
        list(same_answers(worlds, ("GET", path)))
    for path in (f"{EVERYTHING}?_format=text/csv", f"{DOCUMENT}?_format=html"):
        for _, answer in same_answers(worlds, ("GET", path)):
            assert answer.status == 406


def test_L74_in_a_batch_as_alone(worlds):
    urls = [f"{PERSON}/$everything", "Patient/h/$everything", "CarePlan/v/$document", "CarePlan/h/$document"]
    urls += ["Group/g/$export", "Condition/h/$meta"]
    entry = [{"request": {"method": "GET", "url": url}} for url in urls]
    batch = {"resourceType": "Bundle", "type": "batch", "entry": entry}
    for _, answer in same_answers(worlds, ("POST", "", batch)):
        assert answer.status == 200
    for actor in ROLES:
        _, having = pair_of(worlds, actor)
        found = json.loads(having.ask(actor, "POST", "", batch).body)["entry"]
        for one, url in zip(found, urls, strict=True):
            alone = having.ask(actor, "GET", f"/{url}")
            assert one["response"]["status"] == str(alone.status), (actor, url)
            assert one.get("resource", one["response"].get("outcome")) == json.loads(alone.body)
