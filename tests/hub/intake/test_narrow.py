"""What a message brings without a known code waits in `received`; terms of psychiatry place it (`docs/parts.md` 27)."""

import pytest

from fhir_profiles import codes
from hub.domain.errors import Invalid, NotFound
from hub.domain.messages import TEXTS
from hub.fhir import loads
from hub.record.write import named_section
from hub.slices import load_labels
from tests.hub.intake import letters
from tests.territory import condition, settle_territory

SENDER = "hosp_clinicien"


@pytest.fixture
def territory(store):
    return settle_territory(store)


def get_place(intake, name):
    return load_labels().find_place(intake.whole(name))


def last_condition(intake, dg1):
    before = set(intake.names("Condition"))
    raw = letters.ref().replace(b"NTE|1", dg1.encode() + b"\rNTE|1")
    intake.send(SENDER, raw)
    return next(
        name for name in set(intake.names("Condition")) - before if "R29" not in str(intake.whole(name)["code"])
    )


@pytest.mark.parametrize(
    ("dg1", "place"),
    [
        ("DG1|3||58214004^Schizophrénie^SCT", "psychiatric"),
        ("DG1|3||66590003^Alcoolodépendance^SCT", "psychiatric"),
        ("DG1|3||F20.0^Schizophrénie paranoïde^CIM10", "psychiatric"),
        ("DG1|3||Z91.5^Antécédent personnel de lésion auto-infligée^CIM10", "psychiatric"),
        ("DG1|2|||Schizophrénie paranoïde", "received"),
        ("DG1|2|||Sevrage éthylique récent", "received"),
        ("DG1|2|||Fracture du poignet", "received"),
        ("DG1|3||84114007^Insuffisance cardiaque^SCT", "received"),
        ("DG1|3||XYZ-9^Bouffée délirante^L", "received"),
        ("DG1|3||I50.9^Insuffisance cardiaque^CIM10", "medical"),
        # A word that says another section than the code: somebody looks at it.
        ("DG1|3||R52.2^Douleur, toxicomanie sevrée^CIM10", "received"),
    ],
)
def test_a_13_a_diagnosis_is_placed_narrowly(intake, dg1, place):
    assert get_place(intake, last_condition(intake, dg1)) == place


def test_a_13_words_are_read_by_the_sender_and_the_desk_alone(intake):
    name = last_condition(intake, "DG1|2|||Schizophrénie paranoïde")
    assert intake.territory.open("guichet").read(name)
    assert intake.territory.open(SENDER).read(name)
    for role in ("ssiad", "medecin_traitant", "psy_cmp"):
        with pytest.raises(NotFound):
            intake.territory.open(role).read(name)


def test_a_13_a_coded_disorder_is_handed_to_nobody(intake):
    name = last_condition(intake, "DG1|3||58214004^Schizophrénie^SCT")
    with pytest.raises(NotFound):
        intake.territory.open("guichet").read(name)
    assert intake.territory.open(SENDER).read(name)


@pytest.mark.parametrize(
    ("role", "code", "place"),
    [
        ("medecin_traitant", {"text": "Fracture du poignet"}, "medical"),
        ("psy_cmp", {"text": "Fatigue"}, "psychiatric"),
        ("psy_cmp", {"text": "Trouble bipolaire"}, "psychiatric"),
        ("psy_cmp", {"coding": [{"system": "http://snomed.info/sct", "code": "58214004"}]}, "psychiatric"),
        ("medecin_traitant", {"coding": [{"system": "http://snomed.info/sct", "code": "84114007"}]}, "medical"),
    ],
)
def test_a_13_a_client_writes_into_its_section(territory, role, code, place):
    assert load_labels().find_place(territory.whole(write(territory, role, condition("c") | {"code": code}))) == place


@pytest.mark.parametrize(
    "code",
    [
        {"text": "Schizophrénie"},
        {"text": "DÉPENDANCE À L’ALCOOL"},
        {"coding": [{"system": "http://snomed.info/sct", "code": "66590003"}]},
        {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F20"}]},
    ],
)
def test_a_13_who_may_not_write_the_section_is_told_which(territory, code):
    with pytest.raises(Invalid, match="section-of-psychiatric"):
        write(territory, "medecin_traitant", condition("c") | {"code": code})


def test_a_13_a_client_names_the_section(territory):
    named = {"extension": [{"url": codes.SECTION_EXTENSION, "valueCode": "medication"}], "code": {"text": "Vertiges"}}
    name = write(territory, "medecin_traitant", condition("c") | named)
    assert load_labels().find_place(territory.whole(name)) == "medication"
    with pytest.raises(Invalid, match="not-yours-to-write"):
        named["extension"][0]["valueCode"] = "financial"
        write(territory, "medecin_traitant", condition("c") | named)
    with pytest.raises(Invalid, match="section-unknown"):
        named["extension"][0]["valueCode"] = "nowhere"
        write(territory, "medecin_traitant", condition("c") | named)


def test_a_13_the_section_named_stays_when_a_client_leaves_it_out(territory):
    name = write(territory, "psy_cmp", condition("c") | {"code": {"text": "Fatigue"}})
    seen = territory.open("psy_cmp").read(name)
    told = loads(seen.body)
    assert told.pop("extension")
    territory.pass_time()
    territory.open("psy_cmp").edit(name, told | {"note": [{"text": "Une autre note"}]}, seen.version)
    assert load_labels().find_place(territory.whole(name)) == "psychiatric"


def write(territory, role, resource):
    territory.join_circle(role)
    written = territory.open(role).create(resource)
    return f"{resource['resourceType']}/{loads(written.body)['id']}"


def test_every_section_of_a_term_has_its_refusal():
    terms = load_labels().terms
    sections = {t.section for t in terms.codes} | {section for _, section in terms.words}
    assert {named_section._REFUSALS[section] for section in sections} <= TEXTS.keys()
    assert codes.SECTION_EXTENSION in load_labels().extensions
