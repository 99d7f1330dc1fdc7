"""The adapter of the desk's form: JSON with one text a field in, JSON with the demand's Task out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from marshmallow import ValidationError

from adapters.adapter import Adapter, ReceivedMessage, Reply, Result, Source
from adapters.call.fields import FIELDS, build_schema
from adapters.call.referral import read_referral
from hub.domain.errors import Invalid, Malformed, Problem
from hub.domain.messages import get_text
from hub.domain.referral.message import Referral


class CallAdapter(Adapter):
    """A demand that an agent of the desk wrote down. `filled_at`, beside the fields of `fields.toml`, is when."""

    media_types = ("application/json",)
    identifiers_place = "personne"

    def describe(self, source: Source) -> dict[str, Any]:
        """Return the fields, those required, and the answers to choose from."""
        return {
            "fields": [{"name": name, "meaning": field.name, "required": field.needed} for name, field in FIELDS.items()],
            "required": [name for name, field in FIELDS.items() if field.needed],
            "words": {name: list(field.words) for name, field in FIELDS.items() if field.words},
            "example": {
                "envoi": "8d3c1e52", "filled_at": "2026-11-30T10:42:00+01:00", "appelant": "Colette Exemple",
                "nom": "Modèle", "motif": "Ne sort plus depuis l'été.", "accord": "pas-demande",
            },
        }  # fmt: skip

    def read(self, body: bytes, source: Source) -> Referral:
        """Read a form. Malformed: not JSON with texts. Invalid: each field that is missing or wrong."""
        try:
            form = msgspec.json.decode(body, type=dict[str, str])
            filled_at = form.pop("filled_at", "")
            today = date.fromisoformat(filled_at[:10])
        except (msgspec.DecodeError, ValueError):
            raise Malformed("json-malformed") from None
        try:
            values = build_schema(today).load(form)
        except ValidationError as error:
            raise Invalid(*_list_problems(error)) from None
        return read_referral(values, filled_at)

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        """Write the Task of the demand, or what is wrong."""
        result = results[0]
        problems = [
            {"where": problem.where, "code": problem.code, "text": get_text(problem.code)}
            for problem in result.problems
        ]
        return Reply(msgspec.json.encode({"task": result.task or None, "errors": problems}), "application/json")


def _list_problems(error: ValidationError) -> Iterator[Problem]:
    for name, codes in error.messages_dict.items():
        yield from (Problem(code, str(name)) for code in codes)
