"""`/personnes/<id>` and `/recherche`: one address for every role; the page is made of the reader's slice and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.desk.dossiers.lines import group_lines
from hub.desk.kit import render_page
from hub.desk.persons import format_birth, format_patient_name, list_communes
from hub.desk.web.routes import redirect_to
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit
from hub.domain.errors import Invalid, NotFound, Refused
from hub.domain.normalization.folding import fold
from hub.domain.normalization.typed_dates import parse_birth_date
from hub.fhir import loads
from hub.record.read.slice import Slice

HREF = "/personnes"
_MOST_LINES, _MOST_PERSONS, _LETTERS = "200", 20, 2


@dataclass(frozen=True)
class FoundPerson:
    """A person of the search as the list shows her."""

    href: str
    name: str
    birth: str
    commune: str


def show_record(visit: Visit, patient_id: str) -> Response:
    """The record of a person as the reader's role sees it. NotFound where the reader does not see her."""
    cursor = request.args.get("suite") or None
    try:
        page = visit.open_record().everything(f"Patient/{patient_id}", [("_count", _MOST_LINES)], cursor=cursor)
    except Invalid:
        raise NotFound from None
    resources = [_read(piece) for piece in page.slices]
    directory = {f"{entry['resourceType']}/{entry['id']}": entry for entry in map(_read, page.included)}
    patient = next((each for each in resources if each["resourceType"] == "Patient"), None)
    if patient is None:
        patient = _read(visit.open_record().read(f"Patient/{patient_id}"))
    return render_page(
        "dossier.html",
        name=format_patient_name(patient),
        birth=format_birth(patient.get("birthDate", ""), _read_today(visit)),
        traits=_list_traits(patient),
        groups=group_lines((each for each in resources if each["resourceType"] != "Patient"), directory),
        older=f"{HREF}/{patient_id}?suite={page.next}" if page.next else "",
    )


def show_search(_visit: Visit) -> Response:
    """Lead a GET, as after signing in again, to the first page: what was searched for is in no address."""
    return redirect_to("/")


def take_search(visit: Visit) -> Response:
    """The persons whom the reader sees and whose name begins so, or who were born on this day."""
    query = request.form.get("q", "").strip()
    try:
        pieces = _search(visit, query)
    except Refused:
        raise NotFound from None
    today = _read_today(visit)
    return render_page("recherche.html", wanted=query, persons=[_describe(_read(piece), today) for piece in pieces])


def _search(visit: Visit, query: str) -> list[Slice]:
    record = visit.open_record()
    words = fold(query).split()
    if not words or len(max(words, key=len)) < _LETTERS:
        return []
    try:
        day = parse_birth_date(query, _read_today(visit))
    except ValueError:
        day = ""
    criteria = [("birthdate", day)] if day else [("name", word) for word in words[:4]]
    return record.search("Patient", [*criteria, ("_count", str(_MOST_PERSONS))]).slices


def _describe(patient: Mapping[str, Any], today: date) -> FoundPerson:
    return FoundPerson(
        f"{HREF}/{patient['id']}",
        format_patient_name(patient),
        format_birth(patient.get("birthDate", ""), today),
        ", ".join(list_communes(patient)[:1]),
    )


def _list_traits(patient: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what the band says of the person, as far as the slice has it."""
    official = next((name.get("family", "") for name in patient.get("name", ()) if name.get("use") == "official"), "")
    home: Mapping[str, Any] = next(iter(patient.get("address", ())), {})
    phones = [each["value"] for each in patient.get("telecom", ()) if each.get("system") == "phone" and "value" in each]
    genders = {"female": gettext("féminin"), "male": gettext("masculin")}
    traits = (
        (gettext("Nom de naissance"), official, ""),
        (gettext("Sexe"), genders.get(patient.get("gender", ""), ""), ""),
        (
            gettext("Habite"),
            " ".join(filter(None, (home.get("city"), home.get("postalCode")))),
            ", ".join(home.get("line", ())),
        ),
        (gettext("Téléphone"), ", ".join(phones), ""),
    )
    return [{"term": term, "words": words, "detail": detail} for term, words, detail in traits if words]


def _read(piece: Slice) -> dict[str, Any]:
    resource: dict[str, Any] = loads(piece.body)
    return resource


def _read_today(visit: Visit) -> date:
    return datetime.fromtimestamp(visit.store.now() // 1_000_000, load_territory().timezone).date()
