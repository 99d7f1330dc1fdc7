"""Who holds the intake Task files what came with it (`docs/parts.md` 27, 30)."""

import pytest

from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.fhir import loads
from hub.record.repository.filing import UNDO_SPAN, FilingMixin
from hub.record.write import filing
from tests.hub.intake import letters
from tests.hub.intake.conftest import task_in
from tests.hub.intake.test_narrow import SENDER


def send(intake, *segments):
    """Send a referral with more segments; its Task."""
    more = b"".join(segment.encode() + b"\r" for segment in segments)
    return task_in(intake.send(SENDER, letters.ref().replace(b"NTE|1", more + b"NTE|1")))


def open_filing(intake, role="guichet"):
    return FilingMixin(intake.store, intake.territory.actor(role))


def list_conditions(intake):
    return {name: intake.whole(name) for name in intake.names("Condition")}


def test_a_13_words_are_proposed_with_the_reason_and_filed(intake):
    task = send(intake, "DG1|2|||Schizophrénie paranoïde")
    desk = open_filing(intake)
    rows, receipts = desk.list_filing(task)
    proposals = {row.name: (row.section, row.term) for row in rows}
    [row] = [name for name, (_, term) in proposals.items() if term]
    assert (proposals[row], receipts) == (("psychiatric", "schizo"), [])
    sent = intake.territory.open(SENDER).read(row)
    before = set(list_conditions(intake))
    receipt = desk.file(task, row, "psychiatric")
    assert (receipt.name, receipt.section, receipt.party, receipt.role) == (
        row,
        "psychiatric",
        "Organization/dac",
        "guichet",
    )
    # What was sent stays with its sender, bytes and version; the copy is the section's own.
    assert intake.territory.open(SENDER).read(row) == sent
    [copy] = set(list_conditions(intake)) - before
    for role in (SENDER, "guichet"):
        with pytest.raises(NotFound):
            intake.territory.open(role).read(copy)
    with pytest.raises(NotFound):
        intake.territory.open("guichet").read(row)
    assert [row.name for row in desk.list_filing(task)[1]] == [receipt.name]
    with pytest.raises(Conflict, match="file-filed"):
        desk.file(task, row, "medical")


def test_a_13_a_filing_is_taken_back(intake):
    task = send(intake, "DG1|2|||Fracture du poignet")
    desk = open_filing(intake)
    rows, _ = desk.list_filing(task)
    row = next(row.name for row in rows if "Fracture" in str(intake.whole(row.name)))
    before = set(list_conditions(intake))
    desk.file(task, row, "medical")
    [copy] = set(list_conditions(intake)) - before
    intake.territory.pass_time()
    desk.undo_filing(task, row)
    assert intake.whole(copy)["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert row in {unfiled.name for unfiled in desk.list_filing(task)[0]}
    intake.territory.pass_time()
    desk.file(task, row, "autonomy")
    intake.territory.change(task, status="completed")
    intake.territory.pass_time(UNDO_SPAN + 1)
    with pytest.raises(Conflict, match="file-undo-late"):
        desk.undo_filing(task, row)


def test_a_13_nobody_else_files_and_nothing_else_is_filed(intake):
    task = send(intake, "DG1|2|||Fracture du poignet")
    row = open_filing(intake).list_filing(task)[0][0].name
    with pytest.raises((Refused, Invalid)):
        open_filing(intake, SENDER).file(task, row, "medical")
    with pytest.raises(Invalid, match="section-unknown"):
        open_filing(intake).file(task, row, "received")
    document = next(name for name in intake.names("DocumentReference"))
    with pytest.raises(Invalid, match="file-row"):
        open_filing(intake).file(task, document, "medical")


def test_a_13_a_copy_of_the_sender_is_noticed(intake, monkeypatch):
    """A copy that has the sender for author is opened by its stake."""
    whole = filing.copy_into

    def copy(unit, original, section):
        create = unit.create
        monkeypatch.setattr(unit, "create", lambda resource, by: create(resource, "Organization/chu"))
        return whole(unit, original, section)

    monkeypatch.setattr("hub.record.repository.filing.copy_into", copy)
    with pytest.raises(pytest.fail.Exception):
        test_a_13_words_are_proposed_with_the_reason_and_filed(intake)


def test_the_rows_are_told_over_http(intake):
    from hub.api.operations import filing as operation

    row = operation._build_row(open_filing(intake).list_filing(send(intake, "DG1|2|||Sevrage éthylique"))[0][-1])
    assert loads(operation._write([row]))["parameter"][0]["name"] == "unfiled"
