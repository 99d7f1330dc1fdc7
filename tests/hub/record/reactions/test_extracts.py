"""Derived extracts: what each says, who is told, and that nothing else moves or leaves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from fhir_profiles import codes
from hub.domain.errors import NotFound
from hub.fhir import dumps, loads
from hub.record.tables import derived, withheld
from hub.record.tables.base import EVER
from hub.slices import get_reference_rid
from tests.territory import CMP_CATEGORY, PERSON, Territory, statements, stay

AGGIR, ZARIT = (codes.BASE + f"Questionnaire/{name}" for name in ("aggir", "zarit"))
VARIABLES = [
    "coherence",
    "orientation",
    "toilette",
    "habillage",
    "alimentation",
    "elimination",
    "transferts",
    "interieur",
]
# A word that stands in the detail alone.
SECRET = "zqdetailz"

Json = dict[str, Any]


@pytest.fixture
def circle(here: Territory) -> Territory:
    here.join_circle("saad", "ssiad", "psy_cmp", "ccas", "medecin_traitant", "gestionnaire")
    here.pass_time()
    return here


def form(id: str, url: str, given: Json, **elements: Any) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": id,
        "status": "completed",
        "questionnaire": url,
        "subject": {"reference": PERSON},
        "authored": "2026-11-20T10:00:00Z",
        "item": [{"linkId": link, "text": SECRET, "answer": [answer]} for link, answer in given.items()],
        **elements,
    }


def grid(id: str, modalities: str, **elements: Any) -> Json:
    given = {name: {"valueString": modality} for name, modality in zip(VARIABLES, modalities, strict=True)}
    return form(id, AGGIR, given, **elements)


def scale(id: str, points: int, **elements: Any) -> Json:
    return form(id, ZARIT, {str(rank): {"valueInteger": points} for rank in range(1, 23)}, **elements)


def guardian(**elements: Any) -> Json:
    tie = [{"coding": [{"system": codes.RELATIVE_ROLE, "code": "GUARD"}]}]
    return {
        "resourceType": "RelatedPerson",
        "id": "mandataire",
        "patient": {"reference": PERSON},
        "relationship": tie,
        "name": [{"text": SECRET}],
    } | elements


def summary(here: Territory, kind: str, person: str = PERSON) -> Json | None:
    """The Observation that the hub keeps as a summary, whole, or None."""
    with here.store.write() as connection:
        asked = select(derived.c.id).where(derived.c.person == get_reference_rid(person), derived.c.kind == kind)
        found = connection.execute(asked).scalar_one_or_none()
    return None if found is None else here.whole(f"Observation/{found}")


def kept(here: Territory, kind: str) -> Json:
    found = summary(here, kind)
    assert found is not None
    return found


def value(observation: Json) -> str:
    return observation["valueCodeableConcept"]["coding"][0]["code"]


def shown(here: Territory, role: str) -> list[Json]:
    """The Observations that a role finds."""
    return [loads(one.body) for one in here.open(role).search("Observation", []).slices]


# --- What each says, and to whom -------------------------------------------------------------------------------------


def test_a_gir_is_told_without_its_answers(circle: Territory) -> None:
    circle.write(grid("g", "CCAAAAAA"), by="Organization/ssiad")
    assert value(kept(circle, "gir")) == codes.GIR_ANSWERS[2]
    (told,) = shown(circle, "ccas")
    assert value(told) == codes.GIR_ANSWERS[2]
    assert told.keys() == {
        *("resourceType", "id", "meta", "status", "category", "code", "subject", "method", "valueCodeableConcept")
    }
    with pytest.raises(NotFound):
        circle.open("ccas").read("QuestionnaireResponse/g")
    (whole,) = shown(circle, "gestionnaire")
    assert whole["derivedFrom"] == [{"reference": "QuestionnaireResponse/g"}]
    assert shown(circle, "saad") == []


def test_a_burden_is_told_by_its_level(circle: Territory) -> None:
    circle.write(scale("z", 2), by="Organization/ssiad")
    assert value(kept(circle, "caregiver-band")) == "moderate"
    (told,) = shown(circle, "ccas")
    assert value(told) == "moderate"
    assert SECRET.encode() not in dumps(told)
    # The caregiver's own scale is no business of the person (GDPR 15.4).
    assert shown(circle, "personne") == []


def test_a_stay_is_told_as_recent_until_a_day(circle: Territory) -> None:
    circle.write(stay("e", "2026-11-10", "2026-11-20", reasonCode=[{"text": SECRET}]))
    said = kept(circle, "recent-hospitalisation")
    assert said["valueBoolean"] is True
    assert said["effectivePeriod"]["end"].startswith("2026-12-20")
    assert said["id"] in {one["id"] for one in shown(circle, "medecin_traitant")}
    assert shown(circle, "ccas") == shown(circle, "saad") == []


def test_a_representative_is_told_as_a_measure_of_protection(circle: Territory) -> None:
    circle.write(guardian())
    assert kept(circle, "protection")["valueBoolean"] is True
    (told,) = shown(circle, "psy_cmp")
    assert SECRET.encode() not in dumps(told)
    assert shown(circle, "saad") == []


# --- One a person and kind, that follows its sources -----------------------------------------------------------------


def test_a_later_evaluation_takes_the_place_of_the_former(circle: Territory) -> None:
    circle.write(grid("first", "CCAAAAAA"))
    name = kept(circle, "gir")["id"]
    circle.pass_time()
    circle.write(grid("later", "AAAAAAAA", authored="2026-11-21T10:00:00Z"))
    circle.write(grid("earlier", "CCCCCCCC", authored="2026-01-01"))
    now = kept(circle, "gir")
    assert (now["id"], value(now)) == (name, codes.GIR_ANSWERS[6])
    circle.change("QuestionnaireResponse/later", status="entered-in-error")
    now = kept(circle, "gir")
    assert (now["id"], value(now), now["derivedFrom"]) == (
        name,
        codes.GIR_ANSWERS[2],
        [{"reference": "QuestionnaireResponse/first"}],
    )


def test_what_nothing_supports_any_more_is_an_error_and_comes_back_as_itself(circle: Territory) -> None:
    circle.write(guardian())
    name = kept(circle, "protection")["id"]
    circle.change("RelatedPerson/mandataire", active=False)
    gone = kept(circle, "protection")
    assert (gone["id"], gone["status"]) == (name, "entered-in-error")
    assert "valueBoolean" not in gone
    circle.change("RelatedPerson/mandataire", active=True)
    assert (kept(circle, "protection")["id"], kept(circle, "protection")["status"]) == (name, "final")


def test_a_form_that_moves_to_another_person_takes_its_summary_along(circle: Territory) -> None:
    other = {"resourceType": "Patient", "id": "autre", "name": [{"text": "Autre fictive"}]}
    circle.write(other)
    circle.write(grid("g", "CCAAAAAA"))
    circle.change("QuestionnaireResponse/g", subject={"reference": "Patient/autre"})
    assert kept(circle, "gir")["status"] == "entered-in-error"
    moved = summary(circle, "gir", "Patient/autre")
    assert moved is not None
    assert (moved["status"], moved["subject"]) == ("final", {"reference": "Patient/autre"})


def test_several_in_one_transaction_make_one_summary(circle: Territory) -> None:
    circle.write(
        grid("a", "CCAAAAAA", authored="2026-11-19"), grid("b", "AAAAAAAA"), grid("c", "CCCCCCCC", authored="2026")
    )
    assert value(kept(circle, "gir")) == codes.GIR_ANSWERS[6]
    assert len(shown(circle, "ccas")) == 1
    assert len(circle.open("ccas").history(f"Observation/{kept(circle, 'gir')['id']}").slices) == 1


def test_what_is_not_of_a_known_form_or_of_nobody_derives_nothing(circle: Territory) -> None:
    circle.write(grid("draft", "CCAAAAAA", status="in-progress"), grid("other", "CCAAAAAA", questionnaire="urn:x"))
    nobody = grid("nobody", "CCAAAAAA")
    del nobody["subject"]
    circle.write(nobody)
    assert summary(circle, "gir") is None


def test_a_summary_written_by_hand_stands_beside(circle: Territory) -> None:
    hand = {"resourceType": "Observation", "id": "main", "status": "final", "subject": {"reference": PERSON}}
    hand |= {"code": {"coding": [{"system": codes.MED, "code": codes.GIR_QUESTION}]}, "valueString": "4 ?"}
    circle.write(hand, by="Organization/ems")
    circle.write(grid("g", "CCAAAAAA"))
    circle.change("Observation/main", valueString="4", by="Organization/ems")
    assert circle.whole("Observation/main")["valueString"] == "4"
    assert len(shown(circle, "ccas")) == 2


def test_nobody_else_writes_what_is_derived(circle: Territory) -> None:
    circle.write(grid("g", "CCAAAAAA"))
    before = kept(circle, "gir")
    name = f"Observation/{before['id']}"
    record = circle.open("gestionnaire")
    seen = record.read(name)
    circle.pass_time()
    record.edit(name, loads(seen.body) | {"note": [{"text": "x"}], "status": "cancelled"}, seen.version)
    assert kept(circle, "gir") == before
    assert record.read(name).version == seen.version
    circle.change(name, code={"text": "autre chose"}, subject={"reference": "Patient/autre"}, by="Organization/dac")
    assert kept(circle, "gir") == before


# --- Nothing else moves, nothing else leaves -------------------------------------------------------------------------


def test_a_hidden_edit_that_leaves_the_summary_moves_nothing(circle: Territory) -> None:
    circle.write(grid("g", "CCAAAAAA"), stay("e", "2026-11-10", "2026-11-20"))
    names = [f"Observation/{kept(circle, kind)['id']}" for kind in ("gir", "recent-hospitalisation")]
    before = [circle.open(role).read(name) for role, name in zip(("ccas", "medecin_traitant"), names, strict=True)]
    circle.pass_time()
    circle.change("QuestionnaireResponse/g", lambda form: form["item"][2].update(text="autre"))
    # A group that another profile comes to as well.
    circle.change("QuestionnaireResponse/g", lambda form: form["item"][7].update(answer=[{"valueString": "B"}]))
    circle.change("Encounter/e", reasonCode=[{"text": "autre"}])
    assert before == [
        circle.open(role).read(name) for role, name in zip(("ccas", "medecin_traitant"), names, strict=True)
    ]
    assert len(circle.open("ccas").history(names[0]).slices) == 1


def test_a_stay_in_psychiatry_is_summed_up_for_nobody(circle: Territory) -> None:
    circle.write(stay("e", "2026-11-10", "2026-11-20", hospital="Organization/cmp"))
    assert summary(circle, "recent-hospitalisation") is None
    circle.write(stay("f", "2026-11-01", "2026-11-02"))
    assert kept(circle, "recent-hospitalisation")["effectivePeriod"]["start"] == "2026-11-01"
    circle.change("Encounter/f", serviceProvider={"reference": "Organization/cmp"})
    assert kept(circle, "recent-hospitalisation")["status"] == "entered-in-error"


def test_a_stay_in_a_psychiatric_unit_told_in_one_transaction_is_summed_up_for_nobody(circle: Territory) -> None:
    unit = {"resourceType": "Organization", "id": "unite", "name": "Unité fictive", "type": [CMP_CATEGORY]}
    circle.write(unit, stay("e", "2026-11-10", "2026-11-20", hospital="Organization/unite"))
    assert summary(circle, "recent-hospitalisation") is None


def test_what_is_withheld_from_anyone_is_summed_up_for_nobody(circle: Territory) -> None:
    circle.write(grid("g", "CCAAAAAA"))
    row = {"rid": get_reference_rid("QuestionnaireResponse/g"), "party": "", "role": "personne"}
    with circle.store.write() as connection:
        connection.execute(
            insert(withheld), row | {"since": 0, "until": EVER, "person": get_reference_rid(PERSON), "why": "hidden"}
        )
    circle.change("QuestionnaireResponse/g", authored="2026-11-21")
    assert kept(circle, "gir")["status"] == "entered-in-error"


def test_nobody_has_a_stake_in_a_summary_by_writing_its_source(circle: Territory) -> None:
    circle.write(stay("e", "2026-11-10"), by="Organization/saad")
    assert shown(circle, "saad") == []


def test_its_id_tells_nothing(circle: Territory) -> None:
    circle.write(grid("g", "CCAAAAAA"), scale("z", 1))
    ids = [kept(circle, kind)["id"] for kind in ("gir", "caregiver-band")]
    assert len(set(ids)) == 2
    assert not any(word in one for one in ids for word in ("gir", "band", "jeanne"))


def test_a_write_takes_as_many_statements_however_much_is_recorded(circle: Territory) -> None:
    circle.write(grid("g0", "CCAAAAAA", authored="2026-01-01"))

    def counted(number: int) -> int:
        with statements(circle.store) as said:
            circle.write(grid(f"g{number}", "AAAAAAAA" if number % 2 else "CCAAAAAA", authored=f"2026-02-{number:02d}"))
        return len(said)

    assert len({counted(number) for number in range(1, 9)}) == 1
