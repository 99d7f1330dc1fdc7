"""A Patient in words, as far as the reader's slice has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from hub.desk.formats import format_day, format_month
from hub.domain.normalization.typed_dates import get_age

Json = Mapping[str, Any]


def format_patient_name(patient: Json) -> str:
    """Return the usual name, else the first one: « Basile THÉORIQUE »; « Personne sans nom » where there is none."""
    names = patient.get("name", ())
    name = next((each for each in names if each.get("use") == "usual"), names[0] if names else {})
    words = [*name.get("prefix", ()), *name.get("given", ())[:1], str(name.get("family", "")).upper()]
    return " ".join(filter(None, words)) or name.get("text", "") or gettext("Personne sans nom")


def format_birth(birth_date: str, today: date) -> str:
    """Return a FHIR birth date with the age, as precise as it is: « 14 juin 1947, 79 ans »; "" for none."""
    if not birth_date:
        return ""
    years = get_age(birth_date, today) or 0
    if len(birth_date) == 10:
        day = format_day(date.fromisoformat(birth_date))
        return f"{day}, {ngettext('%(num)s an', '%(num)s ans', years)}"
    words = birth_date if len(birth_date) == 4 else format_month(date.fromisoformat(f"{birth_date}-01"))
    about: str = gettext("%(date)s, environ %(years)s ans", date=words, years=years)
    return about


def list_communes(patient: Json) -> list[str]:
    """Return the towns of the addresses."""
    return [address["city"] for address in patient.get("address", ()) if address.get("city")]
