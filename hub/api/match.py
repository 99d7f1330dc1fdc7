"""`Patient/$match`: https://hl7.org/fhir/R4/patient-operation-match.html.

It compares with the Patients that the caller sees and with no others, so that guessing names tells nothing (`leaks.md` L84;
`parts.md` 15). A role that works at the desk is given graded candidates; every other one, which must name the person
exactly, is told that it knows this person or that it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from flask import Response

from fhir_profiles import codes
from hub.api.answers import Answer, send
from hub.api.opening import base, record
from hub.api.parameters import parameters, simple
from hub.conformance import check
from hub.doors import token_required
from hub.errors import Invalid, Problem
from hub.fhir import dumps, loads
from hub.intake.persons import recorded
from hub.matching import ALIKE, Traits, contradicts, fold, score
from hub.policy import roles
from hub.record.door import Record
from hub.record.reading import Slice
from hub.texts import text

MOST = 20
_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
# From here on only a slip of the pen can separate two identities (`hub.matching`: a shared national number).
_PROBABLE = 85.0


class Sought(NamedTuple):
    """`resource`: the Patient to match. `most`: how many candidates at most."""

    resource: dict[str, Any]
    most: int = MOST
    only_certain: bool = False


class _Candidate(NamedTuple):
    found: Slice
    score: float
    grade: str


@token_required
def match_view() -> Response:
    """POST of Parameters."""
    return send(match(record(), base(), _sought()))


def match(opened: Record, fhir: str, sought: Sought) -> Answer:
    """The answer in the form that the caller's role is given. Raises Refused as the record does; Invalid as `check` says of
    the Patient that was sent, and `match-traits` with each trait that it lacks."""
    check(sought.resource)
    if "desk" in roles()[opened.actor.role].relations:
        return Answer(200, _graded(opened, fhir, sought))
    return Answer(200, _known(opened, sought.resource))


def _sought() -> Sought:
    given = parameters()
    if len(dict(given)) < len(given):
        raise Invalid("parameter-twice", where="Parameters.parameter")
    values: dict[str, Any] = {}
    for name, parameter in given:
        if name == "resource":
            values["resource"] = parameter.get("resource")
        elif name == "count":
            values["most"] = _count(simple(name, parameter))
        elif name == "onlyCertainMatches":
            values["only_certain"] = simple(name, parameter) == "true"
        else:
            raise Invalid("parameter-unknown", where=name[:64])
    patient = values.get("resource")
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise Invalid("parameter-value", where="resource")
    return Sought(**values)


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 6 or not int(value):
        raise Invalid("parameter-value", where="count")
    return min(int(value), MOST)


def _graded(opened: Record, fhir: str, sought: Sought) -> bytes:
    traits = recorded(sought.resource)
    candidates: list[_Candidate] = []

    def keep(found: list[Slice]) -> list[Slice]:
        scored = [_candidate(one, traits) for one in found]
        candidates.extend(_chosen([one for one in scored if one.score >= ALIKE], sought))
        return [one.found for one in candidates]

    _match(opened, traits, keep)
    entries = [
        b'{"fullUrl":"%b","resource":%b,"search":%b}'
        % (f"{fhir}/{one.found.name}".encode(), one.found.body, _search(one))
        for one in candidates
    ]
    entry = b',"entry":[%b]' % b",".join(entries) if entries else b""
    return b'{"resourceType":"Bundle","type":"searchset","total":%d%b}' % (len(entries), entry)


def _candidate(found: Slice, traits: Traits) -> _Candidate:
    other = recorded(loads(found.body))
    likeness = score(traits, other).score
    same_number = bool(set(traits.numbers) & set(other.numbers)) and not contradicts(traits, other)
    return _Candidate(
        found, likeness, "certain" if same_number else "probable" if likeness >= _PROBABLE else "possible"
    )


def _chosen(candidates: list[_Candidate], sought: Sought) -> list[_Candidate]:
    """The best ones first. Where only a certain match is wanted: that one, if it is the only one."""
    certain = [one for one in candidates if one.grade == "certain"]
    if sought.only_certain:
        return certain if len(certain) == 1 else []
    ranked = sorted(candidates, key=lambda one: (one.grade != "certain", -one.score, one.found.name))
    return ranked[: sought.most]


def _search(one: _Candidate) -> bytes:
    grade = {"url": _GRADE, "valueCode": one.grade}
    return msgspec.json.encode({"extension": [grade], "mode": "match", "score": round(one.score / 100, 3)})


def _known(opened: Record, patient: dict[str, Any]) -> bytes:
    """One word, of one length for each answer: no score, no name, no other candidate."""
    traits = recorded(patient)
    places = birth_places(patient)
    missing = {
        "Patient.name.family": not traits.families,
        "Patient.name.given": not traits.givens,
        "Patient.birthDate": len(traits.birth_date) != 10,
        "Patient.gender": not traits.gender,
        "Patient.identifier": not traits.numbers and not places,
    }
    if any(missing.values()):
        raise Invalid(*(Problem("match-traits", where) for where, lacks in missing.items() if lacks))
    same = _match(opened, traits, lambda found: [one for one in found if _is_same(loads(one.body), traits, places)])
    code, kind = ("match-known", "duplicate") if same else ("match-unknown", "not-found")
    issue = {"severity": "information", "code": kind, "diagnostics": text(code)}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    return dumps(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": 0,
            "entry": [{"resource": outcome, "search": {"mode": "outcome"}}],
        }
    )


def _is_same(patient: dict[str, Any], traits: Traits, places: frozenset[str]) -> bool:
    """Every trait is the same: the names without case and accents, the others to the letter."""
    other = recorded(patient)
    names = ((traits.families, other.families), (traits.givens, other.givens))
    return (
        all({*map(fold, mine)} & {*map(fold, theirs)} for mine, theirs in names)
        and (traits.birth_date, traits.gender) == (other.birth_date, other.gender)
        and bool({*traits.numbers} & {*other.numbers} if traits.numbers else places & birth_places(patient))
    )


def birth_places(patient: dict[str, Any]) -> frozenset[str]:
    """What a Patient says of where the person was born: the code of the commune, the name of the town."""
    found = [one.get("valueAddress", {}) for one in _under(patient, codes.BIRTH_PLACE_EXTENSION)]
    communes = (
        one.get("valueCoding", {}).get("code") for place in found for one in _under(place, codes.INSEE_EXTENSION)
    )
    return frozenset(filter(None, [*communes, *(fold(place.get("city", "")) for place in found)]))


def _under(element: dict[str, Any], url: str) -> list[dict[str, Any]]:
    return [one for one in element.get("extension", ()) if one.get("url") == url]


def _match(opened: Record, traits: Traits, keep: Callable[[list[Slice]], list[Slice]]) -> list[Slice]:
    days = [traits.birth_date] if len(traits.birth_date) == 10 else []
    return opened.match(traits.families, days, (*traits.numbers, *traits.phones), keep)
