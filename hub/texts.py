"""The catalogue of what the hub says when it says no: code → English, French. A text never holds a value.

The English text goes to machines (OperationOutcome, HL7 ERR), the French one to screens and French senders.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # JSON (hub.fhir)
    "json-duplicate-key": ("An object gives the same key twice", "Un objet donne deux fois la même clé"),
    "json-malformed": ("Not readable as UTF-8 JSON", "Illisible comme JSON en UTF-8"),
    "json-not-object": ("One JSON object is expected", "Un seul objet JSON est attendu"),
    "json-number": ("A number has too many digits or is not finite", "Un nombre a trop de chiffres ou n’est pas fini"),
    "json-too-deep": ("Objects nested too deeply", "Objets trop imbriqués"),
    "json-too-large": ("The body is larger than this door takes", "Le corps dépasse la taille admise ici"),
    "not-found": ("Not found", "Introuvable"),
}


def text(code: str, language: str = "en") -> str:
    """The sentence for `code` in `en` or `fr`; KeyError on an unknown code (a test sweeps the code base)."""
    english, french = TEXTS[code]
    return french if language == "fr" else english
