"""A sender acts, then asks: what it learns is a function of what it sent (`docs/parts.md` 24, 25; `docs/leaks.md` L84)."""

import re
from collections import Counter

import pytest

from fhir_profiles import codes
from hub.domain.errors import Refused
from hub.domain.resource_types import DIRECTORY_TYPES
from hub.intake import receive
from hub.record.admission import inbox
from hub.record.search.index.parameters import PARAMETERS
from tests.hub.intake import letters
from tests.hub.intake.conftest import hub_task, task_in
from tests.territory import request, stay

SENDER = "hosp_clinicien"
# The INS of someone else entirely, and two identities that contradict each other.
ZOE = {"name": "INCONNU^ZOE^ZOE^^^^L", "birth": "19500101"}
LOU = {"name": "FICTIF^LOU^LOU^^^^L", "birth": "19600202"}


def patient_of(intake, answer):
    return intake.whole(task_in(answer))["for"]["reference"]


def list_reviews(intake):
    return [task for task in map(intake.whole, intake.names("Task")) if hub_task(task) == "match-review"]


def list_seen(intake, role):
    """All that a search of every type that `role` may search shows it: how many, by type."""
    record, seen = intake.territory.open(role), {}
    for name in sorted(PARAMETERS.keys() - DIRECTORY_TYPES - {"AuditEvent", "Subscription"}):
        try:
            seen[name] = len(record.search(name, [("_count", "100")]).slices)
        except Refused:
            continue
    return seen


def send_as(intake, role, raw):
    """`raw` by the hospital's format, from another organisation."""
    actor = intake.territory.actor(role, scopes=("system/*.crus",), sources=("chu-hl7",))
    return receive(intake.store, actor, "chu-hl7", "application/hl7-v2", raw, settings=intake.settings)


@pytest.fixture
def known(intake):
    """Alix, whom a home help told of: the hospital has sent nothing about her."""
    return patient_of(intake, send_as(intake, "saad", letters.ref("R-0", ins=letters.INS, ipp="0900")))


@pytest.mark.parametrize("is_known", [True, False])
def test_a_5_equal_persons_follow_from_what_the_sender_sent(intake, request, is_known):
    """Two referrals with one INS and invented traits: whether they are one person does not tell whether the INS is known."""
    if is_known:
        request.getfixturevalue("known")
    zoe = [
        patient_of(intake, intake.send(SENDER, letters.ref(f"Z-{n}", ins=letters.INS, ipp=f"10{n}", **ZOE)))
        for n in (1, 2)
    ]
    lou = patient_of(intake, intake.send(SENDER, letters.ref("L-1", ins=letters.INS, ipp="200", **LOU)))
    lou_again = patient_of(intake, intake.send(SENDER, letters.ref("L-2", ins=letters.INS, ipp="201", **LOU)))
    # The same INS that nothing contradicts is the same person; another identity under it is another one, also at last.
    assert (zoe[0] == zoe[1], zoe[0] == lou, lou == lou_again) == (True, False, True)


def test_a_5_what_contradicts_the_record_is_a_review_for_the_desk(intake, known):
    told = patient_of(intake, intake.send(SENDER, letters.ref("Z-1", ins=letters.INS, ipp="101", **ZOE)))
    assert told != known
    [review] = list_reviews(intake)
    assert [entry["valueString"] for entry in review["input"]] == [known]


def test_a_5_the_one_bearer_whom_nothing_contradicts_is_the_person(intake, known):
    assert patient_of(intake, intake.send(SENDER, letters.ref("R-1", ins=letters.INS))) == known


def test_a_5_a_hidden_bearer_changes_nothing_for_who_is_shown_the_number(intake):
    """A hospital that is shown Jeanne with her INS: its demand is about her whoever else has the INS in the record."""
    here = intake.territory
    ins = {"system": f"urn:oid:{letters.INS_SYSTEM}", "value": letters.INS, "use": "official"}
    name = [{"use": "official", "family": "EXEMPLE", "given": ["ALIX"]}]
    here.change("Patient/jeanne", lambda patient: patient.update(name=name), identifier=[ins], birthDate="1942-03-15")
    here.write(stay("s", "2026-11-20T08:00:00+01:00"), by="Organization/chu")
    here.write({"resourceType": "Patient", "id": "other", "identifier": [ins], "birthDate": "1942-03-15"})
    here.pass_time()
    assert patient_of(intake, intake.send(SENDER, letters.ref("R-1", ins=letters.INS))) == "Patient/jeanne"


@pytest.mark.parametrize("tie", ["circle", "task", "consent"])
@pytest.mark.parametrize("has_number", [True, False])
def test_a_5_a_demand_confirms_no_number_that_is_not_shown(intake, has_number, tie):
    """The home help is shown Jeanne's usual name, or an action about her, or what she said of it, but not her INS: its demand
    under a guess of it is about a new person."""
    here = intake.territory
    ins = {"system": f"urn:oid:{letters.INS_SYSTEM}", "value": letters.INS, "use": "official"}
    name = [{"use": "usual", "family": "EXEMPLE", "given": ["ALIX"]}]
    own = {"identifier": [ins]} if has_number else {}
    here.change("Patient/jeanne", lambda patient: patient.update(name=name), birthDate="1942-03-15", **own)
    if tie == "circle":
        here.join_circle("saad")
    elif tie == "consent":
        here.consent("permit", "Organization/saad")
    else:
        here.write(request("r", requester="Organization/saad"), by="Organization/saad")
    here.pass_time()
    answer = send_as(intake, "saad", letters.ref("R-1", ins=letters.INS))
    assert patient_of(intake, answer) != "Patient/jeanne"
    # The desk compares them all the same.
    assert [str(entry["valueString"]) for review in list_reviews(intake) for entry in review["input"]] == [
        "Patient/jeanne"
    ]


def test_a_5_a_merge_behind_the_sender_changes_no_person_that_it_is_told(intake):
    first = patient_of(intake, intake.send(SENDER, letters.ref("R-1", ipp="1")))
    other = patient_of(intake, intake.send(SENDER, letters.ref("R-2", ipp="2", **ZOE)))
    intake.territory.change(first, link=[{"other": {"reference": other}, "type": "replaced-by"}])
    assert patient_of(intake, intake.send(SENDER, letters.ref("R-3", ipp="1"))) == first


def test_a_5_a_second_number_never_leads_to_a_person_already_told(intake, known):
    """Else two numbers of one person in the record would be one person for the sender, and two numbers of two persons not."""
    second = "242039935012404"
    intake.territory.change(
        known,
        lambda patient: patient["identifier"].append(
            {"system": f"urn:oid:{letters.INS_SYSTEM}", "value": second, "use": "official"}
        ),
    )
    first = patient_of(intake, intake.send(SENDER, letters.ref("R-1", ins=letters.INS, ipp="1")))
    other = patient_of(intake, intake.send(SENDER, letters.ref("R-2", ins=second, ipp="2")))
    assert first != other


def test_b_4_the_same_number_of_the_same_source_is_the_same_person(intake):
    first = patient_of(intake, intake.send(SENDER, letters.ref("R-1")))
    assert patient_of(intake, intake.send(SENDER, letters.ref("R-2"))) == first
    assert patient_of(intake, intake.send(SENDER, letters.ref("R-3", **ZOE))) != first


def test_b_4_the_same_demand_under_another_message_id_is_the_same_demand(intake):
    first = task_in(intake.send(SENDER, letters.ref("R-1", demand="D-7")))
    again = intake.send(SENDER, letters.ref("R-2", demand="D-7", nte="Appeler le soir."))
    assert task_in(again) == first
    assert len(intake.intake_tasks()) == 1
    # The second message is there for whoever works on the demand.
    assert len([entry for entry in intake.whole(first)["input"] if "DocumentReference" in str(entry)]) == 2
    assert len(intake.rows("admitted")) == 2


@pytest.mark.parametrize("is_followed", [True, False])
def test_a_4_a_notice_gives_its_sender_no_stake(intake, is_followed):
    """A role without the tie `stay` finds as much after its notice as before, whoever it is about."""
    if is_followed:
        intake.send("medecin_traitant", letters.bundle())
        [patient] = [name for name in intake.names("Patient") if name != "Patient/jeanne"]
        number = {
            "system": f"{codes.SOURCE_NUMBERS}chu-hl7/pi",
            "value": "0001",
            "assigner": {"reference": "Organization/chu"},
        }
        intake.territory.change(patient, identifier=[number])
    before = list_seen(intake, "m2m_orienteur")
    answer = intake.send(SENDER, letters.adt("A-1"))
    intake.send(SENDER, letters.adt("A-2", "A03", end="20261120091500"))
    assert b"MSA|AA" in answer.body
    assert len(intake.names("Encounter")) == is_followed
    assert list_seen(intake, "m2m_orienteur") == before


def list_told(intake, role):
    """All that `role` reads of what it has a stake in, without identifiers, versions and moments."""
    record, texts = intake.territory.open(role), []
    for name in sorted(PARAMETERS.keys() - DIRECTORY_TYPES - {"AuditEvent", "Subscription"}):
        try:
            slices = record.search(name, [("_count", "100")]).slices
        except Refused:
            continue
        texts += [blank(found.body.decode()) for found in slices]
    return sorted(texts)


def level(text, numbers):
    for name, number in numbers.items():
        text = text.replace(f'"{number}"', name)
    return text


# Identifiers and versions; moments; what is made of the bytes of a message; its ids.
FRESH = (
    r"\b[a-z2-7]{26}(?:[a-z2-7]{26})?\b",
    r"2026-11-2[12]T[0-9:.+]+Z?",
    r'"(?:data|hash|size)":[^,}]+',
    r"ni:///sha-256;[^\"]+",
    r"\b(?:D-)?R-[01]\b",
)


def blank(text):
    return re.sub("|".join(FRESH), "-", text)


@pytest.mark.parametrize("role", ["saad", "m2m_orienteur"])
def test_a_4_a_demand_after_a_notice_tells_nothing_of_who_is_followed(intake, role):
    """Alix was followed when the notice of her stay came, Zoe was not: the demand with the number of the stay reads alike."""
    told = []
    for followed in (True, False):
        number = {"stay": f"V-{followed}", "ipp": f"9{followed:d}", "ins": letters.INS[:-1] + str(followed + 3)}
        if followed:
            send_as(intake, "ccas", letters.ref(f"C-{followed}", ins=number["ins"], ipp="5"))
        intake.territory.pass_time()
        before = list_told(intake, role)
        send_as(intake, role, letters.adt(f"A-{followed:d}", **number))
        send_as(intake, role, letters.adt(f"B-{followed:d}", "A08", **number))
        assert list_told(intake, role) == before
        send_as(intake, role, letters.ref(f"R-{followed:d}", **number))
        new = Counter(list_told(intake, role)) - Counter(before)
        told.append(sorted(level(text, number) for text in new.elements()))
    assert told[0] == told[1]
    assert any("Encounter" in text for text in told[0])


@pytest.mark.parametrize("role", ["saad", "m2m_orienteur"])
def test_a_4_a_stay_that_one_told_goes_on_whoever_is_followed(intake, role):
    """The desk refused both demands; only Alix is followed by others. The notice ends both stays in the sender's eyes."""
    told = []
    for followed in (True, False):
        number = {"stay": f"V-{followed}", "ipp": f"9{followed:d}", "ins": letters.INS[:-1] + str(followed + 3)}
        if followed:
            send_as(intake, "ccas", letters.ref(f"C-{followed}", ins=number["ins"], ipp="5"))
        task = task_in(send_as(intake, role, letters.ref(f"R-{followed:d}", **number)))
        intake.territory.pass_time()
        intake.territory.change(task, status="rejected", statusReason={"text": "non"})
        send_as(intake, role, letters.adt(f"A-{followed:d}", "A03", end="20261121080000", **number))
        [own] = [name for name in list_inputs(intake, task) if name.startswith("Encounter/")]
        told.append(level(blank(intake.territory.open(role).read(own).body.decode()), number))
        assert intake.whole(own)["status"] == "finished"
    assert told[0] == told[1]


def list_inputs(intake, task):
    return [entry["valueReference"]["reference"] for entry in intake.whole(task)["input"] if "valueReference" in entry]


def test_a_3_a_notice_is_about_the_bearer_who_agrees(intake):
    """Zoe was announced under the INS of Alix: the notice about Alix is still about Alix."""
    alix = patient_of(intake, intake.send(SENDER, letters.ref("R-1", ins=letters.INS)))
    zoe = patient_of(intake, intake.send(SENDER, letters.ref("R-2", ins=letters.INS, ipp="0002", **ZOE)))
    assert zoe != alix
    assert b"MSA|AA" in intake.send(SENDER, letters.adt("A-1", ins=letters.INS)).body
    [stay] = intake.names("Encounter")
    assert intake.whole(stay)["subject"]["reference"] == alix


def test_a_3_a_notice_with_which_nobody_agrees_is_a_dead_letter_and_a_task_of_the_desk(intake):
    intake.send(SENDER, letters.ref("R-1", ins=letters.INS))
    answer = intake.send(SENDER, letters.adt("A-1", ins=letters.INS, ipp="0009", **LOU))
    assert b"MSA|AA" in answer.body
    [dead] = intake.rows("dead")
    assert dead["cause"] == "identity-ambiguous"
    [review] = list_reviews(intake)
    assert review["owner"]["reference"] == "Organization/dac"
    assert dead["mid"] in str(review["identifier"])
    # The same notice again: the same answer, and no second Task.
    assert intake.send(SENDER, letters.adt("A-1", ins=letters.INS, ipp="0009", **LOU)).body == answer.body
    assert len(list_reviews(intake)) == 1


@pytest.mark.parametrize("is_in_doubt", [True, False])
def test_a_4_a_notice_claims_its_message_id_however_it_ends(intake, clock, is_in_doubt):
    """The same id with other content is refused whether the notice was in doubt or about nobody; also when it was purged."""
    if is_in_doubt:
        intake.send("ccas", letters.table(letters.ROW))
        [patient] = [name for name in intake.names("Patient") if name != "Patient/jeanne"]
        ins = {"system": f"urn:oid:{letters.INS_SYSTEM}", "value": letters.INS, "use": "official"}
        intake.territory.change(patient, identifier=[ins])
    first = intake.send(SENDER, letters.adt("A-1", ins=letters.INS, **LOU))
    assert b"MSA|AA" in first.body
    assert len(intake.rows("dead")) == is_in_doubt
    others = (letters.adt("A-1", "A03", ins=letters.INS, **LOU), letters.adt("A-1", **ZOE))
    assert [b"MSA|AR" in intake.send(SENDER, other).body for other in others] == [True, True]
    inbox.purge_dead_letters(intake.store, clock() + 1)
    assert [b"MSA|AR" in intake.send(SENDER, other).body for other in others] == [True, True]
    assert intake.send(SENDER, letters.adt("A-1", ins=letters.INS, **LOU)).body == first.body


def test_b_5_a_copy_that_differs_in_line_ends_is_the_same_message(intake):
    raw = letters.ref("R-1")
    first = intake.send(SENDER, raw)
    for copy in (raw.replace(b"\r", b"\r\n"), b"\x0b" + raw + b"\x1c\r", b"\xef\xbb\xbf" + raw, raw.rstrip(b"\r")):
        assert intake.send(SENDER, copy) == first
    assert len(intake.intake_tasks()) == 1


def test_a_8_another_application_of_the_same_sender_has_message_ids_of_its_own(intake):
    first = intake.send(SENDER, letters.ref("R-1"))
    other = intake.send(SENDER, letters.ref("R-1", application="URGENCES", demand="D-2", ipp="77", **ZOE))
    assert b"MSA|AA|R-1" in other.body
    assert task_in(first) != task_in(other)


@pytest.mark.parametrize("role", ["aidant", "personne"])
def test_a_person_or_a_relative_has_no_source(intake, role):
    """The resources of a demand name its requester, an organisation: what was wrong with each told whether there was a plan."""
    with pytest.raises(Refused):
        send_as(intake, role, letters.ref("R-1"))
    assert intake.rows() == []
