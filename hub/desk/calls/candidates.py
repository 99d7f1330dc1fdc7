"""« Déjà connue ? »: whom the agent sees who may be the person on the telephone, with the reasons in words.

Only Patients that the agent sees are compared, by the same folds as a search, so that nothing is told of anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.desk.calls.form import CallForm
from hub.desk.persons import format_birth, format_patient_name, list_communes
from hub.domain.matching import Traits, score
from hub.domain.messages import get_text
from hub.domain.normalization.folding import fold
from hub.domain.normalization.phones import parse_phone
from hub.fhir import loads
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice
from hub.record.repository.record import Record

MOST = 8
_LETTERS = 3
_AGAINST = frozenset({"match-other-birth-date", "match-other-gender"})


@dataclass(frozen=True)
class KnownPerson:
    """A candidate as the page shows it. `reasons` speak for the person, `against` against."""

    id: str
    href: str
    name: str
    detail: str
    reasons: tuple[str, ...]
    against: tuple[str, ...]


def find_known_persons(record: Record, form: CallForm, today: date, language: str) -> list[KnownPerson]:
    """Return at most eight persons, the most alike first; nobody before three letters of a name, a whole birth date or a
    telephone were typed. Two searches at most."""
    traits = _read_traits(form, today)
    patients = {piece.name: piece for piece in _search(record, traits)}
    likely = [(_compare(traits, loads(piece.body)), name, piece) for name, piece in patients.items()]
    likely.sort(key=lambda item: (-item[0][0], item[1]))
    return [_describe(piece, reasons, today, language) for (_, reasons), _, piece in likely[:MOST]]


def _search(record: Record, traits: Traits) -> list[Slice]:
    days = [traits.birth_date] if len(traits.birth_date) == 10 else []
    names = [family for family in traits.families if len(fold(family)) >= _LETTERS]
    matches: list[Slice] = []
    if names or days or traits.phones:
        matches = record.match(names, days, traits.phones, lambda patients: patients[:MOST])
    if names and len(matches) < MOST:
        matches += record.search("Patient", [("family", names[0]), ("_count", str(MOST))]).slices
    return matches


def _read_traits(form: CallForm, today: date) -> Traits:
    typed = form.typed
    try:
        phone = parse_phone(typed.get("telephone", ""))
    except ValueError:
        phone = ""
    return Traits(
        families=tuple(filter(None, (typed.get("nom", ""), typed.get("nom_utilise", "")))),
        givens=tuple(filter(None, (typed.get("prenom", ""),))),
        birth_date=form.get_birth_date(today),
        gender=typed.get("sexe", ""),
        phones=(phone,) if phone else (),
    )


def _compare(traits: Traits, patient: dict[str, object]) -> tuple[float, tuple[str, ...]]:
    likeness = score(traits, get_patient_traits(patient))
    return likeness.score, likeness.reasons


def _describe(piece: Slice, reasons: tuple[str, ...], today: date, language: str) -> KnownPerson:
    patient = loads(piece.body)
    detail = " · ".join(filter(None, (format_birth(patient.get("birthDate", ""), today), *list_communes(patient)[:1])))
    return KnownPerson(
        patient["id"],
        f"/personnes/{patient['id']}",
        format_patient_name(patient),
        detail,
        tuple(get_text(reason, language) for reason in reasons if reason not in _AGAINST),
        tuple(get_text(reason, language) for reason in reasons if reason in _AGAINST),
    )
