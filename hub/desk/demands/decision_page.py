"""`/demandes/<Task id>/decision`: criteria, choices, what will happen and who is told; held, sent, undone, taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hub.desk.demands.loading import LoadedDemand, load_demand
from hub.desk.demands.words import get_reason, read_moment
from hub.desk.dossiers.lines import write_text
from hub.desk.formats import format_time
from hub.desk.kit import render_page
from hub.desk.persons import format_patient_name
from hub.desk.services.words import list_kinds
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.desk.criteria import ANSWERS, load_criteria
from hub.domain.desk.decisions import CriterionAnswer, Decision, DecisionKind
from hub.domain.errors import Conflict, HubError, Invalid, NotFound
from hub.domain.messages import get_text
from hub.fhir import loads
from hub.record.repository.desk import DeskRecord
from hub.triage.decision import Consequence, decide, list_choices, preview, send_now

HREF = "/demandes"
_TEXTS = ("decision", "gestionnaire", "rang", "motif", "question", "texte_adresseur", "texte_personne", "raison_rang")
_HAPPENS = {
    "asked": _l("La question part à %(party)s."),
    "clock-stops": _l("L'échéance s'arrête jusqu'à la réponse."),
    "task-waits": _l("L'adresseur voit que la demande attend une réponse."),
    "task-refused": _l("L'adresseur voit le refus et son motif."),
    "sender-reads": _l("L'adresseur lit votre texte."),
    "person-reads": _l("La personne lira, si elle le demande, le texte écrit pour elle."),
    "task-accepted": _l("L'adresseur voit que sa demande est acceptée."),
    "service-asked": _l("Chaque service choisi reçoit une demande, et répond."),
    "waiting-list": _l("La personne entre en liste d'attente, avec son rang et sa raison."),
    "manager-follows": _l("La gestionnaire choisie devient sa référente."),
}


@dataclass(frozen=True)
class ServiceChoice:
    """A HealthcareService or an Organization that can be asked. `party`: the Organization that answers."""

    id: str
    name: str
    party: str


@dataclass(frozen=True)
class DecisionForm:
    """What was typed: texts by field, services, and the answer and evidence to each criterion."""

    typed: Mapping[str, str]
    services: Sequence[str]
    answers: Mapping[str, str]
    evidence: Mapping[str, str]

    def build(self, providers: Mapping[str, str]) -> Decision:
        """Return the decision. `providers`: the Organization of each service that can be chosen. Invalid: no kind is chosen."""
        try:
            kind = DecisionKind(self.typed["decision"])
        except ValueError:
            raise Invalid("required-missing", where="decision") from None
        criteria = tuple(
            CriterionAnswer(name, answer, self.evidence[name]) for name, answer in self.answers.items() if answer
        )
        chosen = tuple(dict.fromkeys(providers[each] for each in self.services if each in providers))
        manager = self.typed["gestionnaire"]
        rank = self.typed["rang"]
        return Decision(
            kind,
            manager=f"Practitioner/{manager}" if manager and kind is DecisionKind.ACCEPT else "",
            rank=int(rank) if rank.isascii() and rank.isdigit() and not manager and kind is DecisionKind.ACCEPT else 0,
            services=chosen if kind is DecisionKind.ORIENT else (),
            question=self.typed["question"] if kind is DecisionKind.ASK else "",
            reason=self.typed["motif"] if kind is DecisionKind.REFUSE else self.typed["raison_rang"],
            text_sender=self.typed["texte_adresseur"],
            text_person=self.typed["texte_personne"],
            criteria=criteria,
        )


def show_decision(visit: Visit, task_id: str) -> Response:
    """The form of the decision; a decision that is held, with what will leave; a refusal, with the way to take it up again."""
    return _render(visit, task_id, _read_form())


def take_decision(visit: Visit, task_id: str) -> Response:
    """Hold the decision, or send at once the one that is held. What is missing is named, what was typed stays."""
    record = DeskRecord(visit.store, visit.actor)
    loaded = load_demand(record, task_id)
    if (
        request.form.get("suite") == "envoyer-maintenant"
        and loaded.held is not None
        and not request.form.get("decision")
    ):
        return _send(visit, record, loaded, task_id)
    form = _read_form()
    version = request.form.get("version") or record.read(loaded.demand.task).version
    try:
        decide(
            record,
            loaded.demand.task,
            version,
            form.build({each.id: each.party for each in _load_choices(record)}),
            demo=visit.settings.demo,
        )
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _render(visit, task_id, form, _explain(error, visit.language), status)
    if request.form.get("suite") == "suivante":
        return redirect_to(HREF)
    return redirect_to(f"{HREF}/{task_id}" if visit.settings.demo else f"{HREF}/{task_id}/decision")


def take_undo(visit: Visit, task_id: str) -> Response:
    """Forget the decision that is held: nothing left, nothing remains."""
    record = DeskRecord(visit.store, visit.actor)
    loaded = load_demand(record, task_id)
    if loaded.held is None:
        return redirect_to(f"{HREF}/{task_id}")
    try:
        record.undo(loaded.held)
    except Conflict as error:
        return _render(visit, task_id, _read_form(), _explain(error, visit.language), 409)
    return redirect_to(f"{HREF}/{task_id}/decision")


def take_resumption(visit: Visit, task_id: str) -> Response:
    """Take up a refused demand again, with a reason: a sequel that the sender sees (`docs/parts.md` 40)."""
    record = DeskRecord(visit.store, visit.actor)
    reason = request.form.get("motif", "").strip()
    try:
        if not reason:
            raise Invalid("required-missing", where="motif")
        name = record.resume(f"Task/{task_id}", reason)
    except (Invalid, Conflict) as error:
        return _render(visit, task_id, _read_form(), _explain(error, visit.language), 422)
    return redirect_to(f"{HREF}/{name.partition('/')[2]}")


def _send(visit: Visit, record: DeskRecord, loaded: LoadedDemand, task_id: str) -> Response:
    assert loaded.held is not None  # the caller found it held
    try:
        send_now(visit.store, record, loaded.held)
    except NotFound:
        raise
    except HubError as error:
        return _render(visit, task_id, _read_form(), _explain(error, visit.language), 409)
    return redirect_to(f"{HREF}/{task_id}")


def _read_form() -> DecisionForm:
    criteria = [criterion.id for criterion in load_criteria().criteria]
    answers = {name: request.form.get(f"critere_{name}", "") for name in criteria}
    return DecisionForm(
        {name: request.form.get(name, "").strip() for name in _TEXTS},
        request.form.getlist("service"),
        {name: answer if answer in ANSWERS else "" for name, answer in answers.items()},
        {name: request.form.get(f"preuve_{name}", "").strip()[:500] for name in criteria},
    )


def _render(
    visit: Visit, task_id: str, form: DecisionForm, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    record = DeskRecord(visit.store, visit.actor)
    loaded = load_demand(record, task_id)
    version = record.read(loaded.demand.task).version
    pending = loaded.held
    zone = load_territory().timezone
    table = load_criteria()
    return render_page(
        "decision.html",
        status,
        href=f"{HREF}/{task_id}",
        name=format_patient_name(loaded.patient),
        reason=get_reason(loaded.request),
        version=version,
        form=form,
        errors=errors or {},
        criteria=[
            {"id": each.id, "words": each.title, "answer": form.answers[each.id], "evidence": form.evidence[each.id]}
            for each in table.criteria
        ],
        reasons=[(each.code, each.label) for each in table.reasons],
        managers=list_choices(record) if pending is None else [],
        services=_load_choices(record) if pending is None else [],
        consequences={kind.value: _describe(Decision(kind), loaded) for kind in DecisionKind},
        held=pending,
        until=format_time(read_moment(pending.due, zone), str(zone)) if pending else "",
        will_happen=_describe(pending.decision, loaded) if pending else [],
        is_refused=loaded.task.get("status") == "rejected",
        is_decided=loaded.demand.is_decided,
    )


def _describe(decision: Decision, loaded: LoadedDemand) -> list[str]:
    """Return what will happen, one sentence each; it names only parties that the author sees."""
    return [_say(each, loaded) for each in preview(decision, dict(loaded.task))]


def _say(consequence: Consequence, loaded: LoadedDemand) -> str:
    sender = write_text(loaded.sender.get("name")) or gettext("l'adresseur")
    words = str(_HAPPENS[consequence.code]).replace("%(party)s", str(sender))
    return f"{words} « {consequence.text} »" if consequence.text else words


def _load_choices(record: DeskRecord) -> list[ServiceChoice]:
    """Return the services, and the organisations, of the directory that can be asked, as the author sees it. Two searches."""
    pieces = [
        record.search(kind, [("active", "true"), ("_count", "200")]).slices
        for kind in ("HealthcareService", "Organization")
    ]
    services, organisations = ([loads(piece.body) for piece in pieces] for pieces in pieces)
    choices = [
        ServiceChoice(each["id"], _name_service(each), str(each["providedBy"]["reference"]))
        for each in services
        if each.get("providedBy", {}).get("reference")
    ]
    choices += [
        ServiceChoice(each["id"], write_text(each["name"]), f"Organization/{each['id']}")
        for each in organisations
        if each.get("name")
    ]
    return sorted((each for each in choices if each.party != record.actor.party), key=lambda choice: choice.name)


def _name_service(service: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (service.get("name", ""), ", ".join(list_kinds(dict(service))[:1]))))


def _explain(error: HubError, language: str) -> dict[str, str]:
    return {problem.where or "decision": f"{get_text(problem.code, language)}." for problem in error.problems}
