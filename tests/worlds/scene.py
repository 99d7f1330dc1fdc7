"""The graph that the worlds share (`docs/leaks.md` B0): a person followed by a hub, her partners, her relatives, somebody else.

Every free text is a canary: a word that stands at one place only, so that an answer that holds it tells which part left.
Each situation is one way in which the same partners are tied to her.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from fhir_profiles import codes
from fhir_profiles.definitions import load_codes
from tests import territory
from tests.territory import CMP_CATEGORY, DAY, PERSON, of_domain

Json = dict[str, Any]
Written = tuple[Json, str]  # a resource, and the party that wrote it

STRANGER = "Patient/inconnue"

PARTIES: dict[str, tuple[str, ...]] = {
    **territory.PARTIES,
    "Organization/clinique": ("m2m_orienteur",),
    "Organization/dehors": ("saad", "medecin_traitant"),
}
# Who acts in the worlds, role by role: whom the situations tie to her, and a partner that nothing ties.
ACTORS: tuple[tuple[str, str], ...] = (
    *((party, role) for party, roles in territory.PARTIES.items() for role in roles if role != "m2m_orienteur"),
    ("Organization/clinique", "m2m_orienteur"),
    ("Organization/dehors", "saad"),
)
SITUATIONS = ("circle", "agreed", "opposed", "asked", "late")

_CIRCLE = ("dac", "cabinet", "cmp", "ssiad", "saad", "ccas", "ems")
_PARTNERS = {
    "ssiad": "soins-perso",
    "saad": "aide-domicile",
    "ccas": "social-droits",
    "ems": "coordination",
    "cmp": "psy",
}


class Canaries:
    """Words that occur once."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self) -> str:
        return f"zq{next(self._count):04d}z"

    def text(self) -> Json:
        return {"text": self()}

    def note(self, **elements: Any) -> Json:
        return {"text": self()} | elements


def ref(name: str) -> Json:
    return {"reference": name}


def coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def steps(situation: str) -> Iterator[tuple[int, list[Written]]]:
    """(moment before the start of the programs in µs, what is written then). The same words in the same order each time.
    What is written again under a known name is its new state."""
    say = Canaries()
    yield 60 * DAY, [(one, "") for one in directory(say)]
    yield 60 * DAY, list(_persons(say, situation))
    yield 58 * DAY, list(_circle(say, situation))
    yield 55 * DAY, list(_social(say))
    yield 54 * DAY, list(_care(say))
    yield 50 * DAY, list(_requests(say, situation))
    if situation == "late":
        yield 48 * DAY, list(_refused(say))
    yield 45 * DAY, list(_plan(say, situation))
    yield 40 * DAY, list(_papers(say))
    yield 35 * DAY, list(_agreements(say, situation))
    yield 34 * DAY, list(_summed_up(say))


def directory(say: Canaries) -> list[Json]:
    """Organisations and what hangs on them. Everybody with a directory sees all of it: no canary hides here."""
    more: list[Json] = [
        {"resourceType": "Organization", "id": key, "active": True, "name": key} for key in ("clinique", "dehors")
    ]
    return [
        *territory.directory(),
        *more,
        {
            "resourceType": "HealthcareService",
            "id": "cmp-consultation",
            "name": "CMP fictif",
            "category": [CMP_CATEGORY],
        },
        {
            "resourceType": "HealthcareService",
            "id": "aide",
            "name": "Aide fictive",
            "providedBy": ref("Organization/saad"),
        },
        {"resourceType": "Location", "id": "antenne", "name": "Antenne fictive", "status": "active"},
        {
            "resourceType": "PractitionerRole",
            "id": "dr-cabinet",
            "practitioner": ref("Practitioner/dr"),
            "active": True,
        },
        {
            "resourceType": "Questionnaire",
            "id": "grille",
            "status": "active",
            "url": "https://exemple.org/grille",
            "item": [{"linkId": "1", "type": "string"}],
        },
    ]


def _persons(say: Canaries, situation: str) -> Iterator[Written]:
    known = territory.person()
    known["name"] = [
        {"use": "official", "family": say(), "given": [say(), say()]},
        {"use": "usual", "family": say(), "given": [say()]},
    ]
    known["identifier"] = [
        known["identifier"][0],
        {"system": "urn:oid:1.2.3.4", "value": say(), "assigner": ref("Organization/chu")},
        {"system": "urn:oid:1.2.3.5", "value": say(), "assigner": ref("Organization/ccas")},
        {"system": "urn:oid:1.2.3.6", "value": say(), "assigner": ref("Organization/clinique")},
    ]
    known["telecom"] = [{"system": "phone", "value": say()}]
    known["address"] = [{"line": [say()], "city": say(), "postalCode": "99999"}]
    known["maritalStatus"] = say.text()
    known["communication"] = [{"language": say.text()}]
    known["contact"] = [{"name": say.text()}, {"name": say.text(), "organization": ref("Organization/cmp")}]
    known["managingOrganization"] = ref("Organization/dac")
    yield known, "" if situation == "late" else "Organization/dac"
    other = {"resourceType": "Patient", "id": STRANGER.partition("/")[2], "name": [{"use": "usual", "family": say()}]}
    yield other | {"birthDate": "1938-02-03", "gender": "female"}, "Organization/dehors"
    for relative in territory.relatives():
        yield relative | {"name": [say.text()], "relationship": [say.text()]}, "Organization/dac"


def _circle(say: Canaries, situation: str) -> Iterator[Written]:
    """Who is around her; before the Tasks, which would else make a circle of their own."""
    if situation not in ("asked", "late"):
        members = [{"member": ref(f"Organization/{one}"), "role": [say.text()]} for one in _CIRCLE]
        relative = [{"member": ref("RelatedPerson/fille"), "role": [say.text()]}]
        team = {"resourceType": "CareTeam", "id": "cercle", "status": "active", "name": say(), "subject": ref(PERSON)}
        yield team | {"participant": [*members, *relative], "note": [say.note()]}, "Organization/dac"


def _social(say: Canaries) -> Iterator[Written]:
    for code in load_codes()[codes.OBSERVATION]:
        yield (
            territory.observation(f"o-{code}", code, valueString=say(), valueBoolean=None) | {"note": [say.note()]},
            "",
        )
    for nature in load_codes()[codes.OBSERVATION_NATURE]:
        found = territory.observation(f"n-{nature}", "referral-note", note=[say.note()])
        yield found | {"category": [coded(codes.OBSERVATION_NATURE, nature)]}, _author(nature)
    gir = territory.observation("gir", "", valueBoolean=None, note=[say.note()])
    gir["code"] = coded(codes.MED, codes.GIR_QUESTION)
    yield gir | {"valueCodeableConcept": coded(codes.MED, codes.GIR_ANSWERS[3])}, "Organization/ems"
    yield (
        {
            "resourceType": "Coverage",
            "id": "droits",
            "status": "active",
            "beneficiary": ref(PERSON),
            "payor": [ref("Organization/ccas")],
            "subscriberId": say(),
        },
        "Organization/ccas",
    )


def _author(nature: str) -> str:
    return {"psychiatric": "Organization/cmp", "medical": "Organization/cabinet", "caregiver": "Organization/ems"}.get(
        nature, "Organization/dac"
    )


def _care(say: Canaries) -> Iterator[Written]:
    for key, code, author in (("hta", "I10", "cabinet"), ("psy", "F20.0", "cmp"), ("chute", "R29.6", "chu")):
        found = territory.condition(key, code, note=[say.note()], recordedDate="2026-10-01")
        found["code"]["text"] = say()
        yield found | {"severity": say.text()}, f"Organization/{author}"
    yield (
        {
            "resourceType": "AllergyIntolerance",
            "id": "allergie",
            "clinicalStatus": coded(codes.ALLERGY_CLINICAL, "active"),
            "patient": ref(PERSON),
            "code": say.text(),
        },
        "Organization/cabinet",
    )
    for key, why in (("hta", "Condition/hta"), ("psy", "Condition/psy")):
        yield (
            {
                "resourceType": "MedicationStatement",
                "id": f"rx-{key}",
                "status": "active",
                "subject": ref(PERSON),
                "medicationCodeableConcept": say.text(),
                "reasonReference": [ref(why) | {"display": say()}],
                "dosage": [say.text()],
            },
            "Organization/cabinet",
        )
    for key, nature in (("clinical", "clinical"), ("admin", "admin")):
        yield (
            {
                "resourceType": "Flag",
                "id": f"f-{key}",
                "status": "active",
                "category": [coded(codes.HL7 + "flag-category", nature)],
                "code": say.text(),
                "subject": ref(PERSON),
            },
            "Organization/dac",
        )
    yield (
        {
            "resourceType": "Flag",
            "id": "f-psy",
            "status": "active",
            "code": coded(codes.OBSERVATION, "psychiatric-safety") | {"text": say()},
            "subject": ref(PERSON),
            "author": ref("Organization/cmp"),
        },
        "Organization/cmp",
    )
    yield (
        {
            "resourceType": "Communication",
            "id": "mot",
            "status": "completed",
            "subject": ref(PERSON),
            "sender": ref("Organization/ssiad"),
            "payload": [{"contentString": say()}],
            "note": [say.note()],
        },
        "Organization/ssiad",
    )
    yield (
        {
            "resourceType": "Communication",
            "id": "mot-psy",
            "status": "completed",
            "subject": ref(PERSON),
            "sender": ref("Organization/cmp"),
            "payload": [{"contentString": say()}],
        },
        "Organization/cmp",
    )
    yield (
        {
            "resourceType": "Appointment",
            "id": "rdv",
            "status": "booked",
            "start": "2026-12-01T10:00:00Z",
            "end": "2026-12-01T11:00:00Z",
            "description": say(),
            "participant": [
                {"actor": ref(PERSON), "status": "accepted"},
                {"actor": ref("Practitioner/dr"), "status": "accepted"},
            ],
        },
        "Organization/cabinet",
    )
    for key, domain in (("aggir", "soins-perso"), ("zarit", "aidant"), ("mms", "psy")):
        yield (
            {
                "resourceType": "QuestionnaireResponse",
                "id": key,
                "status": "completed",
                "extension": [of_domain(domain)],
                "questionnaire": "https://exemple.org/grille",
                "subject": ref(PERSON),
                "authored": "2026-10-01T10:00:00Z",
                "author": ref("Organization/ems"),
                "item": [{"linkId": "1", "text": say(), "answer": [{"valueString": say()}]}],
            },
            "Organization/ems",
        )


def _summed_up(say: Canaries) -> Iterator[Written]:
    """Forms whose summary the hub derives: who sees it alone is told nothing of the rest."""
    grid = [
        "coherence",
        "orientation",
        "toilette",
        "habillage",
        "alimentation",
        "elimination",
        "transferts",
        "interieur",
    ]
    for key, links, answer in (
        ("aggir", grid, {"valueString": "B"}),
        ("zarit", [str(rank) for rank in range(1, 23)], {"valueInteger": 2}),
    ):
        yield (
            {
                "resourceType": "QuestionnaireResponse",
                "id": f"s-{key}",
                "status": "completed",
                "questionnaire": f"{codes.BASE}Questionnaire/{key}",
                "subject": ref(PERSON),
                "authored": "2026-10-02T10:00:00Z",
                "item": [{"linkId": link, "text": say(), "answer": [answer]} for link in links],
            },
            "Organization/ems",
        )


def _requests(say: Canaries, situation: str) -> Iterator[Written]:
    """The demands, and who is asked what. `asked`: nobody has answered; `late`: all is done."""
    status = {"asked": "requested", "late": "completed"}.get(situation, "in-progress")
    for sender in ("chu", "clinique"):
        name = f"Organization/{sender}"
        yield (
            territory.request(
                f"de-{sender}",
                name,
                code=say.text(),
                reasonCode=[say.text()],
                note=[say.note()],
                patientInstruction=say(),
            ),
            name,
        )
        intake = "requested" if situation in ("asked", "late") else "accepted"
        yield _intake(say, sender, intake), name
    for partner, domain in _PARTNERS.items():
        order = territory.request(
            f"a-{partner}", "Organization/dac", code=say.text(), reasonCode=[say.text()], note=[say.note()]
        )
        yield (
            order | {"performer": [ref(f"Organization/{partner}")], "extension": [of_domain(domain)]},
            "Organization/dac",
        )
        made = _task(
            say, f"t-{partner}", partner, f"a-{partner}", "Organization/dac", status, extension=[of_domain(domain)]
        )
        yield made, "Organization/dac"
    inner = territory.request("cmp-cabinet", "Organization/cmp", code=say.text(), reasonCode=[say.text()])
    yield inner | {"reasonReference": [ref("Condition/psy")], "extension": [of_domain("psy")]}, "Organization/cmp"
    yield (
        _task(say, "h-psy", "cabinet", "cmp-cabinet", "Organization/cmp", "rejected", extension=[of_domain("psy")]),
        "Organization/cmp",
    )
    yield (
        territory.task(
            "offerte",
            focus="ServiceRequest/a-saad",
            description=say(),
            note=[say.note()],
            extension=[of_domain("aide-domicile")],
        ),
        "Organization/dac",
    )
    yield (
        {
            "resourceType": "ServiceRequest",
            "id": "ailleurs",
            "status": "active",
            "intent": "order",
            "code": say.text(),
            "subject": ref(STRANGER),
            "requester": ref("Organization/dehors"),
        },
        "",
    )
    yield territory.condition("ailleurs", "I10", subject=ref(STRANGER), note=[say.note()]), ""


def _refused(say: Canaries) -> Iterator[Written]:
    """The desk is done with both demands, longer ago than it keeps its slice."""
    for sender in ("chu", "clinique"):
        yield _intake(say, sender, "rejected"), f"Organization/{sender}"


def _intake(say: Canaries, sender: str, status: str) -> Json:
    code = coded(codes.HUB_TASK, "intake")
    return _task(say, f"intake-{sender}", "dac", f"de-{sender}", f"Organization/{sender}", status, code=code)


def _task(say: Canaries, key: str, owner: str, focus: str, requester: str, status: str, **elements: Any) -> Json:
    made = territory.task(key, f"Organization/{owner}", f"ServiceRequest/{focus}", requester, status=status, **elements)
    reason = {"statusReason": say.text()} if status in ("rejected", "completed") else {}
    period = {"executionPeriod": {"start": f"2026-11-{len(key) + 2:02d}"}}
    return made | {"description": say(), "note": [say.note()], "priority": "routine"} | reason | period


def _plan(say: Canaries, situation: str) -> Iterator[Written]:
    for key, domain in (("marcher", "soins-perso"), ("droits", "social-droits"), ("apaiser", "psy")):
        yield (
            {
                "resourceType": "Goal",
                "id": key,
                "lifecycleStatus": "active",
                "extension": [of_domain(domain)],
                "subject": ref(PERSON),
                "description": say.text(),
                "note": [say.note()],
                "addresses": [ref("Condition/psy")] if domain == "psy" else [ref("Condition/hta")],
            },
            "Organization/dac",
        )
    circle = [] if situation in ("asked", "late") else [ref("CareTeam/cercle")]
    yield (
        {
            "resourceType": "CarePlan",
            "id": "plan",
            "status": "active",
            "intent": "plan",
            "title": say(),
            "category": [say.text()],
            "subject": ref(PERSON),
            "author": ref("Organization/dac"),
            "addresses": [ref("Condition/hta") | {"display": say()}, ref("Condition/psy") | {"display": say()}],
            "goal": [ref("Goal/marcher"), ref("Goal/apaiser") | {"display": say()}],
            "activity": [
                {"detail": {"status": "in-progress", "description": say()}},
                {"reference": ref("Task/t-ssiad") | {"display": say()}},
                {"reference": ref("Task/t-cmp") | {"display": say()}},
                {"detail": {"status": "in-progress", "description": say(), "performer": [ref("Organization/cmp")]}},
                {"detail": {"status": "scheduled", "description": say()}},
            ],
            "note": [say.note(), say.note()],
        }
        | ({"careTeam": circle} if circle else {}),
        "Organization/dac",
    )
    yield (
        {
            "resourceType": "EpisodeOfCare",
            "id": "suivi",
            "status": "active",
            "patient": ref(PERSON),
            "managingOrganization": ref("Organization/dac"),
            "period": {"start": "2026-09-01"},
            "diagnosis": [{"condition": ref("Condition/psy") | {"display": say()}}],
        },
        "Organization/dac",
    )
    if situation not in ("asked", "late"):
        yield (
            territory.stay(
                "sejour", "2026-11-01", reasonCode=[say.text()], hospitalization={"dischargeDisposition": say.text()}
            ),
            "Organization/chu",
        )


def _papers(say: Canaries) -> Iterator[Written]:
    papers = (
        ("bilan", "34133-9", "cabinet"),
        ("social", "28653-4", "dac"),
        ("psy", "68599-0", "cmp"),
        ("autre", "0-0", "chu"),
    )
    for key, kind, author in papers:
        yield (
            {
                "resourceType": "DocumentReference",
                "id": key,
                "status": "current",
                "type": coded(codes.LOINC, kind),
                "subject": ref(PERSON),
                "description": say(),
                "author": [ref(f"Organization/{author}")],
                "content": [{"attachment": {"contentType": "text/plain", "url": f"Binary/{key}", "title": say()}}],
            },
            f"Organization/{author}",
        )
        yield (
            {
                "resourceType": "Binary",
                "id": key,
                "contentType": "text/plain",
                "securityContext": ref(f"DocumentReference/{key}"),
                "data": "AAAA",
            },
            f"Organization/{author}",
        )
    yield (
        {
            "resourceType": "Provenance",
            "id": "p1",
            "target": [ref("CarePlan/plan"), ref("Condition/psy") | {"display": say()}],
            "recorded": "2026-10-10T10:00:00Z",
            "agent": [{"who": ref("Organization/dac") | {"display": say()}}],
        },
        "",
    )
    yield (
        {
            "resourceType": "Subscription",
            "id": "s1",
            "status": "requested",
            "reason": say(),
            "criteria": "Task",
            "channel": {"type": "rest-hook"},
        },
        "Organization/ssiad",
    )


def _agreements(say: Canaries, situation: str) -> Iterator[Written]:
    yield _noted(say, territory.consent("permit", "Organization/dehors", id="accord-dehors")), "Organization/dac"
    if situation == "agreed":
        for section in ("psychiatric", "financial", "autonomy", "medical", "goals", "activities", "tasks", "rights"):
            yield _noted(say, territory.consent("permit", "", section, id=f"accord-{section}")), "Organization/dac"
        yield _noted(say, territory.consent("permit", "RelatedPerson/ami", id="accord-ami")), PERSON
    if situation == "opposed":
        yield _noted(say, territory.consent("deny", "", "housing", id="refus-logement")), PERSON
        yield _noted(say, territory.consent("deny", "Organization/ssiad", id="refus-ssiad")), PERSON
        yield _noted(say, territory.consent("deny", "Organization/cabinet", "medical", id="refus-cabinet")), PERSON


def _noted(say: Canaries, consent: Json) -> Json:
    provision = consent.get("provision", {}) | {
        "data": [{"meaning": "instance", "reference": ref(PERSON) | {"display": say()}}]
    }
    return consent | {"organization": [ref("Organization/dac") | {"display": say()}], "provision": provision}
