"""What an agent typed → the message of the demand, and how it was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from adapters.call.fields import FIELDS
from hub.desk.calls.communes import find_postal_code, get_only_commune
from hub.desk.persons import format_birth
from hub.domain.errors import Problem
from hub.domain.messages import get_text
from hub.domain.normalization.typed_dates import parse_birth_date

NEEDED = ("appelant", "nom", "motif", "accord")
# The answers to « Qui aide déjà ? », as the note of the demand has them.
HELPERS = {
    "personne": "personne",
    "proche": "un proche",
    "aide-domicile": "aide à domicile",
    "infirmiers": "infirmiers",
    "repas": "portage de repas",
    "medecin": "médecin traitant",
    "non-demande": "non demandé",
}
_OWN = ("envoi", "filled_at", "personne")
_WORDS = {
    "appelant": _l("Dites qui appelle : un nom, ou une structure."),
    "nom": _l("Donnez un nom, ou ce par quoi vous retrouverez la personne."),
    "motif": _l("Écrivez pourquoi on appelle, avec les mots entendus."),
    "accord": _l("Il manque cette réponse pour enregistrer. « Pas encore demandé » est une réponse."),
    "naissance": _l("Indiquez une date comme 14/6/1947, ou l'année seule ; sans rien, on ne sait pas."),
    "telephone": _l("Indiquez un numéro comme 01 99 00 00 41, ou rien."),
    "appelant_telephone": _l("Indiquez un numéro comme 01 99 00 00 41, ou rien."),
    "personne": _l(
        "Cette personne n'est plus visible pour vous : cherchez-la de nouveau, ou enregistrez sans rattacher."
    ),
}


@dataclass(frozen=True)
class CallForm:
    """`typed`: the text of each field as it was typed; `helpers`: the answers to « Qui aide déjà ? »."""

    typed: Mapping[str, str]
    helpers: Sequence[str] = ()

    def build_message(self) -> dict[str, str]:
        """Return a text for each field of `adapters/call/fields.toml`, with the commune that was meant."""
        message = {name: self.typed[name] for name in (*FIELDS, "filled_at") if self.typed.get(name)}
        if self.helpers:
            message["aide"] = ", ".join(HELPERS[name] for name in self.helpers)
        return message | self._read_commune()

    def _read_commune(self) -> dict[str, str]:
        typed = self.typed.get("commune", "")
        if not typed:
            return {}
        postal_code, name = find_postal_code(typed)
        commune = get_only_commune(typed)
        if commune is not None:
            only = commune.postal_codes[0] if len(commune.postal_codes) == 1 else ""
            name, postal_code = commune.name, postal_code or only
        return {key: value for key, value in (("commune", name), ("code_postal", postal_code)) if value}

    def list_missing(self) -> list[str]:
        """Return which of the four needed answers are missing."""
        return [name for name in NEEDED if not self.typed.get(name)]

    def get_birth_date(self, today: date) -> str:
        """Return the birth date as FHIR writes it, "" for none and for what is no date."""
        try:
            return parse_birth_date(self.typed.get("naissance", ""), today)
        except ValueError:
            return ""

    def describe(self, today: date) -> dict[str, str]:
        """Return how date and commune were understood, in words, by field."""
        understood = {"naissance": format_birth(self.get_birth_date(today), today)}
        if typed := self.typed.get("commune", ""):
            commune = get_only_commune(typed)
            understood["commune"] = (
                f"{commune.name}, {' '.join(commune.postal_codes[:1])}"
                if commune
                else gettext("Pas dans la liste des communes, ou plusieurs ont ce nom : gardée comme dite.")
            )
        return understood


def read_form(values: MultiDict[str, str]) -> CallForm:
    """Return what a form has: spaces around it taken off, unknown answers left out."""
    typed = {name: values.get(name, "").strip() for name in (*FIELDS, *_OWN) if name != "aide"}
    return CallForm(typed, tuple(name for name in values.getlist("aide") if name in HELPERS))


def explain_problems(problems: Sequence[Problem], language: str) -> dict[str, str]:
    """Return what to do, by field."""
    return {
        problem.where: str(_WORDS[problem.where])
        if problem.where in _WORDS and problem.code != "too-long"
        else get_text(problem.code, language)
        for problem in problems
    }
