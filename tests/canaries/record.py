"""Her record: every kept type, filled; the split ones in all their places, the coded ones at each of `config/labels.toml`."""

from __future__ import annotations

from typing import Any

from fhir_profiles import codes
from hub.fhir import get_structure
from tests.canaries.standing import KINDS, Entry, at, naming, pages, places_of, pointing, section_names
from tests.canaries.words import Canaries, Json, text_elements, variants
from tests.territory import CMP_CATEGORY, PERSON, of_domain

CMP = "Organization/cmp"
SAFETY = "psychiatric.safety"  # the first extract of psychiatry: what an entry that reveals it asks for

# Types told by functions of their own: these, those of the directory, and those that a code places.
WRITTEN_ALONE = frozenset({"Patient", "Subscription", "Provenance"})
TOLD_APART = frozenset({"directory", "code"})


def ref(name: str, **more: Any) -> Json:
    return {"reference": name, **more}


def coded(system: str, code: str, **more: Any) -> Json:
    return {"coding": [{"system": system, "code": code}], **more}


class Story:
    """Everything that is written, in order, with where it stands."""

    def __init__(self, say: Canaries) -> None:
        self.say = say
        self.entries: dict[str, Entry] = {}

    def add(self, resource: Json, **more: Any) -> Entry:
        standing = {key: more.pop(key) for key in list(more) if key not in ("rest", "label", "domain", "by")}
        entry = Entry(resource, exact=standing.pop("exact", {}), **more)
        assert not standing and entry.name not in self.entries, entry.name
        self.entries[entry.name] = entry
        return entry

    def filled(self, kind: str, key: str, variant: int = 0, given: Json | None = None, **more: Any) -> Entry:
        """A filled resource about her. `given`: elements that are as said."""
        return self.add(self.say.filled(kind, variant, **{"id": key, **self._fixed(kind), **(given or {})}), **more)

    def every_variant(self, kind: str, given: Json | None = None, **more: Any) -> None:
        for variant in range(variants(kind)):
            self.filled(kind, f"plein-{variant}", variant, given, **more)

    def _fixed(self, kind: str) -> Json:
        """What a filled resource says of her, and what must not set anything going."""
        her = ref(PERSON, display=self.say())
        match kind:
            case "Patient" | "Subscription" | "Provenance":
                return {}
            case "Coverage":
                return {"beneficiary": her}
            case "Task":
                return {"for": her, "status": "draft"}
            case "Appointment":
                return {"participant": [{"actor": her, "status": "accepted", "type": [self.say.text()]}]}
            case "Binary":
                return {"contentType": "text/plain"}
            case _ if KINDS[kind].rest == "directory":
                return {}
        own = {
            "AllergyIntolerance": {
                "clinicalStatus": coded(codes.ALLERGY_CLINICAL, "active", text=self.say()),
                "verificationStatus": coded(codes.ALLERGY_VERIFICATION, "confirmed", text=self.say()),
            },
            "EpisodeOfCare": {"status": "finished"},
            "Consent": {"status": "inactive"},
            "Encounter": {"status": "planned", "class": {"code": "AMB", "display": self.say()}},
            "CareTeam": {"status": "inactive"},
            "ServiceRequest": {"intent": "order"},
            "Condition": {
                "clinicalStatus": coded(codes.CONDITION_CLINICAL, "resolved", text=self.say()),
                "verificationStatus": coded(codes.CONDITION_VERIFICATION, "confirmed", text=self.say()),
            },
        }
        return {("patient" if "patient" in get_structure(kind).elements else "subject"): her} | own.get(kind, {})


def tell(story: Story, held_by: str) -> None:
    """Her record. `held_by`: the party that holds what has a holder."""
    _directory(story)
    _person(story, held_by)
    for kind in (name for name, kind in KINDS.items() if name not in WRITTEN_ALONE and kind.rest not in TOLD_APART):
        story.every_variant(kind)
    _coded(story)
    _revealing(story)
    _pointing(story)
    _domains(story)
    _summed_up(story)
    story.filled("Appointment", "annule", given={"status": "cancelled", "cancelationReason": story.say.text()})
    _held(story, held_by)
    _apart(story)


def _directory(story: Story) -> None:
    for kind in (name for name, kind in KINDS.items() if kind.rest == "directory"):
        story.every_variant(kind)
    for key, name in (("dac", "Dispositif fictif"), ("cmp", "CMP fictif"), ("cabinet", "Cabinet fictif")):
        revealing = {"type": [CMP_CATEGORY]} if key == "cmp" else {}
        story.add({"resourceType": "Organization", "id": key, "name": name, **revealing})
    story.filled("HealthcareService", "cmp", given={"category": [CMP_CATEGORY]})
    story.filled("PractitionerRole", "cmp", given={"organization": ref(CMP, display=story.say())})


def _person(story: Story, held_by: str) -> None:
    say = story.say
    official, usual, unsaid = (say.piece("HumanName", **use) for use in ({"use": "official"}, {"use": "usual"}, {}))
    numbers: list[Json] = [
        {"system": codes.OID_INS_DEMO, "value": say()},
        {"system": "urn:oid:1.2.3.4", "value": say(), "assigner": ref(held_by, display=say())},
        {"system": "urn:oid:1.2.3.5", "value": say(), "assigner": ref("Organization/cabinet")},
    ]
    cmp = say.piece("PatientContact", organization=ref(CMP))
    given = {
        "id": "jeanne",
        "name": [official, usual, unsaid],
        "identifier": numbers,
        "contact": [say.piece("PatientContact"), cmp],
        "generalPractitioner": [ref("Organization/cabinet", display=say()), ref(CMP, display=say())],
        "extension": [{"url": codes.BIRTH_PLACE_EXTENSION, "valueAddress": {"city": say()}}],
    }
    story.filled(
        "Patient",
        "jeanne",
        given=given,
        exact={
            "name[1]": at("identity.usual"),
            "name[2]": at("identity.usual"),
            "identifier[1]": at("identity", holder=held_by),
            "identifier[2]": at("identity", holder="Organization/cabinet"),
            "contact[1]": naming("contacts", SAFETY),
            "generalPractitioner[1]": naming("contacts", SAFETY),
        },
    )


def _coded(story: Story) -> None:
    """One resource for each rule of `config/labels.toml`, and of each type one that no rule fits."""
    for rank, rule in enumerate(pages("labels")["rule"]):
        code = next(iter(rule.get("codes") or [f"{start}0" for start in rule.get("starts", ())]), "")
        element = rule["element"]
        told = coded(rule.get("system", ""), code, text=story.say())
        many = element == "category"
        given = {element: [told] if many else told} if element else {}
        story.filled(rule["type"], f"regle-{rank}", given=given, rest=rule["place"])
        if rule["type"] == "DocumentReference":
            context = ref(f"DocumentReference/regle-{rank}", display=story.say())
            story.filled("Binary", f"regle-{rank}", given={"securityContext": context}, rest=rule["place"])
    for kind in ("Flag", "Observation", "DocumentReference"):
        story.filled(kind, "inconnu", rest="received")
    for variant in range(1, variants("Observation")):
        story.filled("Observation", f"valeur-{variant}", variant, {"category": [nature("housing")]}, rest="housing")
    missing = {"category": [nature("autonomy")], "dataAbsentReason": story.say.text()}
    values = dict.fromkeys((name for name in text_elements("Observation") if name.startswith("value")), None)
    story.filled("Observation", "absente", given=missing | values, rest="autonomy")
    for variant in range(1, variants("Condition")):
        story.filled("Condition", f"date-{variant}", variant, rest="medical")


def nature(code: str) -> Json:
    return coded(codes.OBSERVATION_NATURE, code)


def by_rule(kind: str, place: str) -> str:
    """The name of the first resource of a type that a rule puts at `place`."""
    rules = enumerate(pages("labels")["rule"])
    return next(f"{kind}/regle-{rank}" for rank, rule in rules if (rule["type"], rule["place"]) == (kind, place))


def _revealing(story: Story) -> None:
    """Who does it tells what it is about: whoever sees it may see that there is psychiatry (`docs/parts.md` 4)."""
    cmp, role = ref(CMP), ref("PractitionerRole/cmp")
    label = frozenset({SAFETY})
    medical = {"category": [nature("medical")]}
    for kind, given, rest in (
        ("AllergyIntolerance", {"recorder": role}, ""),
        ("MedicationStatement", {"informationSource": cmp}, ""),
        ("Communication", {"sender": cmp}, ""),
        ("EpisodeOfCare", {"careManager": role}, ""),
        ("Encounter", {"serviceProvider": cmp}, ""),
        ("QuestionnaireResponse", {"author": role}, ""),
        ("Observation", {"performer": [cmp], **medical}, "medical"),
        ("Flag", {"author": cmp, "category": [coded(codes.HL7 + "flag-category", "admin")]}, "rights"),
        ("DocumentReference", {"author": [role], "type": coded(codes.LOINC, "28653-4")}, "social"),
        ("Condition", {"recorder": role}, "medical"),
        ("CarePlan", {"author": cmp}, ""),
        ("CareTeam", {"managingOrganization": [cmp]}, ""),
        ("Coverage", {"payor": [cmp]}, ""),
        ("Task", {"owner": cmp}, ""),
        ("ServiceRequest", {"performer": [role]}, ""),
    ):
        story.filled(kind, "revele", given=given, rest=rest, label=label)
    others = [
        {"actor": ref(PERSON), "status": "accepted"},
        {"actor": ref("HealthcareService/cmp"), "status": "accepted"},
    ]
    story.filled("Appointment", "revele", given={"participant": others}, label=label)
    context = ref("DocumentReference/revele", display=story.say())
    story.filled("Binary", "revele", given={"securityContext": context}, rest="social", label=label)


def _pointing(story: Story) -> None:
    """What points to something of the record is shown to who may see both (`docs/parts.md` 3)."""
    say = story.say
    heart, mind = by_rule("Condition", "medical"), by_rule("Condition", "psychiatric")
    for kind, element, place in (
        ("MedicationStatement", "reasonReference", "medication"),
        ("Communication", "reasonReference", "notes"),
        ("CarePlan", "addresses", "activities"),
        ("Goal", "addresses", "goals"),
        ("Encounter", "reasonReference", "medical"),
    ):
        pair = [ref(heart, display=say()), ref(mind, display=say())]
        exact = {f"{element}[0]": pointing(place, "medical.titles"), f"{element}[1]": pointing(place, "psychiatric")}
        story.filled(kind, "vise", given={element: pair}, exact=exact)
    story.filled(
        "EpisodeOfCare",
        "vise",
        given={"diagnosis": [say.piece("EpisodeOfCareDiagnosis", condition=ref(mind))]},
        # A required reference inside an item takes the item along.
        exact={"diagnosis[0]": pointing("activities.services", "psychiatric")},
    )
    story.filled(
        "ServiceRequest",
        "vise",
        given={"reasonReference": [ref(heart, display=say())], "intent": "option"},
        exact={"reasonReference[0]": pointing("tasks", "medical.titles")},
    )
    task = ref("Task/plein-0", display=say())
    detail = say.piece("CarePlanActivityDetail", performer=[ref(CMP)])
    domain = say.piece("CarePlanActivityDetail", code=coded(codes.ACTIVITY_DOMAIN, "finances"))
    story.filled(
        "CarePlan",
        "suit",
        given={
            "goal": [ref("Goal/plein-0", display=say()), ref("Goal/psy", display=say())],
            "activity": [{"reference": task}, {"detail": detail}, {"detail": domain}],
        },
        exact={
            "goal[0]": pointing("goals.titles"),
            "goal[1]": pointing("goals.titles", domains=frozenset({"psy"})),
            "activity[0]": pointing("activities", "tasks.titles"),
            "activity[1]": naming("activities", SAFETY),
            "activity[2]": at("activities", domains=frozenset({"finances"})),
        },
    )
    story.filled(
        "Task",
        "vise",
        given={
            "focus": ref("ServiceRequest/plein-0", display=say()),
            "basedOn": [ref("CarePlan/plein-0", display=say())],
            "input": [say.piece("TaskInput", valueReference=ref(mind))],
        },
        exact={
            "focus": at("tasks.titles"),
            "basedOn[0]": pointing("tasks.titles", "activities.services"),
            "input[0]": naming("tasks", "psychiatric"),
        },
    )
    members = [
        say.piece("CareTeamParticipant", member=ref(name), onBehalfOf=None) for name in (CMP, "RelatedPerson/plein-0")
    ]
    story.filled(
        "CareTeam",
        "vise",
        given={"participant": members},
        exact={"participant[0]": naming("contacts", SAFETY), "participant[1]": pointing("contacts")},
    )
    targets = [ref(PERSON, display=say()), ref(mind, display=say()), ref("Coverage/plein-0", display=say())]
    story.filled(
        "Provenance",
        "suivi",
        given={"target": targets},
        exact={
            "target[0]": pointing("identity.usual"),
            "target[1]": pointing("psychiatric"),
            "target[2]": pointing("rights"),
            **{name: at() for name in ("policy", "location", "activity", "reason", "entity", "signature")},
        },
    )


def _domains(story: Story) -> None:
    """Of each activity domain a goal, an order, an action, an assessment, an appointment."""
    say = story.say
    for domain in pages("sections")["domains"]:
        of_it = {"id": domain, "extension": [of_domain(domain)]}
        goal = {"lifecycleStatus": "active", "description": say.text(), "note": [say.text()], "subject": ref(PERSON)}
        story.add({"resourceType": "Goal", **of_it, **goal}, domain=domain)
        order = {
            "status": "active",
            "intent": "option",
            "code": say.text(),
            "note": [say.text()],
            "subject": ref(PERSON),
        }
        story.add({"resourceType": "ServiceRequest", **of_it, **order}, domain=domain)
        action = {"status": "draft", "intent": "order", "description": say(), "note": [say.text()], "for": ref(PERSON)}
        story.add({"resourceType": "Task", **of_it, **action}, domain=domain)
        form = {"status": "completed", "identifier": {"value": say()}, "subject": ref(PERSON)}
        form |= {"item": [{"linkId": "1", "text": say()}]}
        story.add({"resourceType": "QuestionnaireResponse", **of_it, **form}, domain=domain)
        plan = {"status": "active", "intent": "plan", "title": say(), "category": [say.text()], "note": [say.text()]}
        story.add({"resourceType": "CarePlan", **of_it, **plan, "subject": ref(PERSON)}, domain=domain)
        for place, kind in (("activities", codes.DOC_CARE_PLAN), ("assessments", "34842-5")):
            key = f"{domain}-{place}"
            paper = {
                "status": "current",
                "type": coded(codes.LOINC, kind),
                "description": say(),
                "subject": ref(PERSON),
            }
            paper |= {"content": [{"attachment": {"contentType": "text/plain", "title": say()}}]}
            story.add({"resourceType": "DocumentReference", **of_it, "id": key, **paper}, rest=place, domain=domain)
            story.filled(
                "Binary",
                key,
                given={"securityContext": ref(f"DocumentReference/{key}", display=story.say())},
                rest=place,
                domain=domain,
            )


# What the hub derives, and where: the summary of each, by the code of its Observation (domain of level S).
DERIVED = {
    codes.GIR_QUESTION: "autonomy.gir",
    "caregiver-band": "caregiver.band",
    "recent-hospitalisation": "medical.flags",
    "protection": "rights.flags",
}


def _summed_up(story: Story) -> None:
    """What the hub sums up: two forms, a representative; the scenes' stays are the rest."""
    say = story.say
    grid = "coherence orientation toilette habillage alimentation elimination transferts interieur"
    for key, section, links, answer in (
        ("aggir", "autonomy", grid.split(), {"valueString": "B"}),
        ("zarit", "caregiver", [str(rank) for rank in range(1, 23)], {"valueInteger": 2}),
    ):
        form = {"resourceType": "QuestionnaireResponse", "id": key, "status": "completed", "subject": ref(PERSON)}
        form |= {"questionnaire": f"{codes.BASE}Questionnaire/{key}", "identifier": {"value": say()}}
        form["item"] = [{"linkId": link, "text": say(), "answer": [answer]} for link in links]
        story.add(form, exact={"item": at("assessments", section)})
    tie = coded(codes.RELATIVE_ROLE, "GUARD", text=say())
    story.filled("RelatedPerson", "mandataire", given={"relationship": [tie]})


def _held(story: Story, held_by: str) -> None:
    """A provision of an agreement belongs to the one that it names (`docs/parts.md` 6)."""
    say = story.say

    def of(*names: str) -> Json:
        actors = [say.piece("ConsentProvisionActor", reference=ref(name)) for name in names]
        return say.piece("ConsentProvision", **({"actor": actors} if actors else {}))

    cabinet = "Organization/cabinet"
    provision = of(held_by) | {"provision": [of(held_by), of(cabinet), of(held_by, cabinet), of()]}
    held, others = at("consents", holder=held_by), at("consents", holder=cabinet)
    exact = {"provision": held, "provision.provision[0]": held, "provision.provision[1]": others}
    exact |= {f"provision.provision[{rank}]": at("consents") for rank in (2, 3)}
    story.filled("Consent", "tenu", given={"provision": provision}, exact=exact)


def _apart(story: Story) -> None:
    """What stands otherwise than its type: offers, contained resources, narrative, what is about nobody, foreign extensions."""
    say = story.say

    def commune() -> Json:
        return {"url": codes.BASE + "StructureDefinition/commune", "valueCoding": {"display": say()}}

    offered = {"status": "requested", "intent": "order", "authoredOn": "2026-11-20", "code": say.text()}
    offered |= {"extension": [commune()], "description": say(), "note": [say.text()], "for": ref(PERSON)}
    offer = at("offers", general=True)
    shown = dict.fromkeys(("status", "intent", "authoredOn", "code", "extension"), offer)
    story.add({"resourceType": "Task", "id": "offerte", **offered}, exact=shown)
    step = {"url": codes.BASE + "StructureDefinition/circuit-step", "valueString": say()}
    story.add(
        {"resourceType": "Task", "id": "etape", "status": "draft", "intent": "order", "extension": [step, commune()]}
        | {"for": ref(PERSON)},
        exact={"extension[0]": at("tasks"), "extension[1]": at("tasks.titles")},
    )
    story.add(
        {"resourceType": "Task", "id": "manque", "status": "draft", "intent": "order", "description": say()}
        | {"note": [say.text()]}
    )
    inside = {"contained": [say.filled("Practitioner", id="p")], "performer": [ref("#p", display=say())]}
    unit = at("medical")
    story.filled(
        "Observation",
        "contient",
        given=inside | {"category": [nature("medical")]},
        rest="medical",
        exact={"contained": unit, "performer": unit},
    )
    within = {"resourceType": "Condition", "id": "c", "subject": ref(PERSON), "note": [say.text()]}
    within["code"] = coded("http://hl7.org/fhir/sid/icd-10", "F20.0", text=say())
    # By a stake it is shown as a reference to it would be (rule 3).
    unit = pointing("medication", "psychiatric")
    story.filled(
        "MedicationStatement",
        "contient",
        given={"contained": [within], "reasonReference": [ref("#c", display=say())]},
        exact={"contained": unit, "reasonReference": unit},
    )
    told = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{say()}</div>'}
    everything = at(
        *(
            place
            for section in section_names()
            for place in places_of(section)
            if section not in ("own", "offers", "original")
        )
    )
    story.filled("Goal", "recit", given={"text": told}, exact={"text": everything})
    story.filled("Binary", "seul", given={"securityContext": None}, rest="received")
    story.filled("Subscription", "abonnement")


# What was said otherwise before, and in which element: an earlier version of each (`docs/parts.md` 17).
EARLIER = {
    by_rule("Condition", "medical"): "note",
    "Goal/plein-0": "note",
    "Goal/psy": "description",
    "CarePlan/plein-0": "note",
    "Communication/plein-0": "note",
    "Task/plein-0": "description",
    "Patient/jeanne": "telecom",
}
