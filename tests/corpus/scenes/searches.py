"""Searches: every type by several roles, then parameters, modifiers, prefixes, chains, includes, orders, pages and forms."""

from __future__ import annotations

from tests.corpus.cast import Cast
from tests.corpus.scenes.queries import queries

_ABOUT = (
    *(
        "RelatedPerson",
        "ServiceRequest",
        "Task",
        "CarePlan",
        "CareTeam",
        "Goal",
        "EpisodeOfCare",
        "Encounter",
        "Condition",
    ),
    *("Observation", "AllergyIntolerance", "MedicationStatement", "Coverage", "Consent", "Flag", "Communication"),
    *("Appointment", "QuestionnaireResponse", "DocumentReference", "Provenance", "AuditEvent"),
)
_DIRECTORY = (
    *("Practitioner", "PractitionerRole", "Organization", "HealthcareService", "Location", "Questionnaire", "Binary"),
)
_ROLES = ("gestionnaire", "medecin_traitant", "ccas", "saad", "psy_cmp", "dpo_auditeur", "personne")


def play(cast: Cast) -> None:
    for role in _ROLES:
        client = cast.by[role]
        for kind in _ABOUT:
            client.get(f"{kind}?patient={cast.jeanne}")
        for kind in _DIRECTORY:
            client.get(kind)
        client.get("Patient")
    for query in queries(cast):
        cast.gestionnaire.get(query)
    for query in queries(cast)[::3]:
        cast.ccas.get(query)
        cast.medecin_traitant.get(query)
    _pages(cast)
    _posted(cast)
    _journal(cast)


def _pages(cast: Cast) -> None:
    desk = cast.gestionnaire
    for query in (
        "Task?_count=2",
        "Task?_count=3&_sort=-authored-on&_total=accurate",
        "Patient?_count=2&_sort=family",
        "Organization?_count=3",
    ):
        page = desk.get(query)
        for _ in range(3):
            following = page.link("next")
            page = desk.get(following)
        cast.ccas.get(following)
        desk.get(f"{following}&_format=xml")
        desk.get(f"{following}&status=x")
        desk.get(f"{following}&_cursor=x")
        desk.ask("HEAD", following)


def _posted(cast: Cast) -> None:
    desk = cast.gestionnaire
    for url, form in (
        ("", "status=requested&_count=2"),
        (f"?owner={cast.party['ccas']}", "status=requested"),
        ("", f"owner={cast.party['ccas']}&_format=xml&_pretty=true"),
        ("?_format=json", ""),
        ("", "ownerr=x"),
        ("", "&".join([f"_id={','.join(f'{number:064}' for number in range(50))}"] * 2)),
    ):
        desk.form(f"Task/_search{url}", form)
        cast.ccas.form(f"Task/_search{url}", form)
    page = desk.form("Task/_search", "_count=2")
    desk.get(page.link("next"))
    desk.form("Task/_search", page.link("next").partition("?")[2])
    desk.form("Task/_search", "status=requested", prefer="handling=lenient")
    desk.ask("POST", "Task/_search", {})
    desk.form("_search", "_type=Task")
    desk.form(f"{cast.jeanne}/Task/_search", "")
    for prefer in ("handling=lenient", "handling=strict", "return=minimal; handling=lenient"):
        desk.get("Task?ownerr:exact=x&_count=2&_source=y&status=requested", prefer=prefer)
    desk.get("Task?authored-on=yesterday", prefer="handling=lenient")
    for headers in ({"host": "evil.example"}, {"x_forwarded_host": "evil.example"}, {"accept_encoding": "gzip"}):
        desk.get("Task?_count=2", **headers)


def _journal(cast: Cast) -> None:
    for role in ("gestionnaire", "dpo_auditeur", "personne", "medecin_traitant", "admin_sys", "saad"):
        client = cast.by[role]
        page = client.get(f"AuditEvent?patient={cast.jeanne}&_count=5")
        client.get(page.link("next"))
        for resource in page.resources[:1]:
            client.get(f"AuditEvent/{resource['id']}")
            client.get(f"AuditEvent?_id={resource['id']}&_include=AuditEvent:patient")
    for query in (
        *(
            "date=ge2026-11-21",
            "action=R",
            "action=C,U",
            "action:not=R",
            f"agent={cast.party['ccas']}",
            "_sort=date",
            "_sort=type",
        ),
        *(
            "_total=accurate",
            "_summary=count",
            "_include=AuditEvent:agent",
            "_elements=recorded",
            "_has:x:y:z=1",
            "_format=xml",
        ),
        *("_lastUpdated=ge2026-11-21", "_revinclude=Task:owner", "outcome=0", "date=lt2026-11-21T08:00:10Z&_count=3"),
    ):
        cast.dpo_auditeur.get(f"AuditEvent?patient={cast.jeanne}&{query}")
    for query in (
        "",
        "?date=2026",
        f"?patient={cast.hidden}",
        f"?patient={cast.jeanne},{cast.hidden}",
        "?patient.name=x",
    ):
        cast.dpo_auditeur.get(f"AuditEvent{query}")
    cast.personne.form("AuditEvent/_search", f"patient={cast.jeanne}&action=R")
