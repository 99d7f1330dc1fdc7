"""The fields of a form → Referral. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.call.fields import FIELDS
from hub.domain.referral.datatypes import Address, Code, Name, Telecom
from hub.domain.referral.message import Agreement, Header, Referral
from hub.domain.referral.people import Person, Professional, Relative

_PRIORITIES = {"aujourdhui": "urgent", "quelques-jours": "asap"}
_DECISIONS = {"oui": "permit", "non": "deny"}

Values = Mapping[str, str]


def read_referral(values: Values, filled_at: str) -> Referral:
    """Return the demand of a validated form that was filled at `filled_at` (FHIR instant)."""
    return Referral(
        header=Header(values["envoi"], "call", filled_at, sender=values["appelant"]),
        person=_read_person(values),
        status="pending",
        priority=_PRIORITIES.get(values["delai"], "routine"),
        reason=values["motif"],
        authored=filled_at,
        relatives=tuple(_read_relative(values)),
        professionals=tuple(_read_professional(values)),
        agreements=tuple(_read_agreement(values, filled_at)),
        remarks=tuple(_list_remarks(values)),
    )


def _read_person(values: Values) -> Person:
    given_names = (values["prenom"],) if values["prenom"] else ()
    names = [Name(values["nom_utilise"] or values["nom"], given_names, "usual")]
    if values["nom_utilise"]:
        names.insert(0, Name(values["nom"], given_names, "official"))
    lines = (values["adresse"],) if values["adresse"] else ()
    is_placed = lines or values["commune"] or values["code_postal"]
    return Person(
        names=tuple(names),
        birth_date=values["naissance"],
        gender=values["sexe"],
        addresses=(Address(lines, values["code_postal"], values["commune"]),) if is_placed else (),
        telecoms=(Telecom(values["telephone"]),) if values["telephone"] else (),
        known_as=values["personne"],
    )


def _read_telecoms(values: Values) -> tuple[Telecom, ...]:
    return (Telecom(values["appelant_telephone"]),) if values["appelant_telephone"] else ()


def _read_relative(values: Values) -> Iterator[Relative]:
    if values["qualite"] == "proche":
        yield Relative(
            names=(Name(values["appelant"]),),
            relationship=Code(text=values["lien"]) if values["lien"] else None,
            telecoms=_read_telecoms(values),
        )


def _read_professional(values: Values) -> Iterator[Professional]:
    if values["qualite"] == "professionnel":
        yield Professional("requester", organisation=values["appelant"], telecoms=_read_telecoms(values))


def _read_agreement(values: Values, filled_at: str) -> Iterator[Agreement]:
    if decision := _DECISIONS.get(values["accord"], ""):
        yield Agreement(decision, "referral", filled_at)


def _list_remarks(values: Values) -> Iterator[str]:
    """Yield what the form says and FHIR has no element for, one sentence each."""
    caller = ", ".join(filter(None, (values["appelant"], values["lien"], values["appelant_telephone"])))
    yield f"Demande de : {caller}"
    for name in ("venue", "aide", "accord", "rappel", "message_laisse"):
        if values[name]:
            words = FIELDS[name].words.get(values[name], values[name])
            yield f"{FIELDS[name].name.capitalize()} : {words}"
