"""The terms of psychiatry and addiction: which section the codes and the words of a resource belong to. Pure.

A code is certain; a word is a proposal (`docs/parts.md` 27). The page is `config/terms.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.domain.normalization.folding import fold

# The elements that say what a resource is about, those with its codes, and all that is written in it.
_SUBJECT = ("code", "type", "description", "valueCodeableConcept")
_SPOKEN = (
    "code",
    "category",
    "type",
    "medicationCodeableConcept",
    "description",
    "valueString",
    "valueCodeableConcept",
)
_WRITTEN = (*_SPOKEN, "note", "component", "evidence", "stage", "reasonCode", "dosage", "interpretation", "content")
_TEXTS = frozenset({"text", "display", "title", "description", "valueString"})


@dataclass(frozen=True)
class CodeTerms:
    """Codes of some code systems, without dots and in capitals, and the section that they belong to."""

    section: str
    systems: frozenset[str]
    codes: frozenset[str]
    starts: tuple[str, ...]

    def fits(self, system: str, code: str) -> bool:
        """Return whether a coding is one of these."""
        plain = normalize_code(code)
        return system in self.systems and (plain in self.codes or (bool(self.starts) and plain.startswith(self.starts)))


@dataclass(frozen=True)
class Terms:
    """The page. `words`: (what to look for in folded text, the section). A leading space matches only the beginning of a word, a
    trailing one only its end."""

    codes: tuple[CodeTerms, ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def find_by_code(self, resource: Mapping[str, Any]) -> str:
        """Return the section that a code of the resource belongs to, or ""."""
        for element in _SPOKEN if self.codes else ():
            for system, code in _list_codings(resource.get(element)):
                for terms in self.codes:
                    if terms.fits(system, code):
                        return terms.section
        return ""

    def find_by_words(self, resource: Mapping[str, Any], *, is_written_by_client: bool = False) -> tuple[str, str]:
        """Return the section that a word of the resource belongs to, and the term that it fits; ("", "") when none does.

        Of what a client writes, only what the resource is about counts, not its notes: its author says the section."""
        elements = _SUBJECT if is_written_by_client else _WRITTEN
        text = " ".join(f" {fold(words)} " for words in _list_texts([resource.get(name) for name in elements]))
        for word, section in self.words:
            if word in text:
                return section, word.strip()
        return "", ""


NO_TERMS = Terms()


def normalize_code(code: str) -> str:
    """Return a code without dots and spaces, in capitals: `f32.1` and `F321` are one code."""
    return code.replace(".", "").strip().upper()


def _list_codings(value: object) -> Iterator[tuple[str, str]]:
    for concept in value if isinstance(value, list) else [value]:
        for coding in (concept.get("coding") or ()) if isinstance(concept, dict) else ():
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                yield str(coding.get("system", "")), coding["code"]


def _list_texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name in _TEXTS:
                yield inner
            elif isinstance(inner, (dict, list)):
                yield from _list_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_texts(inner) if not isinstance(inner, str) else (inner,)
