"""What the queue and a demand say, in words: time left, who asks, who works on it. No request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from hub.desk.dossiers.lines import write_text
from hub.desk.formats import format_moment
from hub.triage.queue import QueueFile
from hub.triage.working_time import TimeLeft

FILES = {
    QueueFile.TO_TRIAGE: _l("À trier"),
    QueueFile.DUPLICATE: _l("Doublon possible"),
    QueueFile.INCOMPLETE: _l("À compléter"),
    QueueFile.WAITING: _l("En attente de réponse"),
    QueueFile.ASKED_AGAIN: _l("Relancées"),
    QueueFile.DECIDED: _l("Décidées"),
}
EMPTY = {
    QueueFile.TO_TRIAGE: (_l("Rien à trier."), _l("Les demandes reçues arrivent ici, les plus pressées d'abord.")),
    QueueFile.DUPLICATE: (
        _l("Aucun doublon possible."),
        _l("Une demande vient ici quand le dossier a peut-être déjà cette personne."),
    ),
    QueueFile.INCOMPLETE: (
        _l("Rien à compléter."),
        _l("Une demande vient ici quand il lui manque un fait, ou qu'on attend l'adresseur."),
    ),
    QueueFile.WAITING: (
        _l("Personne ne nous doit de réponse."),
        _l("Une demande vient ici quand un partenaire ou la personne doit répondre."),
    ),
    QueueFile.ASKED_AGAIN: (
        _l("Rien à relancer."),
        _l("Une demande vient ici quand une réponse attendue n'est pas venue."),
    ),
    QueueFile.DECIDED: (
        _l("Rien de décidé encore."),
        _l("Les demandes décidées restent ici, la plus récente d'abord."),
    ),
}
QUESTIONS = {
    "qui": _l("qui"),
    "quoi": _l("quoi"),
    "ou": _l("où"),
    "quand": _l("quand"),
    "comment": _l("comment"),
    "combien": _l("combien"),
    "pourquoi": _l("pourquoi"),
}


def describe_time_left(left: TimeLeft, zone: tzinfo) -> tuple[str, str, str]:
    """Return (urgency, words, limit): « Reste 4 h » under which stands « avant lun. 23, 14 h 40 »."""
    if left.is_paused:
        return "paused", str(gettext("Échéance arrêtée")), ""
    days, hours, minutes = left.split()
    if days:
        amount = ngettext("%(num)s jour", "%(num)s jours", days)
    elif hours:
        amount = str(gettext("%(hours)s h", hours=hours))
    else:
        amount = str(gettext("%(minutes)s min", minutes=minutes))
    limit = ""
    if left.limit is not None:
        limit = str(gettext("avant %(moment)s", moment=format_moment(read_moment(left.limit, zone), str(zone))))
    if left.is_late:
        return "late", str(gettext("En retard de %(amount)s", amount=amount)), ""
    return ("ample" if days else "soon"), str(gettext("Reste %(amount)s", amount=amount)), limit


def read_moment(microseconds: int, zone: tzinfo) -> datetime:
    """Return a time of the record in a zone."""
    return datetime.fromtimestamp(microseconds / 1_000_000, zone)


def get_reason(request: Mapping[str, Any]) -> str:
    """Return why the sender asks, in its own words; else what it asks for."""
    return write_text(request.get("reasonCode")) or write_text(request.get("code"))


def list_notes(request: Mapping[str, Any]) -> list[str]:
    """Return the notes of the demand."""
    return [str(note["text"]) for note in request.get("note", ()) if note.get("text")]
