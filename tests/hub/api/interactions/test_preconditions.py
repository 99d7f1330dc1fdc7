"""The preconditions of RFC 9110 §13 on reads and writes, against the caller's own version (`docs/leaks.md` L11, L62)."""

import pytest

from tests.hub.api.bundle.test_transaction import bundle, put
from tests.hub.api.conftest import ABSENT, NOT_FOUND, told
from tests.hub.subscriptions.conftest import build_subscription

# The Task was last changed at 08:00:01 on this day.
BEFORE, AT = "Sat, 21 Nov 2026 08:00:00 GMT", "Sat, 21 Nov 2026 08:00:01 GMT"


@pytest.fixture
def held(world):
    """The Task as its owner read it."""
    return world.soc.get(f"/{world.task}")


def change(world, held, method, **headers):
    """PUT or PATCH the Task to `received`, against the version that is held."""
    sent = {"if_match": held.headers["ETag"], **headers}
    if method == "PUT":
        return world.soc.ask("PUT", f"/{world.task}", body={**held.json, "status": "received"}, **sent)
    form = {"content-type": "application/merge-patch+json"}
    return world.soc.ask("PATCH", f"/{world.task}", body={"status": "received"}, **form, **sent)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("header", ["*", "{etag}", 'W/"x", {etag}', "{strong}"])
def test_c9_a_write_is_412_when_if_none_match_has_the_version(world, held, clock, method, header):
    """RFC 9110 §13.1.2: the method is not performed when a listed entity tag matches, by weak comparison; for `*`, when there is
    a current representation."""
    clock.tick(1000)
    etag = held.headers["ETag"]
    answer = change(world, held, method, if_none_match=header.format(etag=etag, strong=etag.removeprefix("W/")))
    assert (answer.status_code, answer.json["issue"][0]["code"]) == (412, "conflict")
    assert world.soc.get(f"/{world.task}").data == held.data


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_c9_a_write_is_done_when_if_none_match_has_other_versions(world, held, clock, method):
    clock.tick(1000)
    assert change(world, held, method, if_none_match='W/"x", "y"').status_code == 200


@pytest.mark.parametrize("header", ["x", '"', 'W/"x",', "W/*", '"é"'])
def test_c9_an_if_none_match_that_cannot_be_read_is_400_on_a_write(world, held, clock, header):
    answer = change(world, held, "PUT", if_none_match=header)
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (400, ["http.If-None-Match"])


def test_c9_if_unmodified_since_counts_without_if_match(world, held, clock, join):
    """RFC 9110 §13.1.4: false when the last modification is later; ignored beside If-Match and when it is no date."""
    clock.tick(1000)
    body = {**held.json, "status": "received"}
    lenient = join("ccas", world.soc.party, "system/*.cru", lenient_update=True)
    assert lenient.ask("PUT", f"/{world.task}", body=body, if_unmodified_since=BEFORE).status_code == 412
    assert world.soc.ask("PUT", f"/{world.task}", body=body, if_unmodified_since=BEFORE).status_code == 412
    # A second is too coarse to stand for the version (R4 http.html#concurrency).
    assert world.soc.ask("PUT", f"/{world.task}", body=body, if_unmodified_since=AT).status_code == 428
    assert lenient.ask("PUT", f"/{world.task}", body=body, if_unmodified_since=AT).status_code == 200


@pytest.mark.parametrize("date", [BEFORE, "yesterday", "0"])
def test_c9_if_unmodified_since_is_ignored_beside_if_match(world, held, clock, date):
    clock.tick(1000)
    assert change(world, held, "PUT", if_unmodified_since=date).status_code == 200


@pytest.mark.parametrize("headers", [{"if_none_match": "*"}, {"if_unmodified_since": BEFORE}])
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_c9_a_hidden_resource_is_absent_whatever_the_conditions(world, headers, method):
    hidden = world.gp.get(f"/{world.condition}").json
    answers = [
        world.soc.ask(method, f"/Condition/{rid}", body=hidden | {"id": rid} if method == "PUT" else None, **headers)
        for rid in (hidden["id"], ABSENT)
    ]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].data == NOT_FOUND


@pytest.mark.parametrize(
    "headers", [{"if_none_match": '"x"'}, {"if_unmodified_since": AT}, {"if_unmodified_since": BEFORE}]
)
def test_c9_who_may_not_read_asks_nothing_by_a_condition(world, join, headers):
    """`docs/security.md` RS-4: whether the condition holds would tell when the resource last changed."""
    writer = join("ccas", world.soc.party, "system/Task.cu", lenient_update=True)
    task = world.soc.get(f"/{world.task}").json | {"status": "received"}
    answer = writer.ask("PUT", f"/{world.task}", body=task, **headers)
    assert (answer.status_code, world.soc.get(f"/{world.task}").json["status"]) == (403, "requested")


def test_c9_a_conditional_update_with_if_none_match_creates_only(world):
    """RFC 9110 §13.1.2: `*` is true when there is no current representation."""
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "identifier": [{"system": "urn:x", "value": "1"}],
        "description": {"text": "Marcher"},
        "subject": {"reference": world.patient},
    }
    answers = [world.gp.ask("PUT", "/Goal?identifier=urn:x|1", body=goal, if_none_match="*") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 412]


def test_c9_a_delete_has_preconditions_too(world):
    name = world.soc.create(build_subscription())
    for headers in ({"if_none_match": "*"}, {"if_unmodified_since": "Sat, 21 Nov 2020 08:00:00 GMT"}):
        assert world.soc.ask("DELETE", f"/{name}", **headers).status_code == 412
    assert world.soc.ask("DELETE", f"/{name}", if_none_match='W/"x"').status_code == 204


def test_c9_a_read_has_if_match_and_if_unmodified_since(world, held):
    """RFC 9110 §13.1.1, §13.1.4: they apply to GET and HEAD."""
    etag = held.headers["ETag"]
    for method in ("GET", "HEAD"):
        for headers in ({"if_match": 'W/"x"'}, {"if_unmodified_since": BEFORE}):
            assert world.soc.ask(method, f"/{world.task}", **headers).status_code == 412
        for headers in ({"if_match": f'"x", {etag}'}, {"if_match": "*"}, {"if_unmodified_since": AT}):
            assert told(world.soc.ask(method, f"/{world.task}", **headers))[:2] == told(held)[:2]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_c9_entries_have_if_none_match(world, held, clock, kind):
    clock.tick(1000)
    changed = {**held.json, "status": "received"}
    entry = put(changed, ifMatch=held.headers["ETag"], ifNoneMatch=held.headers["ETag"])
    answer = world.soc.ask("POST", "", body=bundle(entry, kind=kind))
    status = answer.json["entry"][0]["response"]["status"] if kind == "batch" else str(answer.status_code)
    assert status == "412"


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        ("2026-11-21T08:00:01Z", "304"),
        ("2026-11-21T09:00:01.123456789+01:00", "304"),
        ("2026-11-21T08:00:00Z", "200"),
        ("Sat, 21 Nov 2026 08:00:01 GMT", "422"),
        ("0001-01-01T00:00:00+14:00", "422"),
    ],
)
def test_c9_an_entry_has_if_modified_since_as_an_instant(world, held, instant, status):
    """R4 bundle.html#Bundle.entry.request.ifModifiedSince."""
    asked = bundle({"request": {"method": "GET", "url": world.task, "ifModifiedSince": instant}}, kind="batch")
    [entry] = world.soc.ask("POST", "", body=asked).json["entry"]
    assert entry["response"]["status"] == status
