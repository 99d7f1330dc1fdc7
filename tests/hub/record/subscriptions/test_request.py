"""What a Subscription may ask for, and the places where it is told that it may not."""

import pytest

from hub.domain.errors import Invalid
from hub.domain.topics import load_topics
from hub.record.subscriptions.request import MOST, SECONDS, parse_subscription
from hub.record.tables.base import EVER
from tests.hub.subscriptions.conftest import BACKPORT, PLAN_TOPIC, TASK_TOPIC, build_subscription


def extension(name, **value):
    return [{"url": f"{BACKPORT}{name}", **value}]


def test_the_least_that_one_can_ask():
    terms = parse_subscription(build_subscription(), loopback=True)
    assert (terms.topic.resource, terms.content, terms.media_type) == ("Task", "id-only", "application/fhir+json")
    assert (terms.filters, terms.headers, terms.heartbeat, terms.until) == ((), None, 0, EVER)
    assert (terms.seconds, terms.most) == (SECONDS, MOST)


def test_everything_that_one_can_ask():
    channel = [
        *extension("backport-timeout", valueUnsignedInt=2),
        *extension("backport-max-count", valuePositiveInt=7),
        *extension("backport-heartbeat-period", valueUnsignedInt=60),
    ]
    asked = build_subscription(
        PLAN_TOPIC, "CarePlan?status=active&category=x%7Cy", content="empty", extension=channel, end="2027-01-01",
        header=["Authorization: Bearer a b", "X-Own:said"],
    )  # fmt: skip
    terms = parse_subscription(asked, loopback=True)
    assert terms.filters == (("status", "active"), ("category", "x|y"))
    assert terms.headers == ("Authorization: Bearer a b", "X-Own: said")
    assert (terms.seconds, terms.most, terms.heartbeat, terms.content) == (2, 7, 60, "empty")
    assert terms.until < EVER


@pytest.mark.parametrize(("name", "value"), [("backport-timeout", 3600), ("backport-max-count", 5000)])
def test_what_is_too_much_is_cut_to_what_is_offered(name, value):
    terms = parse_subscription(build_subscription(extension=extension(name, valueUnsignedInt=value)), loopback=True)
    assert (terms.seconds, terms.most) == (SECONDS, MOST)


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        (build_subscription("Task"), "subscription-topic", "criteria"),
        (
            build_subscription("https://maillage.example/fhir/SubscriptionTopic/nothing"),
            "subscription-topic",
            "criteria",
        ),
        (build_subscription(type="websocket"), "subscription-channel", "channel.type"),
        (build_subscription(endpoint="http://10.0.0.1/"), "endpoint-refused", "channel.endpoint"),
        (build_subscription(endpoint=""), "endpoint-refused", "channel.endpoint"),
        (build_subscription(payload="application/fhir+xml"), "subscription-payload", "channel.payload"),
        (build_subscription(content="full-resource"), "subscription-payload", "channel.payload"),
        (build_subscription(content="other"), "subscription-payload", "channel.payload"),
        (build_subscription(TASK_TOPIC, "CarePlan?status=active"), "subscription-filter", "criteria"),
        (build_subscription(TASK_TOPIC, "Task?status"), "subscription-filter", "criteria"),
        (build_subscription(TASK_TOPIC, "Task?status:not=draft"), "subscription-filter", "criteria"),
        (build_subscription(TASK_TOPIC, "Task?_sort=status"), "subscription-filter", "criteria"),
        (build_subscription(TASK_TOPIC, *["Task?status=draft"] * 11), "subscription-filter", "criteria"),
        (build_subscription(header=["Host: x"]), "subscription-header", "channel.header"),
        (build_subscription(header=["X: a\nY: b"]), "subscription-header", "channel.header"),
        (build_subscription(header=["X: " + "a" * 1024]), "subscription-header", "channel.header"),
        (build_subscription(header=["X: a"] * 11), "subscription-header", "channel.header"),
        (
            build_subscription(extension=extension("backport-heartbeat-period", valueUnsignedInt=59)),
            "subscription-heartbeat",
            "channel",
        ),
    ],
)
def test_what_is_not_offered_is_refused_at_its_place(asked, code, where):
    with pytest.raises(Invalid) as refused:
        parse_subscription(asked, loopback=True)
    assert [(one.code, one.where) for one in refused.value.problems] == [(code, f"Subscription.{where}")]


def test_this_machine_is_an_endpoint_in_the_demo_alone():
    with pytest.raises(Invalid):
        parse_subscription(build_subscription(), loopback=False)


def test_each_filter_of_a_topic_is_a_search_parameter_of_its_type():
    from hub.record.search.index.parameters import PARAMETERS

    for topic in load_topics().values():
        assert topic.filters <= set(PARAMETERS[topic.resource]), topic.url
