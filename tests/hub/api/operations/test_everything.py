"""`$everything` over HTTP: how it is asked, how its pages hang together."""

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND


def names(answer):
    assert answer.status_code == 200, answer.text
    return ["/".join(entry["fullUrl"].split("/")[-2:]) for entry in answer.json.get("entry", ())]


def modes(answer):
    return {name: entry["search"]["mode"] for name, entry in zip(names(answer), answer.json["entry"], strict=True)}


def test_it_is_a_searchset_of_what_is_seen(world):
    answer = world.soc.get(f"/{world.patient}/$everything")
    assert (answer.json["resourceType"], answer.json["type"]) == ("Bundle", "searchset")
    found = modes(answer)
    assert names(answer)[0] == world.patient
    assert found[world.task] == found[world.request] == "match"
    assert found[world.soc.party] == "include"
    assert world.condition not in found and world.hidden_task not in found
    assert world.condition in names(world.gp.get(f"/{world.patient}/$everything"))


def test_post_with_parameters_is_the_same(world):
    asked = {
        "resourceType": "Parameters",
        "parameter": [{"name": "_count", "valueInteger": 2}, {"name": "_type", "valueCode": "Task,Patient"}],
    }
    path = f"/{world.patient}/$everything"
    by_get = world.soc.get(f"{path}?_count=2&_type=Task,Patient")
    assert world.soc.ask("POST", path, body=asked).data == by_get.data
    assert names(by_get) == [world.patient, world.task]
    assert world.soc.ask("POST", path).data == world.soc.get(path).data


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"resourceType": "Patient"}, 400),
        ({"resourceType": "Parameters", "parameter": {}}, 400),
        ({"resourceType": "Parameters", "parameter": [1]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"valueInteger": 1}]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "_count"}]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "_count", "valuePeriod": {}}]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "_type", "valueBoolean": True}]}, 400),
        ({"resourceType": "Parameters", "parameter": [{"name": "other", "valueInteger": 1}]}, 400),
    ],
)
def test_what_is_no_parameters_is_refused(world, body, status):
    answer = world.soc.ask("POST", f"/{world.patient}/$everything", body=body)
    assert (answer.status_code, answer.json["resourceType"]) == (status, "OperationOutcome")


def test_its_pages_are_followed_to_the_end(world):
    path, found = f"/{world.patient}/$everything?_count=1&_type=Patient,Task,ServiceRequest", []
    while path:
        answer = world.soc.get(path)
        assert len(names(answer)) == 1
        found += names(answer)
        links = {link["relation"]: link["url"] for link in answer.json["link"]}
        path = links.get("next", "").partition("/fhir")[2]
        assert "Task" not in path
    assert sorted(found) == sorted([world.patient, world.task, world.request])
    assert set(links) == {"self"}


def test_hidden_and_absent_are_one(world):
    for name in (world.hidden_patient, f"Patient/{ABSENT}", "Patient/%00", f"Task/{ABSENT}", world.task):
        for method in ("GET", "POST"):
            answer = world.soc.ask(method, f"/{name}/$everything")
            assert (answer.status_code, answer.data) == (404, NOT_FOUND)
    assert world.out.get(f"/{world.patient}/$everything").data == NOT_FOUND


def test_in_a_batch_it_is_what_it_is_alone(world):
    paths = [f"{name}/$everything" for name in (world.patient, world.hidden_patient, world.task)]
    entry = [{"request": {"method": "GET", "url": path}} for path in paths]
    found = world.soc.ask("POST", "", body={"resourceType": "Bundle", "type": "batch", "entry": entry}).json["entry"]
    alone = [world.soc.get(f"/{path}") for path in paths]
    assert found[0]["resource"] == alone[0].json
    assert [one["response"]["status"] for one in found] == [str(one.status_code) for one in alone]
