"""What messages brought under older rules is carried along by `hub relabel` (`docs/parts.md` 27, 30)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select

from hub.domain.errors import NotFound
from hub.intake import admission
from hub.record.maintenance import relabel as relabelling
from hub.record.maintenance.relabel import relabel_all
from hub.record.repository.filing import FilingMixin
from hub.record.tables import part, resource, stake
from hub.slices import get_reference_rid
from tests.hub.intake.conftest import Intake, intake  # noqa: F401 - a fixture
from tests.hub.intake.test_filing import send

WORDS = "Schizophrénie paranoïde"
KNOWN = "R29.6"


@pytest.fixture
def former(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> Intake:  # noqa: F811 - the fixture above
    """A record whose messages were placed by type alone: words and unknown codes of a diagnosis are in `medical`."""
    with monkeypatch.context() as patch:
        patch.setattr(admission, "place_narrowly", lambda resource: resource)
        intake.task = send(intake, f"DG1|2|||{WORDS}", "DG1|3||58214004x^Autre^99LOCAL")  # type: ignore[attr-defined]
    intake.territory.pass_time()
    [person] = [name for name in intake.names("Patient") if "EXEMPLE" in str(intake.whole(name))]
    team = {"resourceType": "CareTeam", "id": "equipe", "status": "active", "subject": {"reference": person}}
    member = {"member": {"reference": "Organization/ssiad"}, "period": {"start": "2026-11-01"}}
    intake.territory.write(team | {"participant": [member]})
    intake.territory.pass_time()
    return intake


def find(record: Intake, words: str) -> str:
    return next(name for name in record.names("Condition") if words in str(record.whole(name)))


def can_read(record: Intake, role: str, name: str) -> bool:
    try:
        record.territory.open(role).read(name)
    except NotFound:
        return False
    return True


def read_versions(record: Intake, role: str) -> dict[str, str]:
    return {
        name: record.territory.open(role).read(name).version
        for resource_type in ("Condition", "ServiceRequest", "Patient", "Task", "DocumentReference")
        for name in record.names(resource_type)
        if can_read(record, role, name)
    }


def test_a_13_words_of_an_older_record_leave_the_medical_section(former: Intake) -> None:
    words, known = find(former, WORDS), find(former, KNOWN)
    assert can_read(former, "ssiad", words)
    ssiad, hospital = read_versions(former, "ssiad"), read_versions(former, "hosp_clinicien")
    steps: list[tuple[int, int]] = []
    relabel_all(former.store, lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] > 5
    former.territory.pass_time()
    assert not can_read(former, "ssiad", words)
    # Nothing is lost: its sender reads it, under a new version, for it names its section now; so does who files it.
    assert WORDS in former.territory.open("hosp_clinicien").read(words).body.decode()
    assert can_read(former, "guichet", words)
    now = read_versions(former, "hosp_clinicien")
    unknown = find(former, "Autre")
    # The Task refers to both, so that its references moved with them (rule 3).
    moved = {name for name, version in hospital.items() if now[name] != version}
    assert moved == {words, unknown, former.task}  # type: ignore[attr-defined]
    # And what has its section keeps its version.
    assert read_versions(former, "ssiad") == {k: v for k, v in ssiad.items() if k not in (words, unknown)}
    assert known in ssiad


def test_a_13_it_can_be_filed_then(former: Intake) -> None:
    words = find(former, WORDS)
    relabel_all(former.store)
    former.territory.pass_time()
    desk = FilingMixin(former.store, former.territory.actor("guichet"))
    rows, _ = desk.list_filing(former.task)  # type: ignore[attr-defined]
    assert (words, "psychiatric") in {(row.name, row.section) for row in rows}
    desk.file(former.task, words, "psychiatric")  # type: ignore[attr-defined]


def test_relabelling_again_changes_nothing(former: Intake) -> None:
    relabel_all(former.store)
    former.territory.pass_time()
    before = list_rows(former)
    relabel_all(former.store)
    assert list_rows(former) == before


def list_rows(record: Intake) -> list[Any]:
    with record.store.read() as connection:
        return [sorted(map(str, connection.execute(select(table)))) for table in (part, stake)]


def test_a_13_what_a_client_wrote_stays_where_it_is(former: Intake) -> None:
    name = former.territory.write(
        {
            "resourceType": "Condition",
            "id": "client",
            "subject": {"reference": "Patient/jeanne"},
            "code": {"text": "Asthénie"},
        }
    )
    former.territory.join_circle("ssiad")
    relabel_all(former.store)
    former.territory.pass_time()
    assert can_read(former, "ssiad", name)


def test_rule_30_a_demand_decided_before_hands_over_no_more(former: Intake) -> None:
    """As an older version left it: what the Task handed over goes on, and nothing waits by itself."""
    words, task = find(former, WORDS), former.task  # type: ignore[attr-defined]
    former.territory.change(task, status="accepted")
    former.territory.pass_time()
    message = former.names("DocumentReference")[0]
    with former.store.write() as connection:
        connection.execute(delete(stake).where(stake.c.kind == "to-file"))
        person = connection.scalar(select(resource.c.person).where(resource.c.rid == get_reference_rid(task)))
        row = {"kind": "handed", "party": "Organization/dac", "via": get_reference_rid(task), "person": person}
        connection.execute(
            insert(stake).values(row | {"rid": get_reference_rid(message), "since": former.store.now() - 1})
        )
    assert can_read(former, "guichet", message)
    relabel_all(former.store)
    former.territory.pass_time()
    assert not can_read(former, "guichet", message)
    assert can_read(former, "guichet", words)
    with former.store.read() as connection:
        waiting = connection.scalar(select(func.count()).select_from(stake).where(stake.c.kind == "to-file"))
    assert waiting >= 3


def test_a_13_put_back_is_noticed(former: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that came before stay where they were."""
    monkeypatch.setattr(relabelling, "select_unplaced", lambda unit, rows: {})
    with pytest.raises(AssertionError):
        test_a_13_words_of_an_older_record_leave_the_medical_section(former)
