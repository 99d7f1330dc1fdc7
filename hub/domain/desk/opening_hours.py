"""When the desk is open, and the terms that it holds: tables of `config/territory.toml`, read by `hub.domain.territory`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import holidays
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from hub.domain.config_pages import PageSchema

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_CLOSURE = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?")


@dataclass(frozen=True)
class OpeningHours:
    """`weeks`: for each weekday, Monday first, the spans (first minute, end minute) of the day in which the desk is open.
    `country`, `region`: whose public holidays it keeps, as `holidays` names them; no country: none. `closures`: further closed
    days, each a span (first day, last day)."""

    weeks: tuple[tuple[tuple[int, int], ...], ...]
    country: str = "FR"
    region: str = ""
    closures: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class DeskTerms:
    """`decision_hours`, `urgent_hours`: open hours in which a demand is to be decided. `reminder_hours`: open hours after which a
    question without an answer is asked again. `decision_held_minutes`: minutes for which a decision waits before it is told.
    `caseload_warning`, `caseload`: persons of one case manager from which the page warns, and beyond which it refuses.
    `taken_minutes`: a demand that somebody took and has not opened for so long is shown as free. `look_seconds`: how long a page
    counts as being looked at. `draft_days`, `note_days`: after how many days drafts, and other notes of the desk on a demand that
    is decided, are deleted."""

    decision_hours: int = 80
    urgent_hours: int = 8
    reminder_hours: int = 24
    decision_held_minutes: int = 15
    caseload_warning: int = 36
    caseload: int = 40
    taken_minutes: int = 30
    look_seconds: int = 60
    draft_days: int = 30
    note_days: int = 30


def _parse_span(value: Any) -> tuple[int, int]:
    """Return `08:30-12:30` as minutes of the day. Raises ValidationError."""
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValidationError("hours such as 08:30-12:30 are expected")
    start_hour, start_minute, end_hour, end_minute = (int(number) for number in match.groups() if number)
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start >= end:
        raise ValidationError("the end is after the start")
    return start, end


def _parse_closure(value: Any) -> tuple[date, date]:
    """Return the first and the last day of `2026-12-24` or `2026-12-24/2026-12-31`. Raises ValidationError."""
    match = _CLOSURE.fullmatch(value) if isinstance(value, str) else None
    try:
        first, last = (date.fromisoformat(day) for day in (match[1], match[2] or match[1])) if match else (None, None)
    except ValueError:
        first, last = None, None
    if first is None or last is None or last < first:
        raise ValidationError("a day or two such as 2026-12-24/2026-12-31 are expected")
    return first, last


def _build_spans() -> fields.List[Any]:
    return fields.List(fields.Function(deserialize=_parse_span), load_default=list)


class HoursSchema(PageSchema):
    """The table `[hours]`: one list of spans a weekday, holidays, closures."""

    country = fields.String(load_default="FR")
    region = fields.String(load_default="")
    closures = fields.List(fields.Function(deserialize=_parse_closure), load_default=list)
    monday = _build_spans()
    tuesday = _build_spans()
    wednesday = _build_spans()
    thursday = _build_spans()
    friday = _build_spans()
    saturday = _build_spans()
    sunday = _build_spans()

    @validates_schema
    def check_calendar(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a week without an open hour, spans that overlap, and a country or region whose holidays are unknown."""
        if not any(data[day] for day in WEEKDAYS):
            raise ValidationError("at least one weekday is open")
        for day in WEEKDAYS:
            spans = sorted(data[day])
            if any(before[1] > after[0] for before, after in pairwise(spans)):
                raise ValidationError("spans of one day do not overlap", day)
        known = holidays.list_supported_countries()
        if data["country"] and data["country"] not in known:
            raise ValidationError(f"the holidays of {data['country']} are unknown", "country")
        if data["region"] and data["region"] not in known.get(data["country"], ()):
            raise ValidationError(f"the holidays of {data['region']} are unknown", "region")

    @post_load
    def build_hours(self, data: dict[str, Any], **_: Any) -> OpeningHours:
        weeks = tuple(tuple(sorted(data[day])) for day in WEEKDAYS)
        return OpeningHours(weeks, data["country"], data["region"], tuple(data["closures"]))


def _build_count(default: int, *, least: int = 1) -> fields.Integer:
    return fields.Integer(strict=True, load_default=default, validate=validate.Range(min=least, max=100_000))


class TermsSchema(PageSchema):
    """The table `[desk]`."""

    decision_hours = _build_count(DeskTerms.decision_hours)
    urgent_hours = _build_count(DeskTerms.urgent_hours)
    reminder_hours = _build_count(DeskTerms.reminder_hours)
    decision_held_minutes = _build_count(DeskTerms.decision_held_minutes, least=0)
    caseload_warning = _build_count(DeskTerms.caseload_warning)
    caseload = _build_count(DeskTerms.caseload)
    taken_minutes = _build_count(DeskTerms.taken_minutes)
    look_seconds = _build_count(DeskTerms.look_seconds)
    draft_days = _build_count(DeskTerms.draft_days)
    note_days = _build_count(DeskTerms.note_days)

    @post_load
    def build_terms(self, data: dict[str, Any], **_: Any) -> DeskTerms:
        return DeskTerms(**data)


_OFFICE_DAY = ((510, 750), (810, 1050))
OFFICE_HOURS = OpeningHours((*(_OFFICE_DAY,) * 5, (), ()))
