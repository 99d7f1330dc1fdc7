"""What no honest client sends is refused with a 4xx that says nothing of it, in few steps and little memory, at every door
that takes a body (`docs/security.md` §5.3, §5.5, I01, I08–I20, D02, D03, D05, D08).

The doors are those of the route table: a new one is tried as soon as it is routed.
"""

from __future__ import annotations

import re
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from hub.desk.table import PAGES
from tests.contracts.hostile_bodies import BUNDLES, INADMISSIBLE, MEGABYTE, PATCHES, RIGHT, UNREADABLE, XML
from tests.outside import Outside, outside

ROLE = "gestionnaire"
FHIR_JSON, FHIR_XML = "application/fhir+json", "application/fhir+xml"
JSON_PATCH, FORM = "application/json-patch+json", "application/x-www-form-urlencoded"
SOURCE_TYPES = {"chu-hl7": "application/hl7-v2", "cabinet-fhir": FHIR_JSON, "ccas-csv": "text/csv"}
WITH_BODY = ("POST", "PUT", "PATCH")
ALL_BODIES = {**UNREADABLE, **INADMISSIBLE, **BUNDLES, **XML, **PATCHES}
# What a request may cost: Python calls and bytes, in proportion to a body that the door takes, never more.
CALLS, CALLS_A_BYTE = 30_000, 12
COPIED = 100_000
MEMORY, MEMORY_A_BYTE = MEGABYTE, 80


class Door(NamedTuple):
    """A path that takes a body. `template`: its route."""

    method: str
    path: str
    template: str
    media_type: str


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    return outside(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def doors(hub: Outside) -> list[Door]:
    """Every door of the route table that takes a body, under each media type that it may take."""
    found = [
        Door(method, path, rule.rule, media_type)
        for rule in hub.app.url_map.iter_rules()
        for method in WITH_BODY
        if method in rule.methods and not (rule.rule.startswith("/oauth/") and method != "POST")
        for path in _paths(rule.rule)
        for media_type in _media_types(rule.rule, path)
    ]
    assert {"/fhir", "/fhir/<resource_type>", "/intake/<source>", "/oauth/token"} <= {door.template for door in found}
    return found


def _paths(template: str) -> Iterator[str]:
    """`template` with names that are there: refused for the body then, not for the path."""
    if "<source>" in template:
        yield from (template.replace("<source>", source) for source in SOURCE_TYPES)
        return
    known = {
        "resource_type": "Task",
        "resource_id": "v",
        "inner_type": "Task",
        "operation": "unknown",
        "version_id": "1",
    }
    yield re.sub(r"<(?:\w+:)?(\w+)>", lambda match: known.get(match[1], "v"), template)


def _media_types(template: str, path: str) -> tuple[str, ...]:
    if template.startswith("/intake"):
        return (SOURCE_TYPES[path.rpartition("/")[2]],)
    if template.startswith("/oauth") or template.endswith("_search") or _is_page(template):
        return (FORM,)
    return FHIR_JSON, FHIR_XML, JSON_PATCH


def _is_page(template: str) -> bool:
    return template in {route.path for route in PAGES}


def test_the_hub_takes_what_has_nothing_wrong(hub: Outside) -> None:
    assert hub.ask(ROLE, "POST", "/fhir/Task", RIGHT, Content_Type=FHIR_JSON).status_code == 201


def _send(hub: Outside, door: Door, body: bytes, **headers: str) -> TestResponse:
    if door.template == "/fhir/<resource_type>/<resource_id>" and '"id"' not in body[:2000].decode("latin-1"):
        # The body is about what the URL names: else that would be what is wrong.
        body = body.replace(b'{"resourceType":"Task",', b'{"resourceType":"Task","id":"v",', 1)
    role = "" if door.template.startswith("/oauth") else ROLE
    return hub.ask(
        role, door.method, door.path, body, **{"Content-Type": door.media_type, "If_Match": _etag(hub)} | headers
    )


def _etag(hub: Outside) -> str:
    return hub.ask(ROLE, "GET", "/fhir/Task/v").headers["ETag"]


def _refused(door: Door, answer: TestResponse) -> bool:
    """An answer of the hospital's interface says no in MSA-1, a judgement in its issues, a page leads to sign-in; all others
    by their status."""
    if _is_page(door.template) and answer.status_code == 303:
        return answer.headers["Location"].startswith("/connexion?suite=")
    if door.media_type == SOURCE_TYPES["chu-hl7"] and answer.status_code == 200:
        return re.search(rb"MSA\|A[RE]\b", answer.data) is not None
    if "$validate" in door.template and answer.status_code == 200:
        return any(issue["severity"] in ("error", "fatal") for issue in answer.json["issue"])
    return 400 <= answer.status_code < 500


@pytest.mark.parametrize("name", [*UNREADABLE, *XML])
def test_i09_i10_what_cannot_be_read_is_refused_at_every_door(hub: Outside, doors: list[Door], name: str) -> None:
    body = {**UNREADABLE, **XML}[name]()
    for door in doors:
        if name == "nothing" and (door.template.endswith("_search") or "$" in door.template):
            continue  # a search or an operation without parameters
        answer = _send(hub, door, body)
        assert _refused(door, answer), (door, answer.status_code, answer.data[:300])
        _says_nothing_of_it(answer)


@pytest.mark.parametrize("name", INADMISSIBLE)
def test_what_may_not_be_kept_is_refused_at_every_door(hub: Outside, doors: list[Door], name: str) -> None:
    body = INADMISSIBLE[name]()
    for door in doors:
        answer = _send(hub, door, body)
        assert _refused(door, answer), (door, answer.status_code, answer.data[:300])
        _says_nothing_of_it(answer)


def _says_nothing_of_it(answer: TestResponse) -> None:
    """Constant texts: no word of the body, no machinery (`docs/leaks.md` B10.10, L79)."""
    assert len(answer.data) < 16_000
    assert not re.search(rb"Traceback|\wError\b|sqlite|alert\(1\)|etc/passwd|\.py\b", answer.data), answer.data[:500]


@pytest.mark.parametrize("name", INADMISSIBLE)
@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_what_may_not_be_kept_is_refused_inside_a_bundle(hub: Outside, name: str, kind: str) -> None:
    entry = b'{"resource":%s,"request":{"method":"POST","url":"Task"}}' % INADMISSIBLE[name]()
    body = b'{"resourceType":"Bundle","type":"%s","entry":[%s]}' % (kind.encode(), entry)
    answer = hub.ask(ROLE, "POST", "/fhir", body, Content_Type=FHIR_JSON)
    told = answer.json["entry"][0]["response"]["status"] if answer.status_code == 200 else str(answer.status_code)
    assert told[0] == "4", (told, answer.data[:300])
    _says_nothing_of_it(answer)


@pytest.mark.parametrize("name", BUNDLES)
def test_bundles_that_no_honest_sender_writes(hub: Outside, name: str) -> None:
    answer = hub.ask(ROLE, "POST", "/fhir", BUNDLES[name](), Content_Type=FHIR_JSON)
    told = answer.json["entry"][0]["response"]["status"] if answer.status_code == 200 else str(answer.status_code)
    # A fullUrl is a name inside the Bundle, wherever it seems to lead: nothing fetches it.
    assert told[0] == "4" or name == "a fullUrl inside", (told, answer.data[:300])
    _says_nothing_of_it(answer)


@pytest.mark.parametrize("name", PATCHES)
@pytest.mark.parametrize("media_type", [JSON_PATCH, FHIR_JSON])
def test_patches_that_no_honest_sender_writes(hub: Outside, name: str, media_type: str) -> None:
    before = hub.ask(ROLE, "GET", "/fhir/Task/v").data
    body, etag = PATCHES[name](), _etag(hub)
    # A patch may copy, up to what one resource may weigh.
    with _few_steps(hub, body, more=COPIED), _little_memory(hub, body):
        answer = hub.ask(ROLE, "PATCH", "/fhir/Task/v", body, Content_Type=media_type, If_Match=etag)
    assert 400 <= answer.status_code < 500, answer.data[:300]
    _says_nothing_of_it(answer)
    assert hub.ask(ROLE, "GET", "/fhir/Task/v").data == before


@pytest.mark.parametrize("name", ALL_BODIES)
@pytest.mark.parametrize("template", ["/fhir/<resource_type>", "/fhir"])
def test_i09_d08_it_costs_few_steps_and_little_memory(
    hub: Outside, doors: list[Door], name: str, template: str
) -> None:
    wanted = FHIR_XML if name in XML else FHIR_JSON
    [door] = [
        found for found in doors if found.template == template and found.media_type == wanted and found.method == "POST"
    ]
    body = ALL_BODIES[name]()
    with _few_steps(hub, body):
        _send(hub, door, body)
    with _little_memory(hub, body):
        _send(hub, door, body)


def _taken(hub: Outside, body: bytes) -> int:
    """How much of `body` the hub looks at: nothing of what is too long."""
    return len(body) if len(body) <= hub.app.extensions["settings"].limits.body else 0


@contextmanager
def _few_steps(hub: Outside, body: bytes, more: int = 0) -> Iterator[None]:
    """Count Python's calls: the same on a slow machine."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)
    assert calls < CALLS + CALLS_A_BYTE * (_taken(hub, body) + more)


@contextmanager
def _little_memory(hub: Outside, body: bytes) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY + MEMORY_A_BYTE * _taken(hub, body)
