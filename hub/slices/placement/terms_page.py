"""`config/terms.toml` read: the codes and words of psychiatry and addiction. Pure."""

from __future__ import annotations

from functools import cache

from marshmallow import fields, validate

from hub.domain.config_pages import PageSchema, Word, load_page, read_config
from hub.domain.normalization.folding import fold
from hub.domain.sections import Sections, load_sections
from hub.slices.placement.terms import CodeTerms, Terms, normalize_code

PAGE = "terms.toml"

_SOME = validate.Length(min=1, error="an empty list")


def _build_schema(sections: Sections) -> type[PageSchema]:
    """Return the schema of the page, whose sections are those of `sections`."""
    names = [section.name for section in sections.all]

    class CodesSchema(PageSchema):
        section = Word("section", names)
        systems = fields.List(fields.String(), required=True, validate=_SOME)
        codes = fields.List(fields.String(), load_default=list)
        starts = fields.List(fields.String(), load_default=list)

    class WordsSchema(PageSchema):
        section = Word("section", names)
        words = fields.List(fields.String(), required=True, validate=_SOME)

    class TermsSchema(PageSchema):
        codes = fields.List(fields.Nested(CodesSchema), required=True)
        words = fields.List(fields.Nested(WordsSchema), required=True)

    return TermsSchema


def read_terms(text: str, sections: Sections) -> Terms:
    """Return the terms of a `terms.toml`. PageError: an unknown section or key, or an empty list."""
    page = load_page(text, PAGE, fields.Nested(_build_schema(sections)))
    codes = tuple(
        CodeTerms(
            entry["section"],
            frozenset(entry["systems"]),
            frozenset(map(normalize_code, entry["codes"])),
            tuple(map(normalize_code, entry["starts"])),
        )
        for entry in page["codes"]
    )
    words = tuple((_fold_term(word), entry["section"]) for entry in page["words"] for word in entry["words"])
    return Terms(codes, words)


def _fold_term(term: str) -> str:
    """Return ` schizo` for the beginning of a word, ` toc ` for the whole word `=toc`."""
    return f" {fold(term.removeprefix('='))}{' ' if term.startswith('=') else ''}"


@cache
def load_terms() -> Terms:
    """Return the terms of `config/terms.toml`."""
    return read_terms(read_config(PAGE), load_sections())
