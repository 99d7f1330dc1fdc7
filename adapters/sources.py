"""`config/sources.toml` → `Source`: who sends what, in which form. Checked whole: every error is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, validate

from adapters.social.columns import COLUMNS, EXAMPLE, REQUIRED, fold
from adapters.social.fields import Items, Table, Text
from hub.domain.errors import Invalid, Malformed, Problem

MEDIA_TYPES = {
    "hl7v2": ("application/hl7-v2", "x-application/hl7-v2+er7"),
    "fhir": ("application/fhir+json",),
    "csv": ("text/csv",),
}
_CSV_ONLY = ("columns", "required", "urgency", "identifiers")
PRIORITIES = ("routine", "urgent", "asap", "stat")

_SCHEMAS: dict[str, dict[str, Any]] = {
    "hl7v2": {"messages": ["REF^I12", "OMG^O19", "ADT^A01", "ADT^A03"], "required": ["MSH-10", "PID-5"]},
    "fhir": {
        "messages": ["Bundle", "ServiceRequest"],
        "required": ["ServiceRequest.status", "ServiceRequest.intent", "ServiceRequest.subject", "Patient"],
    },
}
_EXAMPLES: dict[str, Any] = {
    "hl7v2": "MSH|^~\\&|DPI|CHU|MAILLAGE|DAC|20260301101500||REF^I12^REF_I12|M-0001|P|2.5\r"
    "RF1|P|R||||D-0001\rPID|||0000001^^^CHU^PI||EXEMPLE^Alix^^^^^D||19420315|F\r",
    "fhir": {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "identifier": [{"type": {"coding": [{"code": "PLAC"}]}, "value": "D-0001"}],
        "subject": {"reference": "#p"},
        "contained": [{"resourceType": "Patient", "id": "p", "name": [{"family": "EXEMPLE", "given": ["Alix"]}]}],
    },
}


@dataclass(frozen=True)
class Source:
    """One way in. For csv, `columns`: what the hub knows → the sender's header; `urgency`: the sender's words →
    priority; `identifiers`: system of the sender's own numbers."""

    name: str
    adapter: str
    title: str
    organisation: str
    role: str
    zone: str = "Europe/Paris"
    columns: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    urgency: Mapping[str, str] = field(default_factory=dict)
    identifiers: str = ""

    def needed(self) -> tuple[str, ...]:
        """What every row must fill."""
        return tuple(dict.fromkeys((*REQUIRED, *self.required)))

    def meanings(self) -> dict[str, str]:
        """Folded header → what it means; the hub's own words are headers too."""
        return {fold(name): key for key in self.columns for name in (key, self.columns[key])}

    def describe(self) -> dict[str, Any]:
        """What a sender needs to know to write to this source, as JSON (`GET /intake/<source>`)."""
        told = {"source": self.name, "title": self.title, "mediaTypes": list(MEDIA_TYPES[self.adapter])}
        if self.adapter != "csv":
            return {**told, **_SCHEMAS[self.adapter], "example": _EXAMPLES[self.adapter]}
        required = self.needed()
        return {
            **told,
            "columns": [
                {"name": header, "meaning": key, "required": key in required} for key, header in self.columns.items()
            ],
            "required": [header for key, header in self.columns.items() if key in required],
            "urgency": dict(self.urgency),
            "example": {header: EXAMPLE[key] for key, header in self.columns.items()},
        }


class _SourceSchema(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown-setting", "type": "wrong-type"}  # noqa: RUF012 - marshmallow's own way

    adapter = Text(required=True, validate=validate.OneOf(MEDIA_TYPES, error="unknown-code"))
    title = Text(required=True, validate=validate.Length(min=1, error="required-missing"))
    organisation = Text(required=True, validate=validate.Length(min=1, error="required-missing"))
    role = Text(required=True, validate=validate.Length(min=1, error="required-missing"))
    zone = Text(validate=validate.OneOf(available_timezones(), error="unknown-code"))
    columns = Table(
        keys=Text(validate=validate.OneOf(COLUMNS, error="unknown-code")),
        values=Text(validate=validate.Length(min=1, error="required-missing")),
    )
    required = Items(Text(validate=validate.OneOf(COLUMNS, error="unknown-code")))
    urgency = Table(keys=Text(), values=Text(validate=validate.OneOf(PRIORITIES, error="unknown-code")))
    identifiers = Text(validate=validate.Regexp(r"(https?://|urn:)\S+", error="wrong-type"))


def load(text: str | Path) -> dict[str, Source]:
    """The sources of this TOML text or file, by name.

    Malformed: not TOML. Invalid: every error of every source, each with its place (`sources.ccas-csv.columns.nom`).
    """
    try:
        body = tomllib.loads(text.read_text("utf-8") if isinstance(text, Path) else text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Malformed("toml-malformed") from None
    tables = body.get("sources")
    if not isinstance(tables, dict) or not tables:
        raise Invalid("required-missing", where="sources")
    problems = [problem for name, table in tables.items() for problem in _problems(name, table)]
    if problems:
        raise Invalid(*problems)
    return {name: _source(name, table) for name, table in tables.items()}


def _source(name: str, table: dict[str, Any]) -> Source:
    known = {fold(word): priority for word, priority in table.get("urgency", {}).items()}
    return Source(name, **{**table, "required": tuple(table.get("required", ())), "urgency": known})


def _problems(name: str, table: Any) -> Iterator[Problem]:
    where = f"sources.{name}"
    try:
        _SourceSchema().load(table)
    except ValidationError as error:
        yield from _flat(error.messages_dict, where)
    if not isinstance(table, dict):
        return
    if table.get("adapter") == "csv":
        yield from _csv_problems(table, where)
    else:
        yield from (Problem("unknown-setting", f"{where}.{key}") for key in _CSV_ONLY if key in table)


def _csv_problems(table: dict[str, Any], where: str) -> Iterator[Problem]:
    columns, required = table.get("columns", {}), table.get("required", ())
    if not isinstance(columns, dict) or not isinstance(required, list | tuple):
        return  # the schema has said so
    for key in (*REQUIRED, *required):
        if key not in columns:
            yield Problem("required-missing", f"{where}.columns.{key}")
    headers = [fold(str(header)) for header in columns.values()]
    for key, header in zip(columns, headers, strict=True):
        if headers.count(header) > 1:  # « chaque colonne doit avoir un nom différent »
            yield Problem("csv-duplicate-column", f"{where}.columns.{key}")


def _flat(messages: Any, where: str) -> Iterator[Problem]:
    """marshmallow's nested messages, which are codes of ours, → problems."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            inside = where if key in ("_schema", "key", "value") else f"{where}.{key}"
            yield from _flat(inner, inside)
        return
    for message in messages:
        yield Problem(message, where)
