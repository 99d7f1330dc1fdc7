"""What an agent of the desk writes down is a message like any other: kept first, admitted once, readable at the desk at once."""

from __future__ import annotations

import json

import pytest

from hub.domain.errors import Conflict, Invalid, Refused
from hub.intake import receive_call, replay
from hub.record.tables import trace
from tests.hub.intake.conftest import hub_task

FORM = {
    "envoi": "a1",
    "filled_at": "2026-11-30T10:42:00+01:00",
    "appelant": "Colette Exemple",
    "qualite": "proche",
    "lien": "sa fille",
    "nom": "Théorique",
    "prenom": "Basile",
    "naissance": "14/6/47",
    "motif": "Ne sort plus depuis l'été.",
    "accord": "pas-demande",
}


def call(intake, role="guichet", **fields):
    actor = intake.territory.actor(role, scopes=("system/*.cruds",))
    return receive_call(intake.store, actor, {**FORM, **fields}, settings=intake.settings)


def test_a_call_is_a_demand_that_the_desk_reads_at_once(intake):
    task = call(intake)
    assert hub_task(intake.whole(task)) == "intake"
    desk = intake.territory.open("guichet")
    whole = intake.whole(task)
    request = json.loads(desk.read(whole["focus"]["reference"]).body)
    assert request["reasonCode"][0]["text"] == FORM["motif"]
    assert json.loads(desk.read(whole["for"]["reference"]).body)["birthDate"] == "1947-06-14"
    page = desk.search("Patient", [("family", "theorique")])
    assert [piece.name for piece in page.slices] == [whole["for"]["reference"]]


def test_the_form_is_kept_as_it_was_written(intake):
    task = call(intake)
    [row] = intake.rows()
    assert (row["state"], row["task"], row["source"]) == ("admitted", task, "accueil")
    assert json.loads(row["raw"]) == FORM


def test_a_form_sent_twice_is_one_demand(intake):
    assert call(intake) == call(intake)
    assert len(intake.intake_tasks()) == 1


def test_another_form_under_the_same_number_is_refused(intake):
    call(intake)
    with pytest.raises(Conflict):
        call(intake, motif="Autre chose")
    assert len(intake.intake_tasks()) == 1


def test_a_form_with_a_fault_leaves_nothing(intake):
    with pytest.raises(Invalid):
        call(intake, nom="")
    assert intake.rows() == []


@pytest.mark.parametrize("role", ["medecin_traitant", "hosp_clinicien", "ccas"])
def test_nobody_but_the_desk_writes_a_call(intake, role):
    with pytest.raises(Refused):
        call(intake, role)
    assert intake.rows() == []


def test_a_call_about_somebody_known_is_about_that_person(intake):
    first = intake.whole(call(intake))["for"]["reference"]
    task = intake.whole(call(intake, envoi="a2", personne=first, nom="Theorik", motif="Encore"))
    assert task["for"]["reference"] == first
    assert sorted(intake.names("Patient")) == sorted([first, "Patient/jeanne"])
    [name, *_] = intake.whole(first)["name"]
    assert name["family"] == "Théorique"


def test_a_person_whom_the_desk_does_not_see_cannot_be_chosen(intake):
    with pytest.raises(Invalid) as refusal:
        call(intake, personne="Patient/nobody")
    assert [problem.where for problem in refusal.value.problems] == ["personne"]
    assert intake.names("Patient") == ["Patient/jeanne"]


def test_a_call_is_traced_to_who_took_it(intake):
    call(intake)
    with intake.store.read() as connection:
        [row] = connection.execute(trace.select().where(trace.c.action == "receive")).mappings()
    assert (row["role"], row["action"]) == ("guichet", "receive")


def test_a_call_that_became_a_dead_letter_is_tried_again(intake):
    with pytest.raises(Invalid):
        call(intake, personne="Patient/nobody")
    [row] = intake.rows("dead")
    assert replay(intake.store, row["mid"], intake.settings).problems[0].where == "personne"
