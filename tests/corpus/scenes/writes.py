"""Creations and updates of every type by several roles, with their preferences, conditions and conflicts."""

from __future__ import annotations

import gzip
import json

from tests.corpus import bodies
from tests.corpus.cast import Cast

_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<Goal xmlns="http://hl7.org/fhir"><lifecycleStatus value="active"/>
<description><text value="Lire &#233; &amp; &lt;b&gt;"/></description>
<subject><reference value="%b"/></subject></Goal>"""
_MINE = "identifier=urn:corpus|1"


def play(cast: Cast) -> None:
    for role in ("gestionnaire", "medecin_traitant", "ccas", "saad", "hosp_clinicien", "ems_apa", "personne"):
        client = cast.by[role]
        for resource in bodies.others(cast.jeanne, client.party, cast.request, cast.condition):
            client.create(resource)
        client.create(bodies.condition(cast.jeanne, "E11.9"))
        made = client.create(bodies.request(cast.jeanne, client.party)).name
        client.create(bodies.task(cast.jeanne, client.party, cast.party["ssiad"], made))
    for kind, name in cast.made.items():
        cast.gestionnaire.put(name, language="fr")
        if kind != "CareTeam":
            cast.medecin_traitant.put(name, language="fr")
    _forms(cast)
    _conditions(cast)
    _conflicts(cast)
    _rights(cast)


def _goal(cast: Cast, value: str = "1", **elements: object) -> bodies.Json:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "identifier": [{"system": "urn:corpus", "value": value}],
        "description": {"text": "Marcher"},
        "subject": {"reference": cast.jeanne},
        **elements,
    }


def _forms(cast: Cast) -> None:
    doctor, goal = cast.medecin_traitant, _goal(cast, "form")
    for prefer in (
        "return=minimal",
        "return=representation",
        "return=OperationOutcome",
        "return=nothing",
        "respond-async",
    ):
        doctor.create(goal, prefer=prefer)
    doctor.ask("POST", "Goal", _XML % cast.jeanne.encode(), **{"content-type": "application/fhir+xml"})
    doctor.ask(
        "POST", "Goal", _XML % cast.jeanne.encode(), **{"content-type": "text/xml", "accept": "application/fhir+xml"}
    )
    doctor.ask("POST", "Goal?_format=xml&_pretty=true", goal)
    packed = gzip.compress(json.dumps(goal).encode(), mtime=0)
    doctor.ask("POST", "Goal", packed, content_encoding="gzip")
    doctor.ask("POST", "Goal", packed[:-9], content_encoding="gzip")
    doctor.ask("POST", "Goal", packed, content_encoding="br")
    for content_type in (
        "application/json",
        "application/fhir+json; charset=utf-8",
        "application/fhir+json; fhirVersion=4.0",
    ):
        doctor.ask("POST", "Goal", goal, **{"content-type": content_type})
    doctor.create(goal | {"id": "mine"})
    doctor.create(goal | {"description": {"text": "Marché 🌲 – « là » \u2028"}, "language": "fr"})
    exact = bodies.others(cast.jeanne, doctor.party, cast.request, cast.condition)
    for resource in exact:
        if resource["resourceType"] == "Observation":
            text = json.dumps(resource).replace("61.5", "61.500")
            doctor.ask("POST", "Observation", text.encode())
    contained = {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Fictive"}]}
    doctor.create(goal | {"contained": [contained], "expressedBy": {"reference": "#p"}})


def _conditions(cast: Cast) -> None:
    doctor = cast.medecin_traitant
    first = doctor.create(_goal(cast), if_none_exist=_MINE)
    doctor.create(_goal(cast), if_none_exist=f"?{_MINE}")
    doctor.create(_goal(cast), if_none_exist=_MINE, prefer="return=minimal")
    for asked in ("", "?", "_count=1", "foo=bar", f"_id={'a' * 26}"):
        doctor.create(_goal(cast, "other"), if_none_exist=asked)
    path = f"Goal?{_MINE}"
    doctor.ask("PUT", path, _goal(cast, lifecycleStatus="completed"), if_match=first.etag)
    doctor.ask("PUT", path, _goal(cast, lifecycleStatus="completed"), if_match=first.etag)
    doctor.ask("PUT", path, _goal(cast))
    doctor.ask("PUT", path, _goal(cast, id="mine"))
    doctor.ask("PUT", "Goal", _goal(cast))
    doctor.ask("PUT", "Goal?identifier=urn:corpus|new", _goal(cast, "new"))
    for _ in range(2):
        doctor.create(_goal(cast, "twice"))
    doctor.ask("PUT", "Goal?identifier=urn:corpus|twice", _goal(cast, "twice"))
    doctor.create(_goal(cast, "twice"), if_none_exist="identifier=urn:corpus|twice")
    cast.ccas.create(_goal(cast), if_none_exist=_MINE)
    cast.gestionnaire.create(bodies.patient("Nouvelle", number="000000000000295"), if_none_exist="family=Nouvelle")
    cast.gestionnaire.create(bodies.patient("Nouvelle", number="000000000000295"), if_none_exist="family=Nouvelle")


def _conflicts(cast: Cast) -> None:
    desk = cast.gestionnaire
    read = desk.get(cast.jeanne)
    body = read.json | {"gender": "unknown"}
    for headers in (
        {},
        {"if_match": "*"},
        {"if_match": 'W/"x"'},
        {"if_match": "x"},
        {"if_match": read.etag},
        {"if_match": read.etag},
    ):
        desk.ask("PUT", cast.jeanne, body, **headers)
    cast.guichet.ask("PUT", cast.jeanne, cast.guichet.get(cast.jeanne).json | {"gender": "female"})
    current = desk.get(cast.jeanne).etag
    for name, sent in (
        (cast.jeanne, body | {"id": "other"}),
        (cast.jeanne, body | {"resourceType": "Task"}),
        (cast.jeanne, {key: value for key, value in body.items() if key != "id"}),
        (
            cast.jeanne,
            body | {"meta": {"tag": [{"system": f"{bodies.TERMINOLOGY}/v3-ObservationValue", "code": "SUBSETTED"}]}},
        ),
        (cast.jeanne, body | {"gender": "nonsense"}),
        (cast.jeanne, body | {"zz": 1}),
        (cast.jeanne, body | {"birthDate": "1938-13-40"}),
        ("Patient/new", body | {"id": "new"}),
        (cast.hidden, body | {"id": cast.hidden.partition("/")[2]}),
    ):
        desk.ask("PUT", name, sent, if_match=current)
        cast.ccas.ask("PUT", name, sent, if_match=current)
    cast.saad.put(cast.jeanne, gender="male")
    cast.ccas.put(cast.condition, note=[{"text": "x"}])
    cast.ccas.put(cast.task, status="accepted")
    cast.ccas.put(cast.task, status="draft")
    cast.ccas.put(cast.task, status="completed")
    cast.ssiad.put(cast.task, status="rejected")
    for resource in (
        bodies.request(cast.jeanne, cast.party["chu"]),
        bodies.request(cast.hidden, desk.party),
        bodies.request("Patient/absent", desk.party),
        bodies.task(cast.jeanne, desk.party, cast.party["ccas"], "ServiceRequest/absent"),
        bodies.task(cast.jeanne, desk.party, cast.party["ccas"], cast.request, status="accepted"),
        bodies.task(cast.jeanne, desk.party, cast.party["ccas"], cast.request, code={"text": "x"}),
        bodies.circle(cast.hidden, desk.party),
    ):
        desk.create(resource)
        cast.ccas.create(resource)


def _rights(cast: Cast) -> None:
    """Agreements and oppositions, and what each sees after them."""
    lookers = ("gestionnaire", "ssiad", "hosp_clinicien", "ccas")
    for rule, party, section in (
        ("OPTIN", cast.gestionnaire.party, "psychiatric"),
        ("OPTIN", cast.party["ccas"], "financial"),
        ("OPTOUT", cast.party["ssiad"], "medical"),
        ("OPTOUT", cast.party["chu"], ""),
    ):
        made = cast.personne.create(bodies.consent(cast.jeanne, rule, party, section))
        cast.hub.fixed.pass_time(1)
        for role in lookers:
            cast.by[role].get(f"Condition?patient={cast.jeanne}")
            cast.by[role].get(cast.psychiatric)
        cast.personne.put(made.name, status="inactive")
    team = cast.gestionnaire.get(cast.made["CareTeam"]).json
    members = [
        member for member in team.get("participant", ()) if member["member"].get("reference") != cast.party["saad"]
    ]
    cast.gestionnaire.put(cast.made["CareTeam"], participant=members)
    cast.saad.get(cast.jeanne)
    cast.saad.get("Task")
    cast.gestionnaire.put(cast.made["CareTeam"], participant=team.get("participant"))
    cast.hub.fixed.pass_time(1)
    cast.saad.get(cast.jeanne)
