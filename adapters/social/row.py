"""One row of a social-services table → Referral. marshmallow validates it: every problem of the row at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema
from stdnum.fr import nir as stdnum_nir

from adapters.adapter import Source
from adapters.fields import Text
from adapters.social.columns import ADDRESS
from adapters.social.fields import Choice, Day, make_email, make_phone
from adapters.social.settings import TableSettings
from hub.domain.referral.datatypes import Address, Identifier, Name, Telecom
from hub.domain.referral.message import Cover, Header, Referral
from hub.domain.referral.people import Person, Professional

_ROLES = {"demandeur": "demandeur", "conjoint": "conjoint", "demandeuse": "demandeur", "conjointe": "conjoint"}
_TELECOMS = (("phone_number", "phone"), ("email", "email"))
_POSTAL_CODE = re.compile(r"(\d{5})(?:\s+(\D.*))?", re.ASCII)

_FIELDS: dict[str, Callable[..., Text]] = {
    **dict.fromkeys(ADDRESS, Text),
    **dict.fromkeys(("title", "last_name", "first_name", "birth_name", "requester_name"), Text),
    **dict.fromkeys(("affiliation_number", "nir", "department_internal_id", "france_travail_id"), Text),
    **dict.fromkeys(("organisation_search_terms", "tags"), Text),
    **dict.fromkeys(("birth_date", "rights_opening_date", "authored"), Day),
    **dict.fromkeys(("email", "referent_email"), make_email),
    **dict.fromkeys(("phone_number", "requester_phone"), make_phone),
    "reason": lambda **options: Text(max_length=4000, **options),
    "role": lambda **options: Choice(_ROLES, **options),
}

Values = dict[str, str]


def build_schema(settings: TableSettings) -> Schema:
    """Return the schema of a row: its required columns, its words for urgency."""
    columns: dict[str, Any] = {key: make(required=key in settings.required) for key, make in _FIELDS.items()}
    columns["urgency"] = Choice(settings.urgency, required="urgency" in settings.required)
    return Schema.from_dict(columns)(unknown=EXCLUDE)


def read_referral(values: Values, header: Header, source: Source, settings: TableSettings) -> Referral:
    """Return the Referral of a validated row. A NIR is never an INS (`docs/domain.md` §2.8, §5.6)."""
    number = stdnum_nir.compact(values.get("nir", ""))
    return Referral(
        header=header,
        person=_read_person(values, _read_identifiers(values, number, source, settings)),
        status="pending",
        priority=values.get("urgency", "routine"),
        reason=values.get("reason", ""),
        authored=values.get("authored", ""),
        professionals=tuple(_read_professionals(values)),
        covers=_read_covers(values),
        tags=_read_tags(values),
    )


def _read_person(values: Values, identifiers: Iterator[Identifier]) -> Person:
    prefix, given_names = values.get("title", ""), (values["first_name"],)
    names = [Name(values["last_name"], given_names, "usual", prefix)]
    if "birth_name" in values:
        names.insert(0, Name(values["birth_name"], given_names, "official"))
    telecoms = [Telecom(values[key], system) for key, system in _TELECOMS if key in values]
    return Person(
        names=tuple(names),
        identifiers=tuple(identifiers),
        birth_date=values.get("birth_date", ""),
        addresses=_read_address([values[key] for key in ADDRESS if key in values]),
        telecoms=tuple(telecoms),
    )


def _read_identifiers(values: Values, number: str, source: Source, settings: TableSettings) -> Iterator[Identifier]:
    if number:
        yield Identifier(number, "NIR")
    if local := values.get("department_internal_id"):
        yield Identifier(local, "PI", settings.identifiers, source.organisation)
    if affiliation := values.get("affiliation_number"):
        yield Identifier(affiliation, "CAF")
    if work := values.get("france_travail_id"):
        yield Identifier(work, "XX", "", "France Travail")


def _read_address(parts: list[str]) -> tuple[Address, ...]:
    """Read up to five cells that each service fills its own way: the postal code is recognised, the town is in the same
    cell or in the next one, the other cells are lines."""
    for i, part in enumerate(parts):
        match = _POSTAL_CODE.fullmatch(part)
        if match:
            city, after = (match[2], parts[i + 1 :]) if match[2] else ("".join(parts[i + 1 : i + 2]), parts[i + 2 :])
            return (Address((*parts[:i], *after), match[1], city),)
    return (Address(tuple(parts)),) if parts else ()


def _read_professionals(values: Values) -> Iterator[Professional]:
    name, phone = values.get("requester_name"), values.get("requester_phone")
    if name or phone:
        names, telecoms = (Name(name),) if name else (), (Telecom(phone, use="work"),) if phone else ()
        yield Professional("requester", names=names, telecoms=telecoms)
    if referent := values.get("referent_email"):
        yield Professional("referent", telecoms=(Telecom(referent, "email", "work"),))
    if organisation := values.get("organisation_search_terms"):
        yield Professional("referred-to", organisation=organisation)


def _read_covers(values: Values) -> tuple[Cover, ...]:
    number, start = values.get("affiliation_number", ""), values.get("rights_opening_date", "")
    return (Cover(payor="CAF", subscriber_id=number, start=start),) if number or start else ()


def _read_tags(values: Values) -> tuple[str, ...]:
    tags = [tag.strip() for tag in re.split(r"[,;|]", values.get("tags", ""))]
    return tuple(dict.fromkeys(tag for tag in [values.get("role", ""), *tags] if tag))
