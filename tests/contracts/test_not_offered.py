"""What the hub does not offer: asked for, it is refused alike, whatever the data (`docs/leaks.md`, "What is not offered").

A case of this list has nothing that could leak: no parameter, no route, no channel. When one is built, it leaves this list and
gets a test of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from hub.fhir import loads
from tests.contracts.leak_worlds import CANARY, World, same_answers
from tests.hub.subscriptions.conftest import build_subscription
from tests.territory import PERSON


@dataclass(frozen=True)
class Refusal:
    """`requests`: (method, path, body). `statuses`: the one that every role is refused with, beside 403 where the type or the
    whole is closed to its role."""

    status: int
    requests: tuple[tuple[str, str, Any], ...]


def _gets(status: int, *paths: str) -> Refusal:
    return Refusal(status, tuple(("GET", path, None) for path in paths))


def _posts(status: int, path: str, *bodies: Any) -> Refusal:
    return Refusal(status, tuple(("POST", path, body) for body in bodies))


NOT_OFFERED: dict[int, tuple[Refusal, ...]] = {
    # Questions in words of their own.
    25: (_gets(400, "/Task?_filter=note co 'psy'", "/Patient?_filter=phone eq '1'", "/Condition?_filter="),),
    # Lists and groups: neither is kept.
    30: (
        _gets(400, "/Patient?_list=h", "/Patient?_has:Group:member:_id=h", "/Patient?_in=List/h"),
        _gets(404, "/Group/h", "/List/h", "/Group", "/List"),
    ),
    31: (_gets(400, "/Patient?_contained=both&name=Durand", "/Task?_containedType=contained", "/Task?_contained=true"),),
    40: (_gets(400, "/Task?_explain=1", "/Task?__explain=true", "/Task?_query=x", "/Task?_pretty_plan=1"),),
    # Counts, measures, dashboards.
    89: (
        _gets(404, "/$stats", "/Measure", "/Measure/h/$evaluate-measure", "/Library", "/$cql", f"/{PERSON}/$stats"),
        Refusal(404, (("GET", "/stats/referrals?by=commune", None),)),
    ),
    91: (_gets(404, f"/{PERSON}/$access-history", "/Patient/h/$access-history", "/AuditEvent/$access-history"),),
    # Tidings elsewhere than at a registered endpoint: digests, mail, messages.
    139: (
        _posts(422, "/Subscription", build_subscription(type="email", endpoint="mailto:x@partner.example")),
        _posts(422, "/Subscription", build_subscription(type="sms", endpoint="tel:0000")),
        _posts(422, "/Subscription", build_subscription(type="message", endpoint="x:y")),
        _gets(404, "/$digest", f"/{PERSON}/$digest", "/Task/$digest"),
    ),
    141: (
        _gets(404, "/Patient/$autocomplete?q=Dura", "/Patient/$typeahead", "/Patient/$suggest", "/$did-you-mean"),
        _gets(400, "/Patient?_prefix=Dura", "/Patient?_suggest=Dura"),
        _gets(400, "/Patient?name:starts=Dura", "/Patient?family:suggest=Dura"),
    ),
    142: (
        _gets(404, f"/{PERSON}/$pdf", "/CarePlan/v/$print", "/Appointment/$ical", "/$share", f"/{PERSON}/$ips", "/$calendar"),
        _gets(406, "/CarePlan/v?_format=application/pdf", f"/{PERSON}?_format=text/calendar", "/Patient/h?_format=pdf"),
    ),
}  # fmt: skip

# Doors beside `/fhir` that other servers have: nothing stands there, for nobody.
NOWHERE = (
    "/graphql", "/fhir/$graphql", "/fhir/Patient/h/$graphql", "/stats/referrals", "/calendar/x.ics", "/share/x", "/admin",
    "/fhir/x/y/z.pdf", "/mcp", "/api/patients", "/export", "/search?q=x", "/swagger.json", "/debug", "/h2-console",
)  # fmt: skip


@pytest.mark.parametrize("number", NOT_OFFERED, ids=lambda number: f"L{number:02d}")
def test_what_is_not_offered_is_refused_alike(worlds: dict[str, World], number: int) -> None:
    """Over every role and in both worlds, with one body."""
    for refusal in NOT_OFFERED[number]:
        told = set()
        for _, answer in same_answers(worlds, *refusal.requests):
            assert answer.status in (403, refusal.status), (number, refusal, answer)
            if answer.status == refusal.status:
                issue = loads(answer.body)["issue"][0]
                told.add((issue["code"], issue["diagnostics"]))
            assert CANARY.encode() not in answer.body
        assert len(told) == 1, told
        assert told


@pytest.mark.parametrize("path", NOWHERE)
def test_L89_L132_L141_L142_nothing_stands_at_other_doors(worlds: dict[str, World], path: str) -> None:
    """No actor differs from another, or from nobody, in either world."""
    told = set()
    for world in worlds.values():
        for token in ("", *world.tokens.values()):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            for method in ("GET", "POST"):
                answer = world.http.open(path, method=method, headers=headers, json={} if method == "POST" else None)  # type: ignore[attr-defined]
                assert answer.status_code in (401, 404, 405), (path, method)
                if token:
                    told.add((method, answer.status_code, answer.data))
    assert len(told) == 2
