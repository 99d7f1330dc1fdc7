from fhir_profiles.definitions import definitions
from hub.domain.topics import told_types, topics


def test_each_page_is_a_topic_of_one_type():
    assert len(topics()) == len(definitions("Basic")) == 3
    assert told_types() == {"Task", "CarePlan", "ServiceRequest"}
    for url, topic in topics().items():
        assert url.startswith("https://maillage.example/fhir/SubscriptionTopic/")
        assert {"status", "patient"} <= topic.filters
