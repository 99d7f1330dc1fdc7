"""`Patient/$match`: https://hl7.org/fhir/R4/patient-operation-match.html.

It compares with the Patients that the caller sees and with no others, so that guessing names tells nothing (`docs/leaks.md` L84;
`docs/parts.md` 15). A role that works at the desk is given graded candidates; every other one, which must name the person
exactly, is told that it knows this person or that it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response

from hub.api.http.context import base, record
from hub.api.http.response import Answer, send
from hub.api.operations.match_grades import Candidate, birth_places, grade_candidates, only_certain, same
from hub.api.resources.bundles import join_bundle
from hub.api.resources.parameters import get_simple_value, read_parameters_resource
from hub.conformance import check
from hub.domain.errors import Invalid, Problem
from hub.domain.matching import Traits
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.fhir import dumps
from hub.http.guards import token_required
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice
from hub.record.repository.record import Record
from hub.record.search.query.query import number_in

MAX_CANDIDATES = 20
_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


class MatchParams(NamedTuple):
    """`resource`: the Patient to match. `most`: how many candidates at most."""

    resource: dict[str, Any]
    most: int = MAX_CANDIDATES
    only_certain: bool = False


@token_required
def match_view() -> Response:
    """POST of Parameters."""
    return send(match(record(), base(), _sought()))


def match(repository: Record, base_url: str, sought: MatchParams) -> Answer:
    """The answer in the form that the caller's role is given. Raises Refused as the record does; Invalid as `check` says of
    the Patient that was sent, and `match-traits` with each trait that it lacks."""
    check(sought.resource)
    if "desk" in load_roles()[repository.actor.role].relations:
        return Answer(200, _candidates(repository, base_url, sought))
    return Answer(200, _known(repository, sought.resource))


def _sought() -> MatchParams:
    given = read_parameters_resource()
    if len(dict(given)) < len(given):
        raise Invalid("parameter-twice", where="Parameters.parameter")
    values: dict[str, Any] = {}
    for name, parameter in given:
        if name == "resource":
            values["resource"] = parameter.get("resource")
        elif name == "count":
            values["most"] = _count(get_simple_value(name, parameter))
        elif name == "onlyCertainMatches":
            values["only_certain"] = get_simple_value(name, parameter) == "true"
        else:
            raise Invalid("parameter-unknown", where=name[:64])
    patient = values.get("resource")
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise Invalid("parameter-value", where="resource")
    return MatchParams(**values)


def _count(value: str) -> int:
    try:
        found = number_in(value, MAX_CANDIDATES)
    except ValueError:
        found = 0
    if not found:
        raise Invalid("parameter-value", where="count")
    return found


def _candidates(repository: Record, base_url: str, sought: MatchParams) -> bytes:
    traits = get_patient_traits(sought.resource)
    chosen: list[Candidate] = []

    def keep(found: list[Slice]) -> list[Slice]:
        likely = grade_candidates(found, traits)
        chosen.extend(only_certain(likely) if sought.only_certain else likely[: sought.most])
        return [one.found for one in chosen]

    _match(repository, traits, keep)
    entries = [
        b'{"fullUrl":"%b","resource":%b,"search":%b}'
        % (f"{base_url}/{one.found.name}".encode(), one.found.body, dumps(_search(one)))
        for one in chosen
    ]
    return join_bundle(b'"type":"searchset","total":%d' % len(entries), entries)


def _search(one: Candidate) -> dict[str, Any]:
    grade = {"url": _GRADE, "valueCode": one.grade}
    return {"extension": [grade], "mode": "match", "score": round(one.score / 100, 3)}


def _known(repository: Record, patient: dict[str, Any]) -> bytes:
    """One word, in one form: no score, no name, no candidate."""
    traits = get_patient_traits(patient)
    missing = {
        "Patient.name.family": not traits.families,
        "Patient.name.given": not traits.givens,
        "Patient.birthDate": len(traits.birth_date) != 10,
        "Patient.gender": not traits.gender,
        "Patient.identifier": not traits.numbers and not birth_places(patient),
    }
    if any(missing.values()):
        raise Invalid(*(Problem("match-traits", where) for where, lacks in missing.items() if lacks))
    is_known = bool(_match(repository, traits, lambda found: same(found, patient)))
    code, kind = ("match-known", "duplicate") if is_known else ("match-unknown", "not-found")
    issue = {"severity": "information", "code": kind, "diagnostics": get_text(code)}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    entry = {"resource": outcome, "search": {"mode": "outcome"}}
    return dumps({"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": [entry]})


def _match(repository: Record, traits: Traits, keep: Callable[[list[Slice]], list[Slice]]) -> list[Slice]:
    days = [traits.birth_date] if len(traits.birth_date) == 10 else []
    return repository.match(traits.families, days, (*traits.numbers, *traits.phones), keep)
