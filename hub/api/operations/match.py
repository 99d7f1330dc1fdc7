"""`Patient/$match`: https://hl7.org/fhir/R4/patient-operation-match.html.

It compares with the Patients that the caller sees and with no others, so guessing names reveals nothing (`docs/leaks.md` L84;
`docs/parts.md` 15). A role that works at the desk gets graded candidates; any other role, which must name the person exactly,
gets only whether it knows this person or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.operations.match_grades import (
    Candidate,
    find_same,
    grade_candidates,
    keep_only_certain,
    list_birth_places,
)
from hub.api.resources.bundles import join_bundle
from hub.api.resources.parameters import get_simple_value, list_parameters
from hub.conformance import check
from hub.domain.errors import Invalid, Problem
from hub.domain.matching import Traits
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.fhir import dumps
from hub.intake.persons import get_patient_traits
from hub.record.read.slice import Slice
from hub.record.repository.record import Record
from hub.record.search.query.query import parse_limit

MAX_CANDIDATES = 20
_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


class MatchParams(NamedTuple):
    """`patient`: the Patient to match. `limit`: how many candidates at most."""

    patient: dict[str, Any]
    limit: int = MAX_CANDIDATES
    only_certain: bool = False


def match(request: ApiRequest) -> Answer:
    """Answer `$match`: graded candidates for a role of the desk, else only whether this role knows the person.

    Raises Refused as the record does; Invalid as `check` for the Patient in the body, and `match-traits` with each trait that
    it lacks."""
    params = _parse_match_params(request.read_resource())
    check(params.patient)
    if load_roles()[request.actor.role].is_desk:
        return Answer(200, _write_candidates(request.repository, request.base_url, params))
    return Answer(200, _write_recognition(request.repository, params.patient))


def _parse_match_params(resource: dict[str, Any]) -> MatchParams:
    parameters = list_parameters(resource)
    if len(dict(parameters)) < len(parameters):
        raise Invalid("parameter-twice", where="Parameters.parameter")
    values: dict[str, Any] = {}
    for name, parameter in parameters:
        if name == "resource":
            values["patient"] = parameter.get("resource")
        elif name == "count":
            values["limit"] = _parse_count(get_simple_value(name, parameter))
        elif name == "onlyCertainMatches":
            values["only_certain"] = get_simple_value(name, parameter) == "true"
        else:
            raise Invalid("parameter-unknown", where=name[:64])
    patient = values.get("patient")
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise Invalid("parameter-value", where="resource")
    return MatchParams(**values)


def _parse_count(value: str) -> int:
    try:
        count = parse_limit(value, MAX_CANDIDATES)
    except ValueError:
        count = 0
    if not count:
        raise Invalid("parameter-value", where="count")
    return count


def _write_candidates(repository: Record, base_url: str, params: MatchParams) -> bytes:
    traits = get_patient_traits(params.patient)
    candidates: list[Candidate] = []

    def keep_likely(patients: list[Slice]) -> list[Slice]:
        likely = grade_candidates(patients, traits)
        candidates.extend(keep_only_certain(likely) if params.only_certain else likely[: params.limit])
        return [candidate.patient for candidate in candidates]

    _search_matches(repository, traits, keep_likely)
    entries = [
        b'{"fullUrl":"%b","resource":%b,"search":%b}'
        % (f"{base_url}/{candidate.patient.name}".encode(), candidate.patient.body, dumps(_write_search(candidate)))
        for candidate in candidates
    ]
    return join_bundle(b'"type":"searchset","total":%d' % len(entries), entries)


def _write_search(candidate: Candidate) -> dict[str, Any]:
    """Bundle.entry.search of a candidate."""
    grade = {"url": _GRADE, "valueCode": candidate.grade}
    return {"extension": [grade], "mode": "match", "score": round(candidate.score / 100, 3)}


def _write_recognition(repository: Record, patient: dict[str, Any]) -> bytes:
    """Known or not, in one form: no score, no name, no candidate."""
    traits = get_patient_traits(patient)
    missing = {
        "Patient.name.family": not traits.families,
        "Patient.name.given": not traits.givens,
        "Patient.birthDate": len(traits.birth_date) != 10,
        "Patient.gender": not traits.gender,
        "Patient.identifier": not traits.numbers and not list_birth_places(patient),
    }
    if any(missing.values()):
        raise Invalid(*(Problem("match-traits", where) for where, is_missing in missing.items() if is_missing))
    is_known = bool(_search_matches(repository, traits, lambda patients: find_same(patients, patient)))
    code, kind = ("match-known", "duplicate") if is_known else ("match-unknown", "not-found")
    issue = {"severity": "information", "code": kind, "diagnostics": get_text(code)}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    entry = {"resource": outcome, "search": {"mode": "outcome"}}
    return dumps({"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": [entry]})


def _search_matches(repository: Record, traits: Traits, keep: Callable[[list[Slice]], list[Slice]]) -> list[Slice]:
    days = [traits.birth_date] if len(traits.birth_date) == 10 else []
    return repository.match(traits.families, days, (*traits.numbers, *traits.phones), keep)


OPERATION = Operation(
    "match",
    "http://hl7.org/fhir/OperationDefinition/Patient-match",
    "Patient",
    on_type=Endpoint(match, ("POST",)),
)
