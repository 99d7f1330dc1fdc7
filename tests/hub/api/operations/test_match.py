"""`$match` over HTTP: graded candidates for the desk, one word for the others, of whom one sees alone."""

import pytest

INS = "urn:oid:1.2.250.1.213.1.4.8"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
PERSON = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "Inventée", "given": ["Zoé"]}],
    "birthDate": "1940-05-06",
    "gender": "female",
    "identifier": [{"system": INS, "value": "279035121518989"}],
    "extension": [{"url": BIRTH_PLACE, "valueAddress": {"city": "Fictiville"}}],
}
KNOWN, UNKNOWN = "Known to you", "Not known to you"


def asked(patient=PERSON, **others):
    parameters = [{"name": "resource", "resource": patient}]
    return {"resourceType": "Parameters", "parameter": [*parameters, *({"name": k, **v} for k, v in others.items())]}


def without(*names, **others):
    return {name: value for name, value in PERSON.items() if name not in names} | others


@pytest.fixture
def person(world, clock):
    """Someone whom the desk registered and whom the GP follows."""
    name = world.desk.create(PERSON)
    world.desk.create(
        {
            "resourceType": "CareTeam",
            "status": "active",
            "subject": {"reference": name},
            "participant": [{"member": {"reference": world.gp.party}}],
        }
    )
    clock.tick(1000)
    return name


def entries(answer):
    assert answer.status_code == 200, answer.text
    return answer.json.get("entry", [])


def grades(answer):
    found = entries(answer)
    assert answer.json["total"] == len(found)
    return [
        (entry["search"]["extension"][0]["valueCode"], entry["search"]["score"], entry["resource"]["id"])
        for entry in found
    ]


def word(answer):
    assert answer.status_code == 200, answer.text
    ((entry,),) = ((answer.json["entry"]),)
    assert entry["search"] == {"mode": "outcome"}
    assert "id" not in entry["resource"]
    return entry["resource"]["issue"][0]["diagnostics"]


def test_the_desk_is_given_graded_candidates(world, person):
    own = person.partition("/")[2]
    ((grade, score, id_),) = grades(world.desk.ask("POST", "/Patient/$match", body=asked()))
    assert (grade, id_, score) == ("certain", own, 0.9)
    ((grade, score, id_),) = grades(world.desk.ask("POST", "/Patient/$match", body=asked(without("identifier"))))
    assert (grade, id_) == ("probable", own)
    close = without("identifier", birthDate="1940-06-05", name=[{"family": "Inventee", "given": ["Zoë"]}])
    ((grade, lower, id_),) = grades(world.desk.ask("POST", "/Patient/$match", body=asked(close)))
    assert (grade, id_) == ("possible", own)
    assert lower < score
    assert (
        grades(world.desk.ask("POST", "/Patient/$match", body=asked(without("identifier", "name", "birthDate")))) == []
    )


def test_only_a_certain_match_when_that_is_wanted(world, person):
    only = {"onlyCertainMatches": {"valueBoolean": True}}
    assert len(grades(world.desk.ask("POST", "/Patient/$match", body=asked(**only)))) == 1
    assert grades(world.desk.ask("POST", "/Patient/$match", body=asked(without("identifier"), **only))) == []
    world.desk.create(PERSON | {"telecom": [{"system": "phone", "value": "0000000002"}]})
    assert grades(world.desk.ask("POST", "/Patient/$match", body=asked(**only))) == [], "two are certain: none is"
    assert len(grades(world.desk.ask("POST", "/Patient/$match", body=asked()))) == 2
    assert len(grades(world.desk.ask("POST", "/Patient/$match", body=asked(count={"valueInteger": 1})))) == 1


def test_others_are_told_one_word_about_whom_they_see(world, person):
    assert word(world.gp.ask("POST", "/Patient/$match", body=asked())) == KNOWN
    for caller in (world.soc, world.out):
        assert word(caller.ask("POST", "/Patient/$match", body=asked())) == UNKNOWN


def test_a_place_of_birth_stands_for_a_number(world, person):
    place = [{"url": BIRTH_PLACE, "valueAddress": {"city": "FICTIVILLE"}}]
    assert word(world.gp.ask("POST", "/Patient/$match", body=asked(without("identifier", extension=place)))) == KNOWN
    place = [{"url": BIRTH_PLACE, "valueAddress": {"city": "Ailleurs"}}]
    assert word(world.gp.ask("POST", "/Patient/$match", body=asked(without("identifier", extension=place)))) == UNKNOWN


@pytest.mark.parametrize(
    "other",
    [
        {"birthDate": "1940-05-07"},
        {"gender": "male"},
        {"name": [{"family": "Inventé", "given": ["Zoé"]}]},
        {"name": [{"family": "Inventée", "given": ["Chloé"]}]},
        {"identifier": [{"system": INS, "value": "279035121518988"}]},
    ],
)
def test_each_trait_must_be_the_same(world, person, other):
    assert word(world.gp.ask("POST", "/Patient/$match", body=asked(PERSON | other))) == UNKNOWN


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["name"], "Patient.name.family"),
        (["birthDate"], "Patient.birthDate"),
        (["gender"], "Patient.gender"),
        (["identifier", "extension"], "Patient.identifier"),
    ],
)
def test_a_trait_that_is_missing_is_asked_for(world, names, place):
    answer = world.gp.ask("POST", "/Patient/$match", body=asked(without(*names)))
    assert answer.status_code == 422
    assert place in [issue["expression"][0] for issue in answer.json["issue"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"resourceType": "Patient"}, 400),
        ({"resourceType": "Parameters"}, 400),
        (asked({"resourceType": "Task"}), 400),
        (asked(PERSON | {"birthDate": "hier"}), 422),
        (asked(PERSON | {"name": "Zoé"}), 422),
        (asked(PERSON | {"extension": [1]}), 422),
        (asked(count={"valueInteger": 0}), 400),
        (asked(other={"valueInteger": 1}), 400),
        ({"resourceType": "Parameters", "parameter": asked()["parameter"] * 2}, 400),
    ],
)
def test_what_is_not_understood_is_refused(world, body, status):
    for caller in (world.desk, world.out):
        answer = caller.ask("POST", "/Patient/$match", body=body)
        assert (answer.status_code, answer.json["resourceType"]) == (status, "OperationOutcome"), answer.text


def test_it_needs_the_scope_to_search_and_to_read(join, world):
    caller = join("medecin_traitant", world.gp.party, "system/Patient.r")
    assert caller.ask("POST", "/Patient/$match", body=asked()).status_code == 403
    assert world.gp.get("/Patient/$match").status_code == 404
