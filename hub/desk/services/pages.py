"""`/annuaire`: the services of the territory, one of them, and the places that a service says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from fhir_profiles import codes
from hub.desk.kit import render_page
from hub.desk.services import words
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import Conflict, NotFound
from hub.domain.normalization.typed_dates import parse_day
from hub.fhir import loads
from hub.record.read.slice import Slice

HREF = "/annuaire"
_MOST = 500
_OLDEST = date(1970, 1, 1)


@dataclass(frozen=True)
class ServiceRow:
    """A service as the list shows it; `word` is what it said of its places, `said` when, in words."""

    href: str
    name: str
    kind: str
    what: str
    terms: str
    places: str
    said: str
    word: words.Word
    time: str = ""
    act: str = ""


def show_directory(visit: Visit) -> Response:
    """The services that fit what is asked for, first those with a place, then those whose word is freshest."""
    filters = {name: request.args.get(name, "").strip() for name in ("quoi", "commune")}
    only_free = request.args.get("places") == "oui"
    services = [_read(piece) for piece in _search(visit)]
    today = _read_today(visit)
    fitting = [service for service in services if words.has_words(service, " ".join(filters.values()))]
    rows = [_make_row(service, today) for service in fitting]
    visible_rows = [row for row in rows if row.word.has_place or not only_free]
    visible_rows.sort(key=lambda row: (not row.word.has_place, -(row.word.said or _OLDEST).toordinal(), row.name))
    return render_page(
        "annuaire.html",
        rows=visible_rows,
        wanted=filters,
        only_free=only_free,
        hidden=len(services) - len(visible_rows),
        total=len(services),
    )


def show_service(visit: Visit, service_id: str) -> Response:
    """One service; its own organisation finds there how to say its places."""
    return _render(visit, _find(visit, service_id))


def take_places(visit: Visit, service_id: str) -> Response:
    """Say how many places the service has; a page that shows another state is shown anew with what was typed."""
    piece = _find(visit, service_id)
    service = _read(piece)
    if not _is_own(visit, service):
        raise NotFound
    typed = {name: request.form.get(name, "").strip() for name in ("places", "nombre", "depuis", "mot")}
    count, errors = _read_count(typed, words.read_word(service, _read_today(visit)))
    try:
        since = parse_day(typed["depuis"]) if typed["depuis"] else ""
    except ValueError:
        since, errors["depuis"] = "", gettext("Indiquez un jour comme 14/12/2026, ou rien : dès aujourd'hui.")
    if errors or count is None:
        return _render(visit, piece, typed, errors, 422)
    try:
        visit.open_record().edit(
            piece.name, _say(service, count, since, typed["mot"]), request.form.get("version") or piece.version
        )
    except Conflict:
        errors = {
            "places": gettext(
                "Quelqu'un de votre service vient de le dire. Voici ce qui est dit ; redites-le s'il le faut."
            )
        }
        return _render(visit, _find(visit, service_id), typed, errors, 409)
    return redirect_to(f"{HREF}/{service_id}")


def _read_count(typed: Mapping[str, str], word: words.Word) -> tuple[int | None, dict[str, str]]:
    """Return the number of places that a form says: the same, full, or a number; and what is wrong."""
    if typed["places"] == "toujours" and word.count is not None:
        return word.count, {}
    if typed["places"] == "complet":
        return 0, {}
    if typed["nombre"].isascii() and typed["nombre"].isdigit() and len(typed["nombre"]) <= 3:
        return int(typed["nombre"]), {}
    return None, {"nombre": gettext("Indiquez un nombre de places, ou appuyez sur « Complet ».")}


def _say(service: dict[str, Any], count: int, since: str, comment: str) -> dict[str, Any]:
    urls = (codes.FREE_PLACES_EXTENSION, codes.FREE_PLACES_FROM_EXTENSION)
    extensions = [each for each in service.get("extension", ()) if each["url"] not in urls]
    extensions.append({"url": urls[0], "valueUnsignedInt": count})
    if since:
        extensions.append({"url": urls[1], "valueDate": since})
    changed = {**service, "extension": extensions}
    return (
        {**changed, "comment": comment}
        if comment
        else {name: value for name, value in changed.items() if name != "comment"}
    )


def _render(
    visit: Visit,
    piece: Slice,
    typed: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    service, today = _read(piece), _read_today(visit)
    word = words.read_word(service, today)
    details = [
        (gettext("Quoi"), ", ".join(words.list_kinds(service))),
        (gettext("Précisions"), service.get("extraDetails", "")),
        (gettext("Communes"), ", ".join(words.list_areas(service))),
        (gettext("Quand"), " · ".join(words.list_hours(service))),
        (gettext("Conditions"), " · ".join(words.list_terms(service))),
    ]
    return render_page(
        "service.html",
        status,
        row=_make_row(service, today),
        word=word,
        comment=service.get("comment", ""),
        details=[(name, text) for name, text in details if text],
        telecoms=[each["value"] for each in service.get("telecom", ()) if each.get("value")],
        is_own=_is_own(visit, service),
        version=piece.version,
        typed=typed or {"mot": service.get("comment", "")},
        errors=errors or {},
    )


def _make_row(service: Mapping[str, Any], today: date) -> ServiceRow:
    word = words.read_word(service, today)
    kinds = words.list_kinds(service)
    return ServiceRow(
        f"{HREF}/{service['id']}",
        service.get("name", "") or gettext("Service sans nom"),
        service.get("providedBy", {}).get("display", "") or ", ".join(kinds[:1]),
        " · ".join([*kinds, *words.list_areas(service)]),
        " · ".join(words.list_terms(service)) or gettext("non dit"),
        words.format_places(word, today),
        words.format_said(word, today),
        word,
    )


def _is_own(visit: Visit, service: Mapping[str, Any]) -> bool:
    return bool(service.get("providedBy", {}).get("reference") == visit.actor.party)


def _search(visit: Visit) -> list[Slice]:
    """Return the active services in the reader's slice."""
    return visit.open_record().search("HealthcareService", [("active", "true"), ("_count", str(_MOST))]).slices


def _find(visit: Visit, service_id: str) -> Slice:
    return visit.open_record().read(f"HealthcareService/{service_id}")


def _read(piece: Slice) -> dict[str, Any]:
    service: dict[str, Any] = loads(piece.body)
    return service


def _read_today(visit: Visit) -> date:
    return datetime.fromtimestamp(visit.store.now() // 1_000_000, load_territory().timezone).date()
