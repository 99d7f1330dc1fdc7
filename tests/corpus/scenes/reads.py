"""Reads, versions and histories of everything, by each role, in each form."""

from __future__ import annotations

from tests.corpus.cast import Cast

_NOBODY = "a" * 26


def play(cast: Cast) -> None:
    names = [
        cast.jeanne,
        cast.hidden,
        cast.request,
        cast.task,
        cast.hidden_task,
        cast.condition,
        cast.psychiatric,
        *cast.made.values(),
    ]
    for role in ("gestionnaire", "medecin_traitant", "ccas", "saad", "personne"):
        for name in names:
            cast.by[role].get(name)
    for client in cast.by.values():
        for name in (cast.jeanne, cast.task, cast.condition, cast.psychiatric):
            client.get(name)
    _in_each_form(cast)
    _of_the_past(cast)


def _in_each_form(cast: Cast) -> None:
    desk, read = cast.gestionnaire, cast.gestionnaire.get(cast.jeanne)
    for query in (
        *("_format=xml", "_format=json", "_format=application/fhir%2Bxml", "_format=text/xml", "_format=html"),
        *(
            "_pretty=true",
            "_format=xml&_pretty=true",
            "_summary=true",
            "_summary=text",
            "_summary=data",
            "_summary=false",
        ),
        *("_summary=count", "_elements=name,birthDate", "_elements=name&_summary=true", "_elements=", "nothing=1"),
    ):
        desk.get(f"{cast.jeanne}?{query}")
    for accept in (
        "application/fhir+xml",
        "application/json",
        "text/xml;q=0.5, application/json;q=0.9",
        "image/png",
        "*/*",
    ):
        desk.get(cast.jeanne, accept=accept)
    for encoding in ("gzip", "gzip;q=0", "br, gzip", "identity"):
        desk.get(cast.jeanne, accept_encoding=encoding)
        desk.get(f"{cast.jeanne}/$everything", accept_encoding=encoding)
    for known in (read.etag, f'W/"{_NOBODY}"', "*", "nonsense", f'{read.etag}, W/"x"'):
        desk.get(cast.jeanne, if_none_match=known)
    desk.get(cast.jeanne, if_modified_since=read.header("Last-Modified"))
    for name in (cast.jeanne, cast.task, f"Patient/{_NOBODY}", "Task?status=requested", f"{cast.jeanne}/_history"):
        desk.ask("HEAD", name)
    for name in (
        f"Patient/{_NOBODY}",
        "Patient/%00",
        "Patient/-",
        f"Medication/{_NOBODY}",
        f"patient/{_NOBODY}",
        "Patient/a/b/c",
    ):
        desk.get(name)


def _of_the_past(cast: Cast) -> None:
    for changes in ({"gender": "male"}, {"gender": "female"}, {"maritalStatus": None}):
        cast.gestionnaire.put(cast.jeanne, **changes)
        cast.hub.fixed.pass_time(1)
    cast.medecin_traitant.put(cast.condition, note=[{"text": "Une suite"}])
    for role in ("gestionnaire", "medecin_traitant", "saad", "ccas", "personne", "hosp_ass"):
        client = cast.by[role]
        history = client.get(f"{cast.jeanne}/_history")
        client.get(f"{cast.condition}/_history")
        for resource in history.resources[:3]:
            client.get(f"{cast.jeanne}/_history/{resource['meta']['versionId']}")
        client.get(f"{cast.jeanne}/_history?_count=1")
    desk = cast.gestionnaire
    first = desk.get(f"{cast.jeanne}/_history?_count=2&_elements=gender")
    desk.get(first.link("next"))
    versions = [resource["meta"]["versionId"] for resource in desk.get(f"{cast.jeanne}/_history").resources]
    for query in ("_format=xml", "_summary=true", "_elements=name", "_count=1"):
        desk.get(f"{cast.jeanne}/_history/{versions[-1] if versions else 'absent'}?{query}")
    cast.saad.get(f"{cast.jeanne}/_history/{versions[0] if versions else 'absent'}")
    for query in (
        *(
            "_since=2026-11-21T08:00:01Z",
            "_since=2026",
            "_at=2026-11-21",
            "_at=2026-11-21T08:00:05Z",
            "_since=nonsense",
        ),
        *(
            "_count=0",
            "_count=-1",
            "_sort=_lastUpdated",
            "_list=x",
            "_since=2026&_since=2026",
            "_format=xml",
            "_cursor=x",
        ),
    ):
        desk.get(f"{cast.jeanne}/_history?{query}")
    for path in (
        "Patient/_history?_count=3",
        "Task/_history?_count=2&_since=2026-11-21",
        "Task/_history?_at=2026",
        "_history",
    ):
        desk.get(path)
        cast.ccas.get(path)
    page = cast.ccas.get("Task/_history?_count=2")
    cast.ccas.get(page.link("next"))
    cast.ssiad.get(page.link("next"))
    for name in (f"{cast.hidden}/_history", f"Patient/{_NOBODY}/_history", f"{cast.jeanne}/_history/{_NOBODY}"):
        cast.ccas.get(name)
