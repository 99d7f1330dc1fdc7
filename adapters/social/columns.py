"""The columns that social services send (`docs/domain.md` §5.6: rdv-insertion's import, and what a demand needs besides)."""

from __future__ import annotations

import unicodedata

REQUIRED = ("last_name", "first_name")

# Each with the value of a fictitious row, for the description of a source.
EXAMPLE = {
    "title": "Madame",
    "last_name": "EXEMPLE",
    "first_name": "Alix",
    "birth_name": "MODÈLE",
    "birth_date": "15/03/1942",
    "address_1": "3 rue du Moulin",
    "address_2": "Bâtiment B",
    "address_3": "",
    "address_4": "99123",
    "address_5": "Valombre",
    "affiliation_number": "0000001",
    "nir": "",
    "department_internal_id": "D-0001",
    "france_travail_id": "",
    "role": "demandeur",
    "email": "alix@exemple.example",
    "phone_number": "01 99 00 00 01",
    "rights_opening_date": "01/02/2026",
    "organisation_search_terms": "aide à domicile",
    "referent_email": "referent@ccas-valombre.example",
    "requester_name": "Camille Fictif",
    "requester_phone": "01 99 00 00 02",
    "authored": "01/03/2026",
    "reason": "Ne sort plus de chez elle depuis l’hiver",
    "urgency": "routine",
    "tags": "isolement, aidant épuisé",
}
COLUMNS = tuple(EXAMPLE)
ADDRESS = ("address_1", "address_2", "address_3", "address_4", "address_5")


def fold(header: str) -> str:
    """Return a header or a word in the form in which it is compared: no case, accents, spaces, hyphens or underscores."""
    decomposed = unicodedata.normalize("NFKD", header.replace("’", "'")).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace() and c not in "_-")
