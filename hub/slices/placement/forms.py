"""The section of each item of a known form: `config/forms/*.toml`, read once. Pure after that.

Whoever sees assessments and the section of an item sees its answer (`docs/parts.md`, "Which type, which section"). The items of
a form that the hub does not know are in the place of the assessment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from marshmallow import fields, validate

from hub.domain.config_pages import CONFIG, PageSchema, Word, load_page, read_config
from hub.domain.sections import Sections, load_sections

FOLDER = "forms"

# questionnaire url → linkId → section
Forms = Mapping[str, Mapping[str, str]]


def get_answer_places(item: object, questionnaire: object, forms: Forms, sections: Sections) -> int:
    """Return the places that an item of a response needs besides its assessment: its own section and those of nested items."""
    url = questionnaire.partition("|")[0] if isinstance(questionnaire, str) else ""
    form = forms.get(url, {})
    return sections.places(form[link] for link in _list_link_ids(item) if link in form)


def _list_link_ids(item: object) -> Iterator[str]:
    if isinstance(item, dict):
        if isinstance(item.get("linkId"), str):
            yield item["linkId"]
        for inner in (*item.get("item", ()), *(below for a in item.get("answer", ()) for below in a.get("item", ()))):
            yield from _list_link_ids(inner)


def _build_schema(sections: Sections) -> type[PageSchema]:
    """Return the schema of one form, whose sections are those of `sections`."""

    class FormSchema(PageSchema):
        url = fields.String(required=True)
        title = fields.String()
        items = fields.Dict(
            keys=fields.String(),
            values=Word("section", (section.name for section in sections.all)),
            required=True,
            validate=validate.Length(min=1, error="no item"),
        )

    return FormSchema


def read_form(text: str, sections: Sections, page: str = FOLDER) -> tuple[str, dict[str, str]]:
    """Return (url, linkId → section) of the form on `page`. PageError: it has no item, or an item has no known section."""
    form = load_page(text, page, fields.Nested(_build_schema(sections)))
    return form["url"], form["items"]


@cache
def load_forms() -> Forms:
    """Return the forms of `config/forms`."""
    pages = sorted(f"{FOLDER}/{path.name}" for path in (CONFIG / FOLDER).glob("*.toml"))
    return dict(read_form(read_config(page), load_sections(), page) for page in pages)
