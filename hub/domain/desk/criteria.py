"""The territory's criteria of case management and its reasons of refusal: `config/criteria.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from hub.domain.config_pages import Flag, PageSchema, load_page, read_config
from hub.domain.desk.decisions import CriterionAnswer

PAGE = "criteria.toml"
YES, NO, UNKNOWN = "oui", "non", "inconnu"
ANSWERS = (YES, NO, UNKNOWN)

_ID = validate.Regexp(re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), error="small letters, digits and hyphens are expected")
_WORDS = validate.Length(min=1, error="words are expected")


@dataclass(frozen=True)
class Criterion:
    """One question. `condition`: it comes before the criteria. `group`: the criterion of which it is a part, or ""."""

    id: str
    title: str
    condition: bool = False
    group: str = ""


@dataclass(frozen=True)
class RefusalReason:
    """`label`: what the sender reads."""

    code: str
    label: str


@dataclass(frozen=True)
class Criteria:
    """A version of the table."""

    version: str
    criteria: tuple[Criterion, ...]
    reasons: tuple[RefusalReason, ...]

    def get_label(self, code: str) -> str:
        """Return the words of a reason, "" for an unknown one."""
        return next((reason.label for reason in self.reasons if reason.code == code), "")


@dataclass(frozen=True)
class Verdict:
    """`admits`: every criterion is met. `failing`, `open`: the ids of those that are not, and of those that nobody knows."""

    admits: bool
    failing: tuple[str, ...]
    open: tuple[str, ...]


def judge(criteria: Criteria, answers: Iterable[CriterionAnswer]) -> Verdict:
    """Return what the answers say. A criterion without an answer is unknown, and unknown never admits."""
    known = {answer.criterion: answer.answer for answer in answers}
    failing = tuple(entry.id for entry in criteria.criteria if known.get(entry.id) == NO)
    undecided = tuple(entry.id for entry in criteria.criteria if known.get(entry.id) not in (YES, NO))
    return Verdict(not failing and not undecided, failing, undecided)


class _CriterionSchema(PageSchema):
    id = fields.String(required=True, validate=_ID)
    title = fields.String(required=True, validate=_WORDS)
    condition = Flag()
    group = fields.String(load_default="")

    @post_load
    def build_criterion(self, data: dict[str, Any], **_: Any) -> Criterion:
        return Criterion(**data)


class _ReasonSchema(PageSchema):
    code = fields.String(required=True, validate=_ID)
    label = fields.String(required=True, validate=_WORDS)

    @post_load
    def build_reason(self, data: dict[str, Any], **_: Any) -> RefusalReason:
        return RefusalReason(**data)


class _CriteriaSchema(PageSchema):
    version = fields.String(required=True, validate=_WORDS)
    criterion = fields.List(fields.Nested(_CriterionSchema), required=True, validate=validate.Length(min=1))
    reason = fields.List(fields.Nested(_ReasonSchema), required=True, validate=validate.Length(min=1))

    @post_load
    def build_criteria(self, data: dict[str, Any], **_: Any) -> Criteria:
        for key, ids in (
            ("criterion", [criterion.id for criterion in data["criterion"]]),
            ("reason", [reason.code for reason in data["reason"]]),
        ):
            if len(set(ids)) < len(ids):
                raise ValidationError("one id twice", key)
        return Criteria(data["version"], tuple(data["criterion"]), tuple(data["reason"]))


def read_criteria(text: str) -> Criteria:
    """Return the table of a `criteria.toml`. PageError: a key is missing or unknown, or an id is there twice."""
    criteria: Criteria = load_page(text, PAGE, fields.Nested(_CriteriaSchema))
    return criteria


@cache
def load_criteria() -> Criteria:
    """Return the table of `config/criteria.toml`."""
    return read_criteria(read_config(PAGE))
