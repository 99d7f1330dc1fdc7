"""A fictitious territory to try the record on: one organisation of each kind, a person, her relatives.

`settle_territory(store)` writes it and gives a `Territory`, which opens the record as any of them and writes past the doors as
the hub does. Nobody and nothing in it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

from fhir_profiles import codes
from hub.domain.actor import Actor
from hub.domain.dates import parse_moment
from hub.domain.errors import NotFound
from hub.record.access.grants import add_party
from hub.record.access.predicate import AccessContext
from hub.record.access.session import ReadSession
from hub.record.db.clock import instant, tick
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush

Json = dict[str, Any]
EVERYTHING = ("system/*.cruds",)
DAY = 86_400_000_000

PERSON = "Patient/jeanne"
CMP_CATEGORY = {"coding": [{"system": "urn:oid:1.2.250.1.213.3.3.39", "code": "10"}]}

# Party → the roles that it has.
PARTIES: dict[str, tuple[str, ...]] = {
    "Organization/dac": ("guichet", "gestionnaire", "dpo_auditeur", "pilote", "admin_sys"),
    "Organization/chu": ("hosp_clinicien", "hosp_ass", "m2m_orienteur"),
    "Organization/cabinet": ("medecin_traitant",),
    "Organization/cmp": ("psy_cmp",),
    "Organization/ssiad": ("ssiad",),
    "Organization/saad": ("saad",),
    "Organization/ccas": ("ccas",),
    "Organization/ems": ("ems_apa",),
    PERSON: ("personne",),
    "RelatedPerson/fille": ("aidant",),
    "RelatedPerson/ami": ("pers_confiance",),
    "RelatedPerson/tuteur": ("repr_legal",),
}
PARTY_OF = {role: party for party, roles in PARTIES.items() for role in roles}


@dataclass
class Territory:
    """`store` with the directory, Jeanne and her relatives in it. Everybody is known, nobody is in her circle yet."""

    store: Store

    def actor(self, role: str, **others: Any) -> Actor:
        """Who acts in `role`, with every scope; `others` are fields of `Actor`."""
        given = {"party": PARTY_OF[role], "role": role, "client": f"test-{role}", "scopes": EVERYTHING, **others}
        return Actor(**given)

    def open(self, role: str, **others: Any) -> Record:
        """The record as `role` sees it."""
        return Record(self.store, self.actor(role, **others))

    def access(self, role: str) -> AccessContext:
        return AccessContext(self.actor(role), self.store.get_time())

    def session(self, role: str, connection: Connection) -> ReadSession:
        """What reads as `role` on `connection`, now."""
        return ReadSession(self.actor(role), self.store.get_time(), connection, self.store.seal_keys)

    def pass_time(self, microseconds: int = 1_000_000) -> int:
        """Let the clock go on; gives the new time."""
        self.store.now.value += microseconds  # type: ignore[attr-defined]
        return self.store.now()

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """A writing transaction of the hub's own, settled when the block ends."""
        with self.store.write() as connection:
            unit = UnitOfWork(connection, tick(self.store, connection), self.store.new_id)
            yield unit
            flush(unit)

    def write(self, *resources: Json, by: str = "") -> str:
        """Write new resources, past the doors. The last one's reference."""
        with self.unit() as unit:
            return [unit.create(deepcopy(resource), by=by) for resource in resources][-1]

    def change(self, name: str, change: Callable[[Json], None] | None = None, *, by: str = "", **elements: Any) -> Json:
        """Change a whole resource past the doors: `elements` are set (None takes one away), then `change` edits it."""
        with self.unit() as unit:
            after = deepcopy(unit.read_whole(name))
            for element, value in elements.items():
                after.pop(element, None)
                if value is not None:
                    after[element] = value
            if change is not None:
                change(after)
            unit.replace(name, after, by=by)
            return after

    def whole(self, name: str) -> Json:
        """The whole resource as it stands, hidden parts included."""
        with self.store.write() as connection:
            return UnitOfWork(connection, 0, self.store.new_id).read_whole(name)

    def join_circle(self, *roles: str) -> str:
        """The circle, with exactly the parties of `roles`, from now on. The CareTeam's reference."""
        name = "CareTeam/cercle"
        members = [circle_member(PARTY_OF[role], self.store.now()) for role in roles]
        if self._exists(name):
            self.change(name, participant=members)
            return name
        team = {"resourceType": "CareTeam", "id": "cercle", "status": "active", "subject": {"reference": PERSON}}
        return self.write(team | {"participant": members})

    def consent(self, effect: str, party: str = "", section: str = "", id: str = "accord") -> str:
        """She permits or denies a section (or all) to a party (or everyone) from now on."""
        return self.write(consent(effect, party, section, id=id))

    def _exists(self, name: str) -> bool:
        try:
            self.whole(name)
        except NotFound:
            return False
        return True


def settle_territory(store: Store) -> Territory:
    """Write the territory into an empty record."""
    here = Territory(store)
    with store.write() as connection:
        _add_parties(connection, store.now())
    here.write(*directory())
    here.write(person(), *relatives(), by="")
    return here


def _add_parties(connection: Connection, since: int) -> None:
    for party, roles in PARTIES.items():
        for role in roles:
            add_party(connection, party, role, since)


def directory() -> list[Json]:
    """The organisations and a practitioner; the name of the psychiatric centre alone reveals psychiatry."""
    names = {
        "dac": "Dispositif fictif d'appui",
        "chu": "Hôpital fictif",
        "cabinet": "Cabinet fictif",
        "ssiad": "Soins à domicile fictifs",
        "saad": "Aide à domicile fictive",
        "ccas": "Action sociale fictive",
        "ems": "Équipe fictive de l'APA",
    }
    found: list[Json] = [
        {"resourceType": "Organization", "id": key, "active": True, "name": name} for key, name in names.items()
    ]
    found.append(
        {"resourceType": "Organization", "id": "cmp", "active": True, "name": "CMP fictif", "type": [CMP_CATEGORY]}
    )
    found.append({"resourceType": "Practitioner", "id": "dr", "name": [{"family": "Fictive", "given": ["Odile"]}]})
    return found


def person() -> Json:
    """Jeanne, with something in every place of a Patient."""
    return {
        "resourceType": "Patient",
        "id": "jeanne",
        "active": True,
        "identifier": [
            {"system": codes.OID_INS_DEMO, "value": "000000000000097"},
            {"system": "urn:oid:1.2.3.4", "value": "IPP-1", "assigner": {"reference": "Organization/chu"}},
            {"system": "urn:oid:1.2.3.5", "value": "CCAS-1", "assigner": {"reference": "Organization/ccas"}},
        ],
        "name": [
            {"use": "official", "family": "NAISSANCE", "given": ["Jeanne", "Marie"]},
            {"use": "usual", "family": "Fictive", "given": ["Jeanne"]},
        ],
        "telecom": [{"system": "phone", "value": "0000000001"}],
        "gender": "female",
        "birthDate": "1938-02-03",
        "address": [{"line": ["1 rue Inventée"], "city": "Fictiville", "postalCode": "99999"}],
        "maritalStatus": {"text": "veuve"},
        "contact": [{"name": {"text": "Une voisine fictive"}}],
        "generalPractitioner": [{"reference": "Organization/cabinet"}],
        "extension": [{"url": codes.BIRTH_PLACE_EXTENSION, "valueAddress": {"city": "Ailleurs"}}],
    }


def relatives() -> list[Json]:
    return [
        {
            "resourceType": "RelatedPerson",
            "id": key,
            "patient": {"reference": PERSON},
            "name": [{"text": f"{key} fictif"}],
        }
        for key in ("fille", "ami", "tuteur")
    ]


def circle_member(party: str, since: int) -> Json:
    """A participant of the circle."""
    return {"member": {"reference": party}, "period": {"start": instant(since)}}


def consent(effect: str, party: str = "", section: str = "", **elements: Any) -> Json:
    """A privacy Consent: `permit` or `deny`, for a party or everyone, a section or all."""
    provision: Json = {}
    if party:
        provision["actor"] = [{"role": {"text": "structure"}, "reference": {"reference": party}}]
    if section:
        provision["class"] = [{"system": codes.SECTION, "code": section}]
    rule = "OPTIN" if effect == "permit" else "OPTOUT"
    found: Json = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": codes.CONSENT_SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": codes.LOINC, "code": codes.DOC_CONSENT}]}],
        "patient": {"reference": PERSON},
        "policyRule": {"coding": [{"system": codes.ACT_CODE, "code": rule}]},
        "provision": provision,
    }
    return {name: value for name, value in {**found, **elements}.items() if value}


def request(id: str, requester: str = "Organization/chu", **elements: Any) -> Json:
    """What a partner asks for Jeanne, in its own words."""
    return {
        "resourceType": "ServiceRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "code": {"text": "Évaluer la situation"},
        "subject": {"reference": PERSON},
        "requester": {"reference": requester},
        "authoredOn": "2026-11-20T09:00:00+01:00",
        "reasonCode": [{"text": "Chutes à domicile (exemple)"}],
        **elements,
    }


def task(id: str, owner: str = "", focus: str = "", requester: str = "Organization/dac", **elements: Any) -> Json:
    """An action for Jeanne, asked of `owner`."""
    found: Json = {
        "resourceType": "Task",
        "id": id,
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
        "description": "Une action fictive",
        "for": {"reference": PERSON},
        "authoredOn": "2026-11-20T09:00:00+01:00",
        "requester": {"reference": requester},
        "owner": {"reference": owner},
        "focus": {"reference": focus},
        **elements,
    }
    return {name: value for name, value in found.items() if value not in (None, {"reference": ""})}


def of_domain(code: str) -> Json:
    """The extension that says an activity domain."""
    return {"url": codes.ACTIVITY_DOMAIN_EXTENSION, "valueCode": code}


def condition(id: str, code: str = "I10", **elements: Any) -> Json:
    """A problem by its ICD-10 code; F2 is psychiatric, I10 is not."""
    return {
        "resourceType": "Condition",
        "id": id,
        "clinicalStatus": {"coding": [{"system": codes.CONDITION_CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": codes.CONDITION_VERIFICATION, "code": "confirmed"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
        "subject": {"reference": PERSON},
        "note": [{"text": "Un détail fictif"}],
        **elements,
    }


def observation(id: str, code: str, **elements: Any) -> Json:
    """One of the hub's own observations, by its code."""
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": codes.OBSERVATION, "code": code}]},
        "subject": {"reference": PERSON},
        "effectiveDateTime": "2026-11-20",
        "valueBoolean": True,
        **elements,
    }


def stay(id: str, since: str, until: str = "", hospital: str = "Organization/chu", **elements: Any) -> Json:
    """A stay in hospital."""
    period = {"start": since} | ({"end": until} if until else {})
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished" if until else "in-progress",
        "class": {"system": codes.ACT_CODE, "code": "IMP"},
        "subject": {"reference": PERSON},
        "serviceProvider": {"reference": hospital},
        "period": period,
        **elements,
    }


def at(text: str) -> int:
    """The microseconds of a FHIR moment."""
    return parse_moment(text)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The SQL statements of a block, transaction control aside, in order."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")):
            said.append(statement)

    engines = {store.writer, store.reader, store.relaxed_writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", listen)
