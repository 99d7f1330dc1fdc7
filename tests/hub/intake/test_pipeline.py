import json
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from adapters.hl7v2.adapter import Hl7v2Adapter
from hub.domain.errors import NotFound, Refused
from hub.intake import receive, replay
from hub.record.access.grants import add_party
from hub.record.admission import admit as admitting
from hub.record.admission.admit import Unavailable
from hub.record.tables import trace
from tests.hub.intake import letters
from tests.hub.intake.conftest import MEDIA, SOURCES, hub_task, task_in

MESSAGES = {
    "hosp_clinicien": (letters.ref(), letters.ref(name="AUTRE^ALIX^ALIX^^^^L")),
    "medecin_traitant": (letters.bundle(), letters.bundle(reason="Autre motif")),
}


@pytest.mark.parametrize("role", MESSAGES)
def test_a_demand_is_kept_mapped_and_answered(intake, role):
    raw, _ = MESSAGES[role]
    task = task_in(intake.send(role, raw))
    [row] = intake.rows()
    assert (row["state"], row["raw"], row["task"], row["party"]) == ("admitted", raw, task, intake.actor(role).party)
    assert hub_task(intake.whole(task)) == "intake"
    # The desk has it on its list and sees whom it is about; the sender sees its demand.
    desk, sender = intake.territory.open("guichet"), intake.territory.open(role)
    whole = intake.whole(task)
    for name in (task, whole["focus"]["reference"]):
        assert json.loads(desk.read(name).body)["id"] == json.loads(sender.read(name).body)["id"]
    [*_, name] = json.loads(desk.read(whole["for"]["reference"]).body)["name"]
    assert name["given"][0].casefold() == "alix"


def test_the_writing_leaves_a_trace_of_what_the_sender_wrote(intake):
    task = task_in(intake.send("medecin_traitant", letters.bundle()))
    with intake.store.read() as connection:
        [row] = connection.execute(trace.select()).mappings()
    assert (row["party"], row["role"], row["action"]) == ("Organization/cabinet", "medecin_traitant", "receive")
    shown = row["shown"].split()
    assert task in shown
    assert {name.partition("/")[0] for name in shown}.isdisjoint({"CarePlan", "CareTeam", "Provenance"})


def test_the_trace_names_the_account_that_brought_the_message(intake):
    raw, _ = MESSAGES["medecin_traitant"]
    source = SOURCES["medecin_traitant"]
    actor = replace(intake.actor("medecin_traitant"), account="nadia")
    receive(intake.store, actor, source, MEDIA[source], raw, settings=intake.settings)
    with intake.store.read() as connection:
        assert connection.scalars(select(trace.c.account)).all() == ["nadia"]


@pytest.mark.parametrize("role", MESSAGES)
def test_r03_the_same_bytes_again_get_the_same_answer_and_nothing_more(intake, role):
    raw, _ = MESSAGES[role]
    first = intake.send(role, raw)
    intake.territory.pass_time()
    assert intake.send(role, raw) == first
    assert len(intake.intake_tasks()) == 1
    assert [(row["state"], row["raw"]) for row in intake.rows()] == [("admitted", raw), ("repeated", b"")]


@pytest.mark.parametrize("role", MESSAGES)
def test_r03_other_bytes_under_a_known_name_are_refused_and_kept(intake, role):
    raw, other = MESSAGES[role]
    intake.send(role, raw)
    answer = intake.send(role, other)
    assert (answer.status, b"MSA|AR|" in answer.body) == ((200, True) if role == "hosp_clinicien" else (409, False))
    assert b"message-id-reused" in answer.body
    [dead] = intake.rows("dead")
    assert (dead["raw"], dead["cause"], dead["key"]) == (other, "message-id-reused", None)
    assert len(intake.intake_tasks()) == 1


def test_fhir_answers_tell_where_the_task_is_first_and_again(intake):
    first, again = (intake.send("medecin_traitant", letters.bundle()) for _ in range(2))
    assert first.status == again.status == 201
    assert first.location == f"{intake.settings.base_url}/fhir/{task_in(first)}" == again.location


@pytest.mark.parametrize(
    ("role", "raw", "status", "said"),
    [
        ("hosp_clinicien", b"no message at all", 200, b"MSA|AR"),
        ("hosp_clinicien", letters.ref(name=""), 200, b"MSA|AE|R-1"),
        ("medecin_traitant", b"{", 400, b"json-malformed"),
        ("medecin_traitant", b'{"resourceType":"Patient"}', 422, b"unsupported-resource"),
    ],
)
def test_what_cannot_be_read_is_a_dead_letter_without_any_value(intake, role, raw, status, said):
    answer = intake.send(role, raw)
    assert answer.status == status
    assert said in answer.body
    [row] = intake.rows()
    assert (row["state"], row["raw"], row["answer"]) == ("dead", raw, answer.body)
    assert row["cause"]
    assert "19421399" not in row["cause"]
    # Sent again it is tried again, not stored again.
    assert intake.send(role, raw).body == answer.body
    assert len(intake.rows()) == 1


def test_a_message_is_kept_before_anyone_reads_it(intake, monkeypatch):
    seen = []

    def crash(adapter, body, source):
        seen.append([(row["state"], row["raw"]) for row in intake.rows()])
        raise RuntimeError("EXEMPLE")

    with monkeypatch.context() as patched:
        patched.setattr(Hl7v2Adapter, "read", crash)
        answer = intake.send("hosp_clinicien", letters.ref())
    assert seen == [[("received", letters.ref())]]
    assert b"MSA|AE|R-1" in answer.body
    [row] = intake.rows()
    assert (row["state"], row["cause"]) == ("dead", "mapping-fault")
    again = replay(intake.store, row["mid"], intake.settings)
    assert b"MSA|AA|R-1" in again.body
    assert intake.send("hosp_clinicien", letters.ref()).body == again.body
    assert len(intake.intake_tasks()) == 1


def test_a_fault_of_the_mapping_writes_nothing_and_loses_nothing(intake, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr("hub.intake.admission.to_fhir", lambda *_: 1 / 0)
        answer = intake.send("medecin_traitant", letters.bundle())
    assert (answer.status, b"mapping-fault" in answer.body) == (422, True)
    assert intake.names("Task") == []
    assert json.loads(capsys.readouterr().out)["type"] == "ZeroDivisionError"
    assert task_in(intake.send("medecin_traitant", letters.bundle()))
    assert [row["state"] for row in intake.rows()] == ["admitted"]


def test_a_database_that_gives_up_leaves_the_message_to_be_sent_again(intake, monkeypatch):
    def give_up(batch):
        raise OperationalError("", None, Exception())

    with monkeypatch.context() as patched:
        patched.setattr(admitting, "flush", give_up)
        with pytest.raises(Unavailable):
            intake.send("medecin_traitant", letters.bundle())
    assert [row["state"] for row in intake.rows()] == ["received"]
    assert task_in(intake.send("medecin_traitant", letters.bundle()))
    assert [row["state"] for row in intake.rows()] == ["admitted"]


def test_i08_who_may_not_feed_a_source_leaves_nothing(intake):
    actor, raw = intake.actor("hosp_clinicien"), letters.bundle()
    for source, scopes, error in (
        ("cabinet-fhir", actor.scopes, Refused),
        ("nowhere", actor.scopes, NotFound),
        ("chu-hl7", ("system/Task.crus",), Refused),
    ):
        asking = intake.territory.actor("hosp_clinicien", scopes=scopes, sources=actor.sources)
        with pytest.raises(error):
            receive(intake.store, asking, source, "application/hl7-v2", raw, settings=intake.settings)
    assert intake.rows() == []


def test_a_replay_needs_a_dead_letter(intake):
    intake.send("medecin_traitant", letters.bundle())
    for mid in ("nothing", intake.rows()[0]["mid"]):
        with pytest.raises(NotFound):
            replay(intake.store, mid, intake.settings)


def test_an_identity_of_the_test_range_is_for_demos(intake, monkeypatch):
    raw = letters.ref(ins=letters.INS).replace(letters.INS_SYSTEM.encode(), b"1.2.250.1.213.1.4.10")
    monkeypatch.setitem(vars(intake.settings), "env", "production")
    answer = intake.send("hosp_clinicien", raw)
    assert b"MSA|AE|R-1" in answer.body
    assert intake.rows()[0]["cause"] == "ins-test@PID-3"
    monkeypatch.setitem(vars(intake.settings), "env", "demo")
    assert b"MSA|AA|R-1" in intake.send("hosp_clinicien", raw).body


def test_without_a_desk_a_demand_waits_as_a_dead_letter(intake):
    from hub.record.tables import party_role

    with intake.store.write() as connection:
        connection.execute(party_role.delete().where(party_role.c.role == "guichet"))
    assert intake.send("medecin_traitant", letters.bundle()).status == 409
    assert intake.rows()[0]["cause"] == "desk-missing"


def test_r05_a_message_again_is_refused_once_the_right_to_send_has_ended(intake):
    raw, source = letters.ref(), SOURCES["hosp_clinicien"]
    intake.send("hosp_clinicien", raw)
    allowed = intake.actor("hosp_clinicien")
    for asking in (replace(allowed, sources=()), replace(allowed, scopes=("system/Task.rs",))):
        with pytest.raises(Refused):
            receive(intake.store, asking, source, MEDIA[source], raw, settings=intake.settings)
    assert [row["state"] for row in intake.rows()] == ["admitted"]


def test_ac29_another_hospital_sees_nothing_of_a_referral(intake):
    """Neither by its reference nor in a list, as if there were none."""
    task = task_in(intake.send("hosp_clinicien", letters.ref()))
    whole = intake.whole(task)
    names = (task, whole["focus"]["reference"], whole["for"]["reference"])
    with intake.store.write() as connection:
        add_party(connection, "Organization/clinique", "hosp_clinicien", intake.store.now())
    sender = intake.territory.open("hosp_clinicien")
    other = intake.territory.open("hosp_clinicien", party="Organization/clinique")
    for name in names:
        kind = name.partition("/")[0]
        assert sender.read(name)
        assert name in [one.name for one in sender.search(kind, []).slices]
        refusals = []
        for asked in (name, f"{kind}/absent"):
            with pytest.raises(NotFound) as refusal:
                other.read(asked)
            refusals.append([(problem.code, problem.where) for problem in refusal.value.problems])
        assert refusals[0] == refusals[1]
        assert other.search(kind, []).slices == []
