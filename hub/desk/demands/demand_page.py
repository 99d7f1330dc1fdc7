"""`/demandes/<Task id>`: a received demand as it was understood, what is missing, what it brought and is to be filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hub.administration.colleagues import name_agents
from hub.desk.demands.loading import LoadedDemand, load_demand
from hub.desk.demands.original import read_original
from hub.desk.demands.words import FILES, QUESTIONS, describe_time_left, get_reason, list_notes, read_moment
from hub.desk.dossiers.lines import format_fhir_date, make_line, write_text
from hub.desk.formats import format_moment
from hub.desk.kit import render_page
from hub.desk.persons import format_birth, format_patient_name, list_communes
from hub.desk.web.routes import redirect_to
from hub.desk.web.section_names import translate_section
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, HubError, Invalid, NotFound
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.fhir import loads
from hub.record.repository.desk import DeskRecord
from hub.record.repository.filing import FilingMixin, Receipt, UnfiledRow
from hub.triage.completeness import QUESTIONS as ALL_QUESTIONS
from hub.triage.completeness import measure_completeness
from hub.triage.desk_notes import list_presence, look
from hub.triage.queue import choose_file, find_time_left
from hub.triage.working_time import load_calendar

HREF = "/demandes"
_UNDO = "recu"
_PRIORITIES = {
    "stat": _l("tout de suite"),
    "urgent": _l("aujourd'hui"),
    "asap": _l("quelques jours"),
    "routine": _l("délai habituel"),
}


@dataclass(frozen=True)
class RowToFile:
    """What waits to be filed. `row`: its name; `section`: the proposal, `because` why."""

    row: str
    words: str
    origin: str
    section: str
    proposed: str
    because: str


def show_demand(visit: Visit, task_id: str) -> Response:
    """The demand; that its page is open is said to colleagues, and to nobody else."""
    return _render(visit, task_id)


def take_filing(visit: Visit, task_id: str) -> Response:
    """File one row, or take its filing back; what cannot be done is said where it was asked."""
    row, section = request.form.get("ligne", ""), request.form.get("volet", "")
    filing = FilingMixin(visit.store, visit.actor)
    task = f"Task/{task_id}"
    try:
        if section == _UNDO:
            filing.undo_filing(task, row)
        else:
            filing.file(task, row, section)
    except (Invalid, Conflict) as error:
        if error.problems[0].code == "file-filed":
            return redirect_to(f"{HREF}/{task_id}#classer")
        return _render(visit, task_id, {"volet": f"{get_text(error.problems[0].code, visit.language)}."}, 422)
    return redirect_to(f"{HREF}/{task_id}#classer")


def show_original(visit: Visit, task_id: str) -> Response:
    """The message as it came, for a role that opens originals while its organisation has the demand (`docs/parts.md` 27)."""
    if not load_roles()[visit.actor.role].reads_originals:
        raise NotFound
    record = visit.open_record()
    loaded = load_demand(DeskRecord(visit.store, visit.actor), task_id)
    names = [each["valueReference"]["reference"] for each in loaded.task.get("input", ()) if "valueReference" in each]
    documents = [name for name in names if name.startswith("DocumentReference/")]
    originals = []
    for document in _read_all(record, documents):
        for content in document.get("content", ()):
            url = str(content.get("attachment", {}).get("url", ""))
            if url.startswith("Binary/"):
                originals.append(read_original(loads(record.read(url).body)))
    if not originals:
        raise NotFound
    return render_page(
        "demande-originale.html",
        originals=originals,
        name=format_patient_name(loaded.patient),
        href=f"{HREF}/{task_id}",
    )


def _render(visit: Visit, task_id: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    record = DeskRecord(visit.store, visit.actor)
    loaded = load_demand(record, task_id)
    task, territory = loaded.demand.task, load_territory()
    zone, now = territory.timezone, visit.store.now()
    look(visit.store, record, task)
    presence = list_presence(record, [task])[task]
    names = name_agents(visit.store, {presence.taken_by, *presence.watchers})
    calendar = load_calendar()
    completeness = measure_completeness(loaded.request, loaded.patient)
    rows, receipts = _list_filing(visit, task)
    return render_page(
        "demande.html",
        status,
        href=f"{HREF}/{task_id}",
        name=format_patient_name(loaded.patient),
        birth=format_birth(loaded.patient.get("birthDate", ""), read_moment(now, zone).date()),
        communes=list_communes(loaded.patient),
        person_href=f"/personnes/{loaded.patient['id']}" if loaded.patient else "",
        file=FILES[choose_file(loaded.demand, now, calendar, territory.desk)],
        left=describe_time_left(find_time_left(loaded.demand, now, calendar, territory.desk), zone),
        facts=_list_facts(loaded),
        reason=get_reason(loaded.request),
        notes=list_notes(loaded.request),
        score=completeness.score,
        questions=len(ALL_QUESTIONS),
        missing=[str(QUESTIONS[each]) for each in completeness.missing],
        candidates=loaded.candidates,
        is_mine=presence.taken_by == (visit.actor.account or ""),
        taken_by=names.get(presence.taken_by, ""),
        watchers=[names[each] for each in presence.watchers if each in names],
        rows=rows,
        receipts=receipts,
        sections=_list_sections(),
        reads_originals=load_roles()[visit.actor.role].reads_originals,
        is_decided=loaded.demand.is_decided,
        errors=errors or {},
    )


def _list_facts(loaded: LoadedDemand) -> list[dict[str, str]]:
    """Return what was understood, in the order of a call; what nobody said is said to be missing."""
    ask, patient = loaded.request, loaded.patient
    phones = [each.get("value", "") for each in patient.get("telecom", ()) if each.get("system") == "phone"]
    lines = [line for address in patient.get("address", ()) for line in address.get("line", ())]
    facts = (
        (gettext("Demande reçue de"), write_text(loaded.sender.get("name"))),
        (gettext("Le"), format_fhir_date(str(loaded.task.get("authoredOn", "")))),
        (gettext("Ce qui est demandé"), write_text(ask.get("code"))),
        (gettext("Pourquoi"), write_text(ask.get("reasonCode"))),
        (gettext("Délai"), str(_PRIORITIES.get(str(ask.get("priority", "")), ""))),
        (gettext("Adresse"), ", ".join([*lines, *list_communes(patient)])),
        (gettext("Téléphone"), ", ".join(phones)),
    )
    return [{"term": term, "known": known, "detail": ""} for term, known in facts]


def _list_filing(visit: Visit, task: str) -> tuple[list[RowToFile], list[dict[str, Any]]]:
    """Return what waits to be filed, and what was filed; nothing for a role that does not file."""
    filing = FilingMixin(visit.store, visit.actor)
    try:
        waiting, receipts = filing.list_filing(task)
    except HubError:
        return [], []
    resources = {
        f"{each['resourceType']}/{each['id']}": each for each in _read_all(filing, [row.name for row in waiting])
    }
    zone = load_territory().timezone
    rows = [_describe_row(row, resources.get(row.name, {})) for row in waiting]
    return rows, [_describe_receipt(receipt, str(zone)) for receipt in receipts]


def _describe_row(row: UnfiledRow, resource: Mapping[str, Any]) -> RowToFile:
    line = make_line(resource, {}) if resource else None
    section = translate_section(load_sections()[row.section].french)
    because = (
        gettext("parce que « %(term)s » est dans la liste du territoire.", term=row.term)
        if row.term
        else gettext("d'après sa nature.")
    )
    origin = ", ".join(filter(None, (line.kind, line.when))) if line else ""
    return RowToFile(row.name, line.title if line else row.name, origin, row.section, section, because)


def _describe_receipt(receipt: Receipt, zone: str) -> dict[str, Any]:
    moment = format_moment(read_moment(receipt.at, load_territory().timezone), zone)
    return {"row": receipt.name, "section": translate_section(load_sections()[receipt.section].french), "when": moment}


def _list_sections() -> list[tuple[str, str]]:
    return [
        (entry.name, translate_section(entry.french))
        for entry in load_sections().all
        if entry.column and entry.name != "access-log"
    ]


def _read_all(record: Any, names: list[str]) -> list[dict[str, Any]]:
    """Return the resources of these names that the reader sees, by one search a type."""
    by_type: dict[str, list[str]] = {}
    for name in names:
        by_type.setdefault(name.partition("/")[0], []).append(name.partition("/")[2])
    pieces = [
        piece
        for kind, ids in sorted(by_type.items())
        for piece in record.search(kind, [("_id", ",".join(ids)), ("_count", "200")]).slices
    ]
    by_name = {piece.name: loads(piece.body) for piece in pieces}
    return [by_name[name] for name in names if name in by_name]
