"""One row of a social-services table → Referral. marshmallow validates it: every problem of the row at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema
from stdnum.fr import nir as stdnum_nir

from adapters.social import fields
from adapters.social.columns import ADDRESS
from adapters.sources import Source
from hub.domain.referral import Address, Cover, Header, Identifier, Name, Person, Professional, Referral, Telecom

_ROLES = {"demandeur": "demandeur", "conjoint": "conjoint", "demandeuse": "demandeur", "conjointe": "conjoint"}
_POSTAL_CODE = re.compile(r"(\d{5})(?:\s+(\D.*))?", re.ASCII)

_FIELDS: dict[str, Callable[..., fields.Text]] = {
    **dict.fromkeys(ADDRESS, fields.Text),
    **dict.fromkeys(("title", "last_name", "first_name", "birth_name", "requester_name"), fields.Text),
    **dict.fromkeys(("affiliation_number", "nir", "department_internal_id", "france_travail_id"), fields.Text),
    **dict.fromkeys(("organisation_search_terms", "tags"), fields.Text),
    **dict.fromkeys(("birth_date", "rights_opening_date", "authored"), fields.Day),
    **dict.fromkeys(("email", "referent_email"), fields.email),
    **dict.fromkeys(("phone_number", "requester_phone"), fields.phone),
    "reason": lambda **options: fields.Text(longest=4000, **options),
    "role": lambda **options: fields.Choice(_ROLES, **options),
}

Values = dict[str, str]


def schema(source: Source) -> Schema:
    """The schema of a row of this source: its required columns, its words for urgency."""
    required = source.needed()
    made: dict[str, Any] = {key: make(required=key in required) for key, make in _FIELDS.items()}
    made["urgency"] = fields.Choice(source.urgency, required="urgency" in required)
    return Schema.from_dict(made)(unknown=EXCLUDE)


def referral(values: Values, header: Header, source: Source, unread: tuple[str, ...]) -> Referral:
    """The Referral of a validated row. A NIR with a wrong key is kept as it is, its column is said to be unread; it is
    never an INS (`domain.md` §2.8, §5.6)."""
    number = stdnum_nir.compact(values.get("nir", ""))
    wrong = (source.columns["nir"],) if number and not stdnum_nir.is_valid(number) else ()
    return Referral(
        header=header,
        person=_person(values, number, source),
        status="pending",
        priority=values.get("urgency", "routine"),
        reason=values.get("reason", ""),
        authored=values.get("authored", ""),
        professionals=tuple(_professionals(values)),
        covers=_covers(values),
        tags=_tags(values),
        unread=unread + wrong,
    )


def _person(values: Values, number: str, source: Source) -> Person:
    prefix, given = values.get("title", ""), (values["first_name"],)
    names = [Name(values["last_name"], given, "usual", prefix)]
    if "birth_name" in values:
        names.insert(0, Name(values["birth_name"], given, "official"))
    telecoms = [Telecom(values[key], system) for key, system in _TELECOMS if key in values]
    return Person(
        names=tuple(names),
        identifiers=tuple(_identifiers(values, number, source)),
        birth_date=values.get("birth_date", ""),
        addresses=_address([values[key] for key in ADDRESS if key in values]),
        telecoms=tuple(telecoms),
    )


_TELECOMS = (("phone_number", "phone"), ("email", "email"))


def _identifiers(values: Values, number: str, source: Source) -> Iterator[Identifier]:
    if number:
        yield Identifier(number, "NIR")
    if local := values.get("department_internal_id"):
        yield Identifier(local, "PI", source.identifiers, source.organisation)
    if affiliation := values.get("affiliation_number"):
        yield Identifier(affiliation, "CAF")
    if work := values.get("france_travail_id"):
        yield Identifier(work, "XX", "", "France Travail")


def _address(parts: list[str]) -> tuple[Address, ...]:
    """Up to five cells that each service fills its own way: the postal code is recognised, the town stands beside or
    after it, the rest are lines."""
    for i, part in enumerate(parts):
        found = _POSTAL_CODE.fullmatch(part)
        if found:
            city, after = (found[2], parts[i + 1 :]) if found[2] else ("".join(parts[i + 1 : i + 2]), parts[i + 2 :])
            return (Address((*parts[:i], *after), found[1], city),)
    return (Address(tuple(parts)),) if parts else ()


def _professionals(values: Values) -> Iterator[Professional]:
    name, phone = values.get("requester_name"), values.get("requester_phone")
    if name or phone:
        names, telecoms = (Name(name),) if name else (), (Telecom(phone, use="work"),) if phone else ()
        yield Professional("requester", names=names, telecoms=telecoms)
    if referent := values.get("referent_email"):
        yield Professional("referent", telecoms=(Telecom(referent, "email", "work"),))
    if wanted := values.get("organisation_search_terms"):
        yield Professional("referred-to", organisation=wanted)


def _covers(values: Values) -> tuple[Cover, ...]:
    number, start = values.get("affiliation_number", ""), values.get("rights_opening_date", "")
    return (Cover(payor="CAF", subscriber_id=number, start=start),) if number or start else ()


def _tags(values: Values) -> tuple[str, ...]:
    written = [tag.strip() for tag in re.split(r"[,;|]", values.get("tags", ""))]
    return tuple(dict.fromkeys(tag for tag in [values.get("role", ""), *written] if tag))
