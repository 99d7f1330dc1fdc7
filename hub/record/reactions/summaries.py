"""The rules of `config/extracts.toml`: how each summary is derived from what is recorded in detail. Pure.

A summary is one Observation for each person and kind; its code has an extract as its place (`config/labels.toml`). Of all
resources that support it the latest counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import fields

from fhir_profiles import codes
from hub.domain.config_pages import PageSchema, load_page, read_config
from hub.record.reactions.summary_sources import (
    Evaluate,
    Json,
    make_band,
    make_gir,
    make_hospitalisation,
    make_protection,
)

PAGE = "extracts.toml"


@dataclass(frozen=True)
class Summary:
    """One rule. `source`: the resource type that the summary is derived from; `code`: (system, code) of the Observation;
    `nature`: its category; `evaluate`: what one source states, None when it does not support the summary."""

    kind: str
    source: str
    code: tuple[str, str]
    nature: str
    evaluate: Evaluate

    def derive(self, sources: Iterable[Mapping[str, Any]]) -> Json | None:
        """Return what the last of `sources` says, or None when nothing supports the summary."""
        statements = ((str(source["id"]), self.evaluate(source)) for source in sources)
        dated = [(statement[0], name, statement[1]) for name, statement in statements if statement is not None]
        return max(dated, key=lambda statement: statement[:2])[2] if dated else None

    def build_observation(self, patient: str, content: Json | None) -> Json:
        """Return the Observation about `patient`. One that nothing supports has the status entered-in-error and no value."""
        head = {
            "resourceType": "Observation",
            "status": "entered-in-error" if content is None else "final",
            "category": [_build_concept(codes.OBSERVATION_NATURE, self.nature)],
            "code": _build_concept(*self.code),
            "subject": {"reference": patient},
        }
        return head | (content or {})


def _build_concept(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


class _FormSchema(PageSchema):
    form = fields.String(required=True)


class _StaySchema(PageSchema):
    classes = fields.List(fields.String(), required=True)
    days = fields.Integer(required=True, strict=True)


class _TieSchema(PageSchema):
    relationships = fields.List(fields.String(), required=True)


@dataclass(frozen=True)
class _Kind:
    """A summary that the hub can derive. `schema`: of its table in `config/extracts.toml`; `build`: makes `evaluate` from it."""

    source: str
    code: tuple[str, str]
    nature: str
    schema: type[PageSchema]
    build: Callable[[Mapping[str, Any]], Evaluate]


_KINDS = {
    "gir": _Kind("QuestionnaireResponse", (codes.MED, codes.GIR_QUESTION), "autonomy", _FormSchema, make_gir),
    "caregiver-band": _Kind(
        "QuestionnaireResponse", (codes.OBSERVATION, "caregiver-band"), "caregiver", _FormSchema, make_band
    ),
    "recent-hospitalisation": _Kind(
        "Encounter", (codes.OBSERVATION, "recent-hospitalisation"), "medical", _StaySchema, make_hospitalisation
    ),
    "protection": _Kind("RelatedPerson", (codes.OBSERVATION, "protection"), "rights", _TieSchema, make_protection),
}
# A summary without a table is not derived.
_Page = PageSchema.from_dict({name: fields.Nested(kind.schema) for name, kind in _KINDS.items()})


def read_summaries(text: str) -> tuple[Summary, ...]:
    """Return the rules of an `extracts.toml`. PageError: a summary that the hub does not know, or that lacks a setting."""
    tables = load_page(text, PAGE, fields.Nested(_Page))
    return tuple(
        Summary(name, kind.source, kind.code, kind.nature, kind.build(tables[name]))
        for name, kind in _KINDS.items()
        if name in tables
    )


@cache
def load_summaries() -> tuple[Summary, ...]:
    """Return the rules of `config/extracts.toml`."""
    return read_summaries(read_config(PAGE))
