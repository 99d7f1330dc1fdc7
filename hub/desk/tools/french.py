"""Fill the French catalogue of the desk: its sentences are those of the source, with no-break spaces.

    python -m hub.desk.tools.french

The source is in French, typed with ordinary spaces; a French catalogue is needed all the same, because French has the
singular for 0 and sets spaces that must not break before some signs.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from hub.desk.formats import keep_together

CATALOGUE = Path(__file__).parents[1] / "translations" / "fr" / "LC_MESSAGES" / "messages.po"


def fill(catalogue: Catalog) -> None:
    """Give every message of `catalogue` its own words."""
    for message in catalogue:
        if message.id:
            translations = [keep_together(words) for words in _list_forms(message)]
            message.string = tuple(translations) if message.pluralizable else translations[0]


def _list_forms(message: Message) -> list[str]:
    """The sentence, or its singular and plural."""
    return [message.id] if isinstance(message.id, str) else [str(form) for form in message.id]


def main() -> None:
    """Rewrite the catalogue in its place."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    fill(catalogue)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True)


if __name__ == "__main__":
    main()
