"""`/demandes`: the queue of the desk, by the time that is left; one takes a demand, hands it back, filters by name."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.administration.colleagues import name_agents
from hub.desk.demands.loading import DECIDED, MOST_DECIDED, MOST_OPEN, OPEN, LoadedDemand, count_decided, load_demands
from hub.desk.demands.words import EMPTY, FILES, describe_time_left, get_reason, read_moment
from hub.desk.dossiers.lines import write_text
from hub.desk.formats import format_moment
from hub.desk.kit import render_page
from hub.desk.persons import format_birth, format_patient_name, list_communes
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import NotFound
from hub.domain.normalization.folding import fold
from hub.record.repository.desk import DeskRecord
from hub.triage.desk_notes import Presence, list_calls, list_presence, list_shift_notes
from hub.triage.queue import QueueFile, QueueRow, count_files, count_late, sort_queue
from hub.triage.working_time import load_calendar

HREF = "/demandes"


@dataclass(frozen=True)
class QueueLine:
    """A demand as the list shows it. `state`: `mine`, `other` or ""; `taken`: who works on it; `watcher`: who looks at it."""

    id: str
    href: str
    urgency: str
    left: str
    limit: str
    name: str
    about: str
    reason: str
    candidates: int
    sender: str
    received: str
    state: str
    taken: str
    watcher: str


def show_queue(visit: Visit) -> Response:
    """The file that is asked for, with the number of demands in each; the reader's slice, and nothing else, is counted."""
    return _render(visit, "")


def take_name(visit: Visit) -> Response:
    """The same, with only those whose person's name has these words; names travel in the body (`docs/parts.md` 41)."""
    return _render(visit, request.form.get("nom", "").strip())


def _render(visit: Visit, name_filter: str) -> Response:
    try:
        file = QueueFile(request.args.get("file", QueueFile.TO_TRIAGE.value))
    except ValueError:
        raise NotFound from None
    owner_filter = request.args.get("qui", "")
    record = DeskRecord(visit.store, visit.actor)
    territory = load_territory()
    now, calendar = visit.store.now(), load_calendar()
    loaded, has_more = load_demands(record, OPEN, MOST_OPEN)
    by_task = {each.demand.task: each for each in loaded}
    rows = sort_queue((each.demand for each in loaded), now, calendar, territory.desk)
    counts, late = count_files(rows), count_late(rows)
    counts[QueueFile.DECIDED] += count_decided(record)
    if file is QueueFile.DECIDED:
        decided, _ = load_demands(record, DECIDED, MOST_DECIDED)
        by_task |= {each.demand.task: each for each in decided}
        rows += sort_queue((each.demand for each in decided), now, calendar, territory.desk)
    file_rows = [row for row in rows if row.file is file]
    presence = list_presence(record, [row.demand.task for row in file_rows])
    names = name_agents(
        visit.store, {account for each in presence.values() for account in (each.taken_by, *each.watchers)}
    )
    reader = _Reader(visit.actor.account or "", names, territory.timezone, now)
    lines = [reader.describe(by_task[row.demand.task], row, presence[row.demand.task]) for row in file_rows]
    fitting = [line for line in lines if _fits(line, name_filter, owner_filter)]
    return render_page(
        "file.html",
        file=file,
        tabs=[
            {
                "words": words,
                "href": f"{HREF}?file={each.value}",
                "current": each is file,
                "number": counts[each],
                "late": late[each],
            }
            for each, words in FILES.items()
        ],
        title=FILES[file],
        empty=EMPTY[file],
        lines=fitting,
        hidden=len(lines) - len(fitting),
        wanted=name_filter,
        whose=owner_filter,
        here=f"{HREF}?file={file.value}",
        moment=read_moment(now, territory.timezone),
        has_more=has_more,
        calls=[call.content for call in list_calls(record)[:5]],
        notes=[note.content["text"] for note in list_shift_notes(record)[-3:]],
    )


def _fits(line: QueueLine, name_filter: str, owner_filter: str) -> bool:
    words = fold(line.name).split()
    is_named = all(any(word.startswith(each) for word in words) for each in fold(name_filter).split())
    return is_named and (owner_filter != "moi" or line.state == "mine")


@dataclass(frozen=True)
class _Reader:
    """Who reads the queue: the account, the names of her colleagues by account, the zone and time of the page."""

    account: str
    names: dict[str, str]
    zone: ZoneInfo
    now: int

    def describe(self, loaded: LoadedDemand, row: QueueRow, presence: Presence) -> QueueLine:
        """Return a demand as the list shows it."""
        urgency, left, limit = describe_time_left(row.time_left, self.zone)
        if row.file is QueueFile.DECIDED:
            urgency, left, limit = "paused", str(gettext("Gardée") if loaded.held else gettext("Décidée")), ""
        patient = loaded.patient
        born = format_birth(patient.get("birthDate", ""), read_moment(self.now, self.zone).date())
        task_id = row.demand.task.partition("/")[2]
        return QueueLine(
            task_id,
            f"{HREF}/{task_id}",
            urgency,
            left,
            limit,
            format_patient_name(patient),
            " · ".join(filter(None, (born, *list_communes(patient)[:1]))),
            get_reason(loaded.request),
            loaded.candidates,
            write_text(loaded.sender.get("name")) or str(loaded.task.get("requester", {}).get("display", "")),
            format_moment(read_moment(row.demand.received, self.zone), str(self.zone)),
            "mine" if presence.taken_by == self.account else "other" if presence.taken_by else "",
            self.names.get(presence.taken_by, ""),
            ", ".join(filter(None, (self.names.get(watcher, "") for watcher in presence.watchers))),
        )
