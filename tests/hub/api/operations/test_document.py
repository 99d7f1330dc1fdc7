"""`$document` over HTTP: a plan that a tool can file."""

import pytest

from tests.hub.api.conftest import ABSENT, NOT_FOUND

PLAN = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "title": "Rester <chez soi> & bien",
}


@pytest.fixture
def plan(world):
    goal = world.gp.create(
        {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": {"text": "Marcher <script>alert(1)</script>"},
            "subject": {"reference": world.patient},
        }
    )
    return world.desk.create(
        PLAN
        | {
            "subject": {"reference": world.patient},
            "goal": [{"reference": goal}],
            "addresses": [{"reference": world.condition}],
            "activity": [{"reference": {"reference": world.task}}],
        }
    )


def by_type(bundle):
    found = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry)
    return found


def test_the_composition_comes_first_and_names_what_follows(world, plan):
    bundle = world.gp.get(f"/{plan}/$document").json
    first = bundle["entry"][0]["resource"]
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert first["resourceType"] == "Composition"
    assert bundle["entry"][1]["fullUrl"].endswith(plan)
    named = [one["reference"] for section in first["section"] for one in section["entry"]]
    named += [first["subject"]["reference"], first["author"][0]["reference"]]
    assert set(named) <= set(urls)
    assert first["author"][0]["reference"].endswith(world.gp.party)
    assert first["author"][0]["display"] == "medecin_traitant, fictif"
    for entry in bundle["entry"][1:]:
        name = "/".join(entry["fullUrl"].split("/")[-2:])
        assert entry["resource"] == world.gp.get(f"/{name}").json


def test_every_reference_inside_is_resolved(world, plan):
    bundle = world.gp.get(f"/{plan}/$document").json
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    base = bundle["entry"][1]["fullUrl"].removesuffix(plan)

    def named(value):
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                yield value["reference"]
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            yield from named(inner)

    for entry in bundle["entry"][1:]:
        for reference in named(entry["resource"]):
            assert base + reference in urls, (entry["fullUrl"], reference)


def test_the_same_plan_is_the_same_document_until_what_is_seen_of_it_moves(world, plan, clock):
    path = f"/{plan}/$document"
    first, other = world.soc.get(path), world.gp.get(path)
    clock.tick(1000)
    assert world.soc.get(path).data == first.data
    assert other.json["identifier"] != first.json["identifier"]
    condition = world.gp.get(f"/{world.condition}")
    body = condition.json | {"note": [{"text": "Une suite"}]}
    assert world.gp.ask("PUT", f"/{world.condition}", body=body, if_match=condition.headers["ETag"]).status_code == 200
    assert world.soc.get(path).data == first.data, "its reader does not see what moved"
    moved = world.gp.get(path).json
    assert moved["identifier"] != other.json["identifier"]
    assert moved["timestamp"] > other.json["timestamp"]


def test_hidden_entries_leave_neither_a_section_nor_a_word(world, plan):
    seen, hidden = (caller.get(f"/{plan}/$document") for caller in (world.gp, world.soc))
    assert "Condition" in by_type(seen.json)
    assert "Condition" not in by_type(hidden.json)
    assert "Santé" in seen.text and "I50.0" in seen.text
    assert "Santé" not in hidden.text and "I50.0" not in hidden.text


def test_words_are_escaped_and_in_the_language_that_is_asked(world, plan):
    answer = world.gp.get(f"/{plan}/$document")
    composition = answer.json["entry"][0]["resource"]
    told = {section["title"]: section["text"]["div"] for section in composition["section"]}
    assert composition["language"] == "fr"
    assert "Rester &lt;chez soi&gt; &amp; bien (actif)" in told["Le plan"]
    assert "<script>" not in told["Objectifs"]
    assert "(demandé) : ccas, fictif" in told["Actions et demandes"]
    english = world.gp.get(f"/{plan}/$document", accept_language="en-GB,en;q=0.9").json["entry"][0]["resource"]
    assert (english["language"], english["title"]) == ("en", "Personal care plan")
    assert world.gp.get(f"/{plan}/$document", accept_language="de").data == answer.data


def test_a_hidden_plan_is_absent(world, plan):
    for name in (plan, f"CarePlan/{ABSENT}", "CarePlan/%00", world.task):
        for method in ("GET", "POST"):
            answer = world.out.ask(method, f"/{name}/$document")
            assert (answer.status_code, answer.data) == (404, NOT_FOUND)


def test_it_is_not_kept(world, plan):
    assert world.gp.get(f"/{plan}/$document?persist=false").status_code == 200
    answer = world.gp.get(f"/{plan}/$document?persist=true")
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (400, ["http.persist"])
    assert world.gp.get(f"/{plan}/$document?graph=x").status_code == 400


def test_in_a_batch_it_is_what_it_is_alone(world, plan):
    entry = [{"request": {"method": "GET", "url": f"{plan}/$document"}}]
    found = world.gp.ask("POST", "", body={"resourceType": "Bundle", "type": "batch", "entry": entry}).json["entry"]
    assert found[0]["resource"] == world.gp.get(f"/{plan}/$document").json
