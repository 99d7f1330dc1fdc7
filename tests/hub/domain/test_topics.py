"""The topics of the hub, and the refusal of a file that is none."""

from copy import deepcopy

import pytest

from fhir_profiles.definitions import load_definitions
from hub.domain.config_pages import PageError
from hub.domain.topics import list_topic_types, load_topics, read_topic


def test_each_page_is_a_topic_of_one_type():
    assert len(load_topics()) == len(load_definitions("Basic")) == 3
    assert list_topic_types() == {"Task", "CarePlan", "ServiceRequest"}
    for url, topic in load_topics().items():
        assert url.startswith("https://maillage.example/fhir/SubscriptionTopic/")
        assert {"status", "patient"} <= topic.filters


@pytest.mark.parametrize(
    ("element", "change", "fault"),
    [
        ("url", None, "url: Missing data"),
        ("resourceTrigger", None, "resourceTrigger: Missing data"),
        (
            "resourceTrigger",
            {"extension": [{"url": "resource", "valueUri": "Task"}]},
            "supportedInteraction: Missing data",
        ),
        ("title", {"url": "SubscriptionTopic.titel", "valueString": "x"}, "titel: unknown key"),
        ("title", {"valueString": 3}, "title.0: Not a valid string"),
    ],
)
def test_a_file_that_is_no_topic_stops_start_up(element, change, fault):
    basic = deepcopy(load_definitions("Basic")[0])
    place = next(item for item in basic["extension"] if item["url"].endswith(f"SubscriptionTopic.{element}"))
    if change is None:
        basic["extension"].remove(place)
    else:
        place.update(change)
    with pytest.raises(PageError, match=rf"^subscription_topics/care-plan\.json: .*{fault}"):
        read_topic(basic)


def test_a_topic_of_a_type_that_is_not_kept_stops_start_up():
    basic = deepcopy(load_definitions("Basic")[0])
    trigger = next(item for item in basic["extension"] if item["url"].endswith("resourceTrigger"))
    next(part for part in trigger["extension"] if part["url"] == "resource")["valueUri"] += "Set"
    with pytest.raises(PageError, match="unknown type CarePlanSet"):
        read_topic(basic)
