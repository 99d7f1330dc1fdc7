"""Each fault of acting senders, put back, is noticed by the test that is there for it."""

from dataclasses import replace

import pytest

from hub.intake import admission, persons, pipeline
from hub.intake.admission import AdmissionBuilder
from hub.record.admission.lookup import Lookup
from hub.record.admission.message_key import MessageKey
from hub.slices.placement.terms import Terms
from tests.hub.intake import test_acting, test_narrow


def _believe_the_record(person, _source, lookup):
    """A5: who has the INS in the record and is not contradicted, else a new person each time."""
    patients = [p for n in persons._list_qualified_ins(person) for p in lookup.find_by_ins(n.system, n.value)]
    return patients[0] if len(patients) == 1 and not persons._is_contradicted(person, patients[0], lookup) else ""


def _ignore_doubt(whole):
    """A3: several bearers of an INS are nobody."""

    def find(person, source, lookup):
        patients = [p for n in persons._list_qualified_ins(person) for p in lookup.find_by_ins(n.system, n.value)]
        return ("", []) if len(patients) != 1 else (whole(person, source, lookup)[0], [])

    return find


def _give_a_stake(whole):
    """A4: the sender of a notice is the author of what it makes."""

    def build(self, movement, context, lookup):
        return [replace(write, by=context.requester) for write in whole(self, movement, context, lookup)]

    return build


def _share_stays(whole):
    """A4: a demand continues the stay that a notice made, and a notice any stay of a followed person alone."""
    return lambda lookup, patient, system, value, **_: (
        whole(lookup, patient, system, value, is_written=True)
        or whole(lookup, patient, system, value, is_written=False)
    )


def _believe_every_bearer(_lookup, patients):
    """A5: as if nobody whom the record has were shown to the sender."""
    return {name: [] for name in patients}


def test_a_4_shared_stays_are_noticed(intake, monkeypatch):
    monkeypatch.setattr(Lookup, "find_stay", _share_stays(Lookup.find_stay))
    with pytest.raises(AssertionError):
        test_acting.test_a_4_a_demand_after_a_notice_tells_nothing_of_who_is_followed(intake, "saad")


def test_a_4_a_stay_that_goes_on_with_the_followed_alone_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(persons, "find_told", lambda _person, _source, _lookup: "")
    with pytest.raises(AssertionError):
        test_acting.test_a_4_a_stay_that_one_told_goes_on_whoever_is_followed(intake, "saad")


def test_a_4_an_id_that_a_doubtful_notice_leaves_free_is_noticed(intake, clock, monkeypatch):
    monkeypatch.setattr(pipeline, "_claims_key", lambda _content, _error: False)
    with pytest.raises(AssertionError):
        test_acting.test_a_4_a_notice_claims_its_message_id_however_it_ends(intake, clock, True)


@pytest.mark.parametrize(
    "notice",
    [
        lambda intake: test_acting.test_a_5_a_demand_confirms_no_number_that_is_not_shown(intake, True, "circle"),
        test_acting.test_a_5_a_hidden_bearer_changes_nothing_for_who_is_shown_the_number,
    ],
)
def test_a_5_every_bearer_taken_alike_is_noticed(intake, monkeypatch, notice):
    monkeypatch.setattr(Lookup, "read_shown", _believe_every_bearer)
    monkeypatch.setattr(Lookup, "is_known", lambda _lookup, _patient: False)
    with pytest.raises(AssertionError):
        notice(intake)


def test_a_5_a_person_known_by_an_action_alone_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(Lookup, "is_known", lambda _lookup, _patient: False)
    with pytest.raises(AssertionError):
        test_acting.test_a_5_a_demand_confirms_no_number_that_is_not_shown(intake, True, "task")


def test_a_5_a_merge_that_is_followed_is_noticed(intake, monkeypatch):
    def follow(lookup, system, value, told=Lookup.list_told):
        return [replace(person, patient=lookup._follow_merge(person.patient)) for person in told(lookup, system, value)]

    monkeypatch.setattr(Lookup, "list_told", follow)
    with pytest.raises(AssertionError):
        test_acting.test_a_5_a_merge_behind_the_sender_changes_no_person_that_it_is_told(intake)


def test_a_5_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(persons, "find_person", _believe_the_record)
    with pytest.raises(AssertionError):
        test_acting.test_a_5_equal_persons_follow_from_what_the_sender_sent(intake, None, False)
        test_acting.test_b_4_the_same_number_of_the_same_source_is_the_same_person(intake)


def test_a_3_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(persons, "find_followed", _ignore_doubt(persons.find_followed))
    with pytest.raises((AssertionError, ValueError)):
        test_acting.test_a_3_a_notice_is_about_the_bearer_who_agrees(intake)


def test_a_4_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(AdmissionBuilder, "_build_notice", _give_a_stake(AdmissionBuilder._build_notice))
    with pytest.raises(AssertionError):
        test_acting.test_a_4_a_notice_gives_its_sender_no_stake(intake, True)


def test_a_8_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(MessageKey, "format", lambda key: key.message_id)
    with pytest.raises(AssertionError):
        test_acting.test_a_8_another_application_of_the_same_sender_has_message_ids_of_its_own(intake)


def test_a_13_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(admission, "place_narrowly", lambda resource: resource)
    with pytest.raises(AssertionError):
        test_narrow.test_a_13_a_diagnosis_is_placed_narrowly(intake, "DG1|2|||Schizophrénie paranoïde", "received")


def test_a_13_without_its_list_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(Terms, "find_by_code", lambda terms, resource: "")
    with pytest.raises(AssertionError):
        test_narrow.test_a_13_a_diagnosis_is_placed_narrowly(intake, "DG1|3||58214004^Schizophrénie^SCT", "psychiatric")
