"""The territory that this hub serves: `config/territory.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from marshmallow import fields, validate

from hub.domain.config_pages import PageSchema, load_page, read_config
from hub.domain.desk.opening_hours import OFFICE_HOURS, DeskTerms, HoursSchema, OpeningHours, TermsSchema

PAGE = "territory.toml"

_NOT_EMPTY = validate.Length(min=1, error="a name is expected")


@dataclass(frozen=True)
class Territory:
    """`organisation`: who answers for the hub. `phone`: whom people call who have lost their access, or "". `zone`: a name of the
    IANA time zone database, such as `Indian/Reunion`. `hours`: when the desk is open. `desk`: the terms that it holds."""

    name: str
    organisation: str
    phone: str
    zone: str
    hours: OpeningHours = OFFICE_HOURS
    desk: DeskTerms = field(default_factory=DeskTerms)

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class _TerritorySchema(PageSchema):
    """The page."""

    name = fields.String(required=True, validate=_NOT_EMPTY)
    organisation = fields.String(required=True, validate=_NOT_EMPTY)
    phone = fields.String(load_default="")
    zone = fields.String(
        load_default="Europe/Paris",
        validate=validate.OneOf(available_timezones(), error="{input} is no time zone of the IANA database"),
    )
    hours = fields.Nested(HoursSchema, load_default=OFFICE_HOURS)
    desk = fields.Nested(TermsSchema, load_default=DeskTerms)


def read_territory(text: str) -> Territory:
    """Return the territory of a `territory.toml`. PageError: a name is missing, or the zone or a key is unknown."""
    return Territory(**load_page(text, PAGE, fields.Nested(_TerritorySchema)))


@cache
def load_territory() -> Territory:
    """Return the territory of `config/territory.toml`."""
    return read_territory(read_config(PAGE))
