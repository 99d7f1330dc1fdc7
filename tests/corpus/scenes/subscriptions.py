"""Subscriptions: made, notified by the worker, asked about, changed, deleted; with an endpoint that fails."""

from __future__ import annotations

from tests.corpus import bodies
from tests.corpus.cast import Cast
from tests.corpus.hub import hook

_NOTHING = {"resourceType": "Parameters"}


def play(cast: Cast) -> None:
    ccas, doctor = cast.ccas, cast.medecin_traitant
    plans = f"{bodies.OURS}/SubscriptionTopic/care-plan"
    made = [
        ccas.create(bodies.watch(hook())),
        ccas.create(bodies.watch(hook("full"), content="full-resource")),
        ccas.create(bodies.watch(hook("ids"), bodies.TASK_TOPIC, f"Task?owner={ccas.party}", content="id-only")),
        doctor.create(bodies.watch(hook("plans"), plans, content="empty")),
        doctor.create(bodies.watch(hook("broken"))),
    ]
    for wrong in (
        bodies.watch("http://10.0.0.1/hook"),
        bodies.watch("https://elsewhere.example/hook"),
        bodies.watch("nonsense"),
        bodies.watch(hook(), "urn:nothing"),
        bodies.watch(hook(), bodies.TASK_TOPIC, "Task?nothing=1"),
        bodies.watch(hook(), status="active"),
        bodies.watch(hook(), content="nothing"),
    ):
        ccas.create(wrong)
    cast.hub.run("worker", "--once")
    cast.hub.fixed.pass_time(1)
    desk = cast.gestionnaire
    for number in range(3):
        asked = desk.create(bodies.request(cast.jeanne, desk.party, f"Demande {number}")).name
        task = desk.create(bodies.task(cast.jeanne, desk.party, ccas.party, asked)).name
    ccas.put(task, status="received")
    desk.put(cast.made.get("CarePlan", "CarePlan/absent"), title="Autre titre")
    cast.hub.fixed.pass_time(1)
    cast.hub.run("worker", "--once")
    cast.hub.fixed.pass_time(60)
    cast.hub.run("worker", "--once")
    for answer in made:
        _ask_about(cast, answer.name)
    _change(cast, made[0].name, made[1].name)


def _ask_about(cast: Cast, name: str) -> None:
    for client in (cast.ccas, cast.medecin_traitant):
        for path in (
            *(
                "",
                "/$status",
                "/$events",
                "/$events?eventsSinceNumber=1&eventsUntilNumber=9&content=id-only",
                "/_history",
            ),
            *("/$events?eventsSinceNumber=x", "/$events?content=x", "/$status?other=1", "/$events?other=1"),
        ):
            client.get(f"{name}{path}")
        client.ask("POST", f"{name}/$resend", _NOTHING)
        client.ask("POST", f"{name}/$renew-secret", _NOTHING)


def _change(cast: Cast, first: str, second: str) -> None:
    ccas = cast.ccas
    id = first.partition("/")[2]
    for query in ("", f"?id={id}", "?status=active", "?status=error&status=off", "?status=x", "?other=1"):
        ccas.get(f"Subscription/$status{query}")
    ccas.ask("POST", "Subscription/$status", {**_NOTHING, "parameter": [{"name": "status", "valueCode": "off"}]})
    for query in ("", "?status=active", f"?_id={id}", "?url=x", "?_summary=count", "?_format=xml"):
        ccas.get(f"Subscription{query}")
    cast.hub.run("worker", "--once")
    ccas.put(first, status="off")
    ccas.put(second, reason="suivre autrement")
    read = ccas.get(second)
    ccas.ask("DELETE", second, if_match='W/"x"')
    cast.gestionnaire.ask("DELETE", second)
    ccas.ask("DELETE", second, if_match=read.etag)
    ccas.ask("DELETE", second)
    ccas.get(second)
    ccas.get(f"{second}/_history")
    ccas.ask("DELETE", f"Subscription/{'a' * 26}")
    cast.hub.run("worker", "--once")
