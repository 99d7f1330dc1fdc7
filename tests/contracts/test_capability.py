"""`/fhir/metadata` is the truth: all that it declares is done, and what it does not declare gets the constant refusals.

Driven by the statement alone: what is declared tomorrow is called tomorrow. How an interaction is called stands in R4
(https://hl7.org/fhir/R4/http.html), not in the code under test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from hub.fhir import RESOURCES
from tests.contracts.declared import Declared, what_is_declared
from tests.hub.api.conftest import ABSENT, FHIR, NOT_FOUND, Caller, World, database, join, told, world  # noqa: F401

Json = dict[str, Any]

VALUES = {
    "composite": ["x$x", "x$1", "x$2026"],
    "date": ["2026-11-21"],
    "number": ["1"],
    "quantity": ["1"],
    "reference": ["Organization/x"],
    "special": ["x"],
    "string": ["x"],
    "token": ["x"],
    "uri": ["urn:x"],
}
MEDIA_TYPES = {"json": "application/fhir+json", "xml": "application/fhir+xml"}
FOREIGN_TYPES = ("text/turtle", "application/fhir+turtle", "application/pdf", "text/html", "application/vnd.hl7.fhir")
PATCH = "application/json-patch+json"
# http://hl7.org/fhir/R4/operations.html
OPERATIONS = (
    *("apply", "batch", "closure", "conforms", "convert", "diff", "document", "evaluate", "everything", "expand"),
    *(
        "export",
        "find",
        "graph",
        "graphql",
        "lookup",
        "match",
        "meta",
        "meta-add",
        "meta-delete",
        "populate",
        "process-message",
    ),
    *("status", "stats", "subset", "submit", "translate", "validate", "validate-code", "zz-nobodys"),
)
REFUSED = {403, 404, 405}


@pytest.fixture
def statement(world: World) -> Json:  # noqa: F811
    return world.desk.http.get("/fhir/metadata").json


@pytest.fixture
def callers(world: World, join: Callable[..., Caller]) -> list[Caller]:  # noqa: F811
    """Between them they have every type and parameter open."""
    return [world.desk, world.gp, world.hosp, join("dpo_auditeur", world.desk.party)]


@pytest.fixture
def declared(world: World, callers: list[Caller], statement: Json) -> list[Declared]:  # noqa: F811
    return what_is_declared(world, callers, statement)


def test_the_statement_declares_each_type_once_and_its_parts_once(statement: Json, declared: list[Declared]) -> None:
    [rest] = statement["rest"]
    names = [said["type"] for said in rest["resource"]]
    assert len(set(names)) == len(names) > 25
    assert set(names) <= RESOURCES
    assert [name for name in names if name not in {one.type for one in declared}] == [], "open to nobody"
    assert {one.type: one.trouble for one in declared if one.trouble} == {}, "created by nobody"
    for one in declared:
        for kind in ("searchParam", "operation"):
            assert len(set(one.named(kind))) == len(one.named(kind)), (one.type, kind)


def test_each_declared_interaction_is_done(declared: list[Declared]) -> None:
    for one in declared:
        for code in sorted(one.codes):
            if one.trouble:
                continue  # told by the test of the types
            if not one.name and code in ("read", "vread", "history-instance"):
                # Nobody has written any, and nobody can: the door is there and knows that it is empty.
                assert told(one.caller.get(f"/{one.type}/{ABSENT}"))[2] == NOT_FOUND, one.type
                continue
            for request, answer in _interact(one, code):
                assert answer.status_code in (200, 201, 204), (one.type, code, request, answer.status_code, answer.text)


def _interact(one: Declared, code: str) -> Iterator[tuple[str, TestResponse]]:
    """One call of the interaction, or each of its two forms. KeyError: an interaction that R4 has not."""
    ask, base = one.caller.ask, f"/{one.type}"
    if code == "search-type":
        yield "GET", one.search()
        yield "POST", ask("POST", f"{base}/_search", body=one.needed, content_type="application/x-www-form-urlencoded")
    elif code == "create":
        if one.type != "Binary":
            yield "POST", ask("POST", base, body=one.body)
    elif code == "read":
        yield "GET", one.read()
        yield "HEAD", ask("HEAD", f"/{one.name}")
    elif code == "history-type":
        yield "GET", one.caller.get(f"{base}/_history")
    elif code == "history-instance":
        yield "GET", one.caller.get(f"/{one.name}/_history")
    elif code == "vread":
        yield "GET", one.caller.get(f"/{one.name}/_history/{one.read().json['meta']['versionId']}")
    elif code == "update":
        now = one.read()
        yield "PUT", ask("PUT", f"/{one.name}", body=now.json, if_match=now.headers["ETag"])
    elif code == "patch":
        body = json.dumps([{"op": "test", "path": "/resourceType", "value": one.type}])
        etag = one.read().headers["ETag"]
        yield "PATCH", ask("PATCH", f"/{one.name}", body=body, if_match=etag, content_type=PATCH)
    elif code == "delete":
        yield "DELETE", ask("DELETE", f"/{_another(one)}")
    else:
        raise KeyError(code)


def _another(one: Declared) -> str:
    return one.caller.create(one.body)


def test_each_declared_condition_is_kept_and_no_other(declared: list[Declared]) -> None:
    for one in declared:
        if not one.name:
            continue
        _judge_conditional_read(one)
        if "create" in one.codes and one.type != "Binary":
            _judge_conditional_create(one)
        if "update" in one.codes:
            now = one.read()
            body = now.json
            key = body.pop("id")  # the condition alone says which (`docs/leaks.md` L59)
            answer = one.caller.ask("PUT", f"/{one.type}?_id={key}", body=body, if_match=now.headers["ETag"])
            assert answer.status_code in ({200} if one.said["conditionalUpdate"] else REFUSED), (one.type, answer.text)
            assert one.caller.ask("PUT", f"/{one.type}/{ABSENT}", body={**now.json, "id": ABSENT}).status_code in (
                {201} if one.said["updateCreate"] else {404, 405, 428}
            )
        if one.said.get("conditionalDelete", "not-supported") == "not-supported":
            assert one.caller.ask("DELETE", f"/{one.type}?_id={ABSENT}").status_code in REFUSED


def _judge_conditional_read(one: Declared) -> None:
    kind, now = one.said.get("conditionalRead", "not-supported"), one.read()
    if kind in ("not-match", "full-support"):
        assert one.read(if_none_match=now.headers["ETag"]).status_code == 304, one.type
    if kind in ("modified-since", "full-support"):
        assert one.read(if_modified_since=now.headers["Last-Modified"]).status_code == 304, one.type


def _judge_conditional_create(one: Declared) -> None:
    met = one.caller.ask("POST", f"/{one.type}", body=one.body, if_none_exist=f"_id={one.name.partition('/')[2]}")
    unmet = one.caller.ask("POST", f"/{one.type}", body=one.body, if_none_exist=f"_id={ABSENT}")
    expected = (200, 201) if one.said.get("conditionalCreate") else (400, 400)
    assert (met.status_code, unmet.status_code) == expected, (one.type, met.text, unmet.text)


def test_each_declared_parameter_is_taken_and_no_other(callers: list[Caller], declared: list[Declared]) -> None:
    everyones = {name for one in declared for name in one.named("searchParam")}
    for one in declared:
        own = {found["name"]: found["type"] for found in one.said.get("searchParam", ())}
        for name, kind in own.items():
            asked = ((caller, f"{name}={value}") for caller in callers for value in VALUES[kind])
            assert any(one.search(query, caller).status_code == 200 for caller, query in asked), (one.type, name)
        unknown = sorted((everyones | {"zz-nobodys", "_zz", "_content", "_text", "_query", "_filter"}) - set(own))
        for at in range(0, len(unknown), 50):
            query = "&".join(f"{name}=x" for name in unknown[at : at + 50])
            strict = one.search(query)
            assert (strict.status_code, strict.json["issue"][0]["code"]) == (400, "not-supported"), one.type
            # Let fall by who asks for it, and none of them is in what was understood.
            lenient = one.search(query, prefer="handling=lenient")
            assert lenient.status_code == 200, (one.type, lenient.text)
            understood = parse_qs(urlsplit(lenient.json["link"][0]["url"]).query)
            assert understood.keys() & set(unknown) == set(), one.type


def test_each_declared_include_is_taken_and_no_other(callers: list[Caller], declared: list[Declared]) -> None:
    for one in declared:
        for word, kind in (("_include", "searchInclude"), ("_revinclude", "searchRevInclude")):
            for include in one.said.get(kind, ()):
                asked = (one.search(f"{word}={include}", caller) for caller in callers)
                assert any(answer.status_code == 200 for answer in asked), (one.type, word, include)
            for include in (f"{one.type}:zz-nobodys", "Account:subject", f"{one.type}:_id", "zz", ""):
                assert one.search(f"{word}={include}").status_code == 400, (one.type, word, include)


def test_each_declared_operation_is_done_and_no_other(statement: Json, declared: list[Declared], world: World) -> None:  # noqa: F811
    [rest] = statement["rest"]
    offered = [found["name"] for found in rest.get("operation", ())]
    for name in offered:
        assert _is_known(world.desk, [f"/${name}"]), name
    for one in declared:
        own = one.named("operation")
        for name in own:
            assert _is_known(one.caller, [f"/{one.type}/${name}", f"/{one.name}/${name}"]), (one.type, name)
        for name in set(OPERATIONS) - set(own) - set(offered):
            for path in (f"/{one.type}/${name}", f"/{one.type}/{ABSENT}/${name}"):
                _is_unknown(one.caller, path)
    for name in set(OPERATIONS) - set(offered):
        _is_unknown(world.desk, f"/${name}")


def _answers(caller: Caller, path: str) -> list[TestResponse]:
    return [caller.get(path), caller.ask("POST", path, body={"resourceType": "Parameters"})]


def _is_known(caller: Caller, paths: list[str]) -> bool:
    """Whether one of `paths` is an operation: it may want more than nothing, but it is there."""
    found = [answer for path in paths for answer in _answers(caller, path)]
    assert all(answer.status_code < 500 for answer in found)
    return any(answer.status_code != 405 and answer.data != NOT_FOUND for answer in found)


def _is_unknown(caller: Caller, path: str) -> None:
    for answer in _answers(caller, path):
        assert answer.status_code in REFUSED | {400}, (path, answer.text)


def test_each_declared_format_is_spoken_and_no_other(statement: Json, declared: list[Declared]) -> None:
    task = next(one for one in declared if one.type == "Task")
    for spoken in statement["format"]:
        media_type = MEDIA_TYPES.get(spoken, spoken)
        for answer in (task.caller.get(f"/{task.name}?_format={spoken}"), task.read(accept=media_type)):
            assert (answer.status_code, answer.mimetype) == (200, media_type), spoken
        put = task.caller.ask(
            "PUT", f"/{task.name}", body=answer.data, content_type=media_type, if_match=answer.headers["ETag"]
        )
        assert put.status_code == 200, (spoken, put.text)
    for foreign in FOREIGN_TYPES:
        assert task.caller.get("/metadata", accept=foreign).status_code == 406
        assert task.read(accept=foreign).status_code == 406
        assert task.caller.ask("POST", "/Task", body=task.body, content_type=foreign).status_code == 415


def test_each_declared_form_of_a_patch_is_read_and_no_other(statement: Json, declared: list[Declared]) -> None:
    spoken = {MEDIA_TYPES.get(name, name) for name in statement.get("patchFormat", ())}
    task = next(one for one in declared if one.type == "Task")
    assert bool(spoken) == ("patch" in task.codes)
    for media_type in {PATCH, *spoken, *FOREIGN_TYPES, "application/xml-patch+xml"}:
        etag = task.read().headers["ETag"]
        answer = task.caller.ask("PATCH", f"/{task.name}", body=b"?", content_type=media_type, if_match=etag)
        refused = {400, 422} if media_type in spoken else {415} if spoken else {405}
        assert answer.status_code in refused, (media_type, answer.text)


def test_the_whole_system_does_what_is_declared_and_no_more(statement: Json, world: World) -> None:  # noqa: F811
    [rest] = statement["rest"]
    codes = {found["code"] for found in rest["interaction"]}
    for kind in ("batch", "transaction"):
        answer = world.desk.ask("POST", "", body={"resourceType": "Bundle", "type": kind, "entry": []})
        assert (answer.status_code == 200) == (kind in codes), answer.text
    assert (world.desk.get("/_history").status_code == 200) == ("history-system" in codes)
    assert (world.desk.get("?_type=Task").status_code == 200) == ("search-system" in codes)
    assert world.desk.ask("DELETE", "").status_code in REFUSED


def _send(one: Declared, method: str, key: str) -> TestResponse:
    """A write of the resource `key` that could be right."""
    body = {"PUT": {"resourceType": one.type, "id": key}, "PATCH": [{"op": "test", "path": "/id", "value": key}]}.get(
        method
    )
    kind = PATCH if method == "PATCH" else FHIR
    sent = None if body is None else json.dumps(body)
    return one.caller.ask(method, f"/{one.type}/{key}", body=sent, if_match='W/"1"', content_type=kind)


def test_what_is_not_declared_of_a_type_is_refused_whatever_the_id(declared: list[Declared]) -> None:
    for one in declared:
        for method, code in (("PUT", "update"), ("PATCH", "patch"), ("DELETE", "delete")):
            if code not in one.codes:
                answers = [_send(one, method, key) for key in (one.name.partition("/")[2] or "x", ABSENT)]
                assert {answer.status_code for answer in answers} <= REFUSED, (one.type, code, answers[0].text)
                assert told(answers[0]) == told(answers[1])
        for path, code in (
            (f"/{one.type}/_history", "history-type"),
            (f"/{one.type}/{ABSENT}/_history", "history-instance"),
        ):
            if code not in one.codes:
                assert one.caller.get(path).status_code in REFUSED, (one.type, code)
        if "create" not in one.codes:
            answer = one.caller.ask("POST", f"/{one.type}", body={"resourceType": one.type})
            assert answer.status_code in REFUSED, (one.type, answer.text)


def test_types_that_are_not_declared_are_all_refused_alike(world: World, statement: Json) -> None:  # noqa: F811
    [rest] = statement["rest"]
    known = {said["type"] for said in rest["resource"]}
    others = sorted((RESOURCES | {"Nothing", "task", "Resource", "DomainResource"}) - known)
    assert len(others) > 50
    for method, tail in [
        *(("GET", ""), ("GET", "?_id=x"), ("GET", f"/{ABSENT}"), ("GET", f"/{ABSENT}/_history"), ("POST", "/_search")),
        *(("GET", f"/{ABSENT}/_history/1"), ("POST", ""), ("PUT", f"/{ABSENT}"), ("PATCH", f"/{ABSENT}")),
        *(("DELETE", f"/{ABSENT}"), ("GET", "/$validate"), ("POST", "/$validate")),
    ]:
        told_of = set()
        for name in others:
            body = None if method in ("GET", "DELETE") else {"resourceType": name, "id": ABSENT}
            kind = "application/x-www-form-urlencoded" if tail == "/_search" else FHIR
            answer = world.desk.ask(
                method, f"/{name}{tail}", body="" if tail == "/_search" else body, content_type=kind
            )
            assert answer.status_code in REFUSED, (method, name, tail, answer.text)
            told_of.add((answer.status_code, answer.data))
        assert len(told_of) == 1, (method, tail)
