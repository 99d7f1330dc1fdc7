"""A table of demands: each row is a message of its own, with its own key and its own transaction, so that a bad row never
stops the others (domain.md §5.6). The file is kept once; a row's document is that row alone, under the file's header, for
the other rows speak of other persons.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from adapters.social.answer import RowResult, answer_rows
from adapters.social.columns import fold
from adapters.social.csv import Row, read
from adapters.social.table import Table, table
from adapters.sources import Source
from hub.domain.errors import HubError, Invalid
from hub.domain.referral import Referral
from hub.intake.answers import Answer, Fault, status_of
from hub.intake.faults import note
from hub.intake.making import Maker
from hub.record.admission import inbox
from hub.record.admission.admit import Unavailable, admit
from hub.record.admission.inbox import Kept, Said
from hub.record.db.store import Store

JSON = "application/json"


def receive_rows(store: Store, source: Source, kept: Kept, demo: bool) -> Answer:
    """Admit the rows of the file `kept` one by one. 200 when one was accepted or is there already, 422 when none was;
    400 or 422 when the file as a whole is refused."""
    try:
        rows = read(kept.raw, source)
        sheet = table(kept.raw, {fold(header) for header in source.columns.values()})
    except HubError as error:
        said = _said(answer_rows([RowResult(0, "refused", problems=error.problems)]))
        inbox.bury(store, kept, str(error), said)
        return Answer(status_of(error), said.body, JSON, problems=error.problems)
    alone = _alone(sheet, rows)
    results = [_Door(store, kept.part(row.number, alone[row.number]), demo).receive(row) for row in rows]
    said = _said(answer_rows(results))
    inbox.close(store, kept, said)
    tasks, problems = sum(1 for one in results if one.task), tuple(p for one in results for p in one.problems)
    return Answer(200 if tasks else 422, said.body, JSON, tasks=tasks, problems=problems)


def _said(answer: dict[str, object]) -> Said:
    return Said(msgspec.json.encode(answer), JSON)


def _alone(sheet: Table, rows: Iterable[Row]) -> dict[int, bytes]:
    """Each row as a file of its own: header and record, in UTF-8, comma-separated. A record that cannot be read is its
    number, for its bytes stay in the file."""
    cells = {record.number: record.cells for record in sheet.records}
    return {row.number: _file(sheet.header, cells[row.number] or [str(row.number)]) for row in rows}


def _file(*lines: list[str]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(lines)
    return written.getvalue().encode()


@dataclass(frozen=True)
class _Door:
    store: Store
    kept: Kept
    demo: bool

    def receive(self, row: Row) -> RowResult:
        """Admit one row, or bury it with its cause."""
        if not isinstance(row.outcome, Referral):
            return self._refuse(row, Invalid(*row.outcome))
        referral, maker = row.outcome, Maker("csv", self.kept, self.demo)
        try:
            done = admit(self.store, self.kept, referral.header.message_id, lambda lookup: maker.make(referral, lookup))
        except Unavailable:
            raise
        except HubError as error:
            return self._refuse(row, error)
        except Exception as fault:
            note(fault)
            return self._refuse(row, Fault())
        return RowResult(row.number, "duplicate" if done.repeated else "accepted", done.said.task)

    def _refuse(self, row: Row, error: HubError) -> RowResult:
        result = RowResult(row.number, "refused", problems=error.problems)
        inbox.bury(self.store, self.kept, str(error), _said(answer_rows([result])))
        return result
