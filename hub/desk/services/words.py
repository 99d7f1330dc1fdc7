"""A HealthcareService in words: what it does, its places, and how fresh its word is. No request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext

from fhir_profiles import codes
from hub.desk.formats import format_day
from hub.domain.normalization.folding import fold

Json = Mapping[str, Any]

# A word of more than three months is to be verified, of more than nine it is not known any more.
TO_VERIFY, UNKNOWN = 91, 274
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}


@dataclass(frozen=True)
class Word:
    """What a service said of its places. `count`: None where it never did; `since`: the day from which it has them, or None;
    `said`: the day of its word, or None. `sign`: `ok`, `soon` (to be verified) or `late` (not known any more)."""

    count: int | None
    since: date | None
    said: date | None
    sign: str

    @property
    def has_place(self) -> bool:
        """Whether it said a place, and not too long ago."""
        return bool(self.count) and self.sign != "late"


def read_word(service: Json, today: date) -> Word:
    """Return what the service said of its places."""
    values = {each["url"]: each for each in service.get("extension", ())}
    count = values.get(codes.FREE_PLACES_EXTENSION, {}).get("valueUnsignedInt")
    since = values.get(codes.FREE_PLACES_FROM_EXTENSION, {}).get("valueDate", "")
    said_on = _read_day(values.get(codes.FREE_PLACES_SAID_EXTENSION, {}).get("valueDateTime", ""))
    age = (today - said_on).days if said_on else UNKNOWN + 1
    sign = "late" if age > UNKNOWN else "soon" if age > TO_VERIFY else "ok"
    return Word(None if count is None else int(count), _read_day(since), said_on, sign)


def _read_day(text: str) -> date | None:
    return datetime.fromisoformat(text).date() if len(text) >= 10 else None


def format_places(word: Word, today: date) -> str:
    """Return « 2 places », « complet », « 1 place dès le 7 déc. 2026 », « on ne sait pas »."""
    if word.count is None or word.sign == "late":
        return str(gettext("on ne sait pas") if word.count is None else gettext("on ne sait plus"))
    if word.count == 0:
        return str(gettext("complet"))
    places = ngettext("%(num)s place", "%(num)s places", word.count)
    if word.since and word.since > today:
        return str(gettext("%(places)s dès le %(day)s", places=places, day=format_day(word.since)))
    return str(places)


def format_said(word: Word, today: date) -> str:
    """Return « dit aujourd'hui », « dit il y a 7 j », « dit il y a 5 mois, à vérifier », « jamais dit »."""
    if word.said is None:
        return str(gettext("jamais dit"))
    age = (today - word.said).days
    if age <= 0:
        return str(gettext("dit aujourd'hui"))
    if word.sign == "ok":
        return str(gettext("dit il y a %(days)s j", days=age))
    months = ngettext("dit il y a %(num)s mois", "dit il y a %(num)s mois", age // 30)
    return str(gettext("%(said)s, à vérifier", said=months)) if word.sign == "soon" else str(months)


def list_kinds(service: Json) -> list[str]:
    """Return what the service is and does: words of type, category and specialty."""
    concepts = [*service.get("type", ()), *service.get("category", ()), *service.get("specialty", ())]
    words = (
        each.get("text") or next((c["display"] for c in each.get("coding", ()) if "display" in c), "")
        for each in concepts
    )
    return list(dict.fromkeys(filter(None, words)))


def list_terms(service: Json) -> list[str]:
    """Return the conditions: whom it takes, and whether one needs an appointment."""
    terms = [each["code"]["text"] for each in service.get("eligibility", ()) if each.get("code", {}).get("text")]
    terms += [each["comment"] for each in service.get("eligibility", ()) if each.get("comment")]
    return [*terms, gettext("sur rendez-vous")] if service.get("appointmentRequired") else terms


def list_areas(service: Json) -> list[str]:
    """Return the names of the areas that it covers."""
    return [area["display"] for area in service.get("coverageArea", ()) if area.get("display")]


def list_hours(service: Json) -> list[str]:
    """Return the opening hours, one sentence each."""
    return [" ".join(_describe_hours(each)) for each in service.get("availableTime", ())]


def _describe_hours(times: Json) -> Iterator[str]:
    names = [
        gettext("lun."),
        gettext("mar."),
        gettext("mer."),
        gettext("jeu."),
        gettext("ven."),
        gettext("sam."),
        gettext("dim."),
    ]
    yield ", ".join(names[_DAYS[day]] for day in times.get("daysOfWeek", ()) if day in _DAYS) or gettext(
        "tous les jours"
    )
    if times.get("availableStartTime"):
        yield f"{times['availableStartTime'][:5]}–{times.get('availableEndTime', '')[:5]}"


def has_words(service: Json, query: str) -> bool:
    """Return whether every word of `query` begins a word of the service: its name, kinds, areas, conditions, comment."""
    texts = (service.get("name", ""), service.get("comment", ""), service.get("extraDetails", ""))
    words = fold(" ".join((*texts, *list_kinds(service), *list_areas(service), *list_terms(service)))).split()
    return all(any(word.startswith(each) for word in words) for each in fold(query).split())
