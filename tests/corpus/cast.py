"""Who asks, and the person whom they follow: what every scene starts from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus import bodies
from tests.corpus.client import Client, key_of, public_part
from tests.corpus.hub import Hub

ROOT = Path(__file__).parents[2]
FOUNDER = "Organization/founder"

# Role → key of its organisation, sources that it feeds.
_ROLES = {
    "gestionnaire": ("dac", ()),
    "guichet": ("dac", ()),
    "dpo_auditeur": ("dac", ()),
    "pilote": ("dac", ()),
    "admin_sys": ("dac", ()),
    "hosp_clinicien": ("chu", ("chu-hl7",)),
    "hosp_ass": ("chu", ()),
    "m2m_orienteur": ("chu", ("chu-hl7", "cabinet-fhir", "ccas-csv")),
    "medecin_traitant": ("cabinet", ("cabinet-fhir",)),
    "ccas": ("ccas", ("ccas-csv",)),
    "ssiad": ("ssiad", ()),
    "saad": ("saad", ()),
    "psy_cmp": ("cmp", ()),
    "ems_apa": ("departement", ()),
}
_NAMES = {
    "dac": "DAC de Valombre (fictif)",
    "chu": "CHU de Valombre (fictif)",
    "cabinet": "Cabinet médical des Tilleuls (fictif)",
    "ccas": "CCAS de Valombre (fictif)",
    "ssiad": "SSIAD du Val (fictif)",
    "saad": "Aide à domicile Les Glycines (fictif)",
    "cmp": "CMP de Valombre (fictif)",
    "departement": "Équipe APA du département (fictif)",
}
_CMP = {"type": [bodies.coded("urn:oid:1.2.250.1.213.3.3.39", "10")]}


@dataclass
class Cast:
    """`by`: role → its client. `party`: key → its organisation. The names are `Type/id`: Jeanne, whom everyone follows;
    `hidden`, whom the practice alone follows; what there is of Jeanne, by type in `made`; and, once the loop was played, a
    `psychiatric` condition of someone else."""

    hub: Hub
    by: dict[str, Client] = field(default_factory=dict)
    party: dict[str, str] = field(default_factory=dict)
    jeanne: str = ""
    hidden: str = ""
    request: str = ""
    task: str = ""
    hidden_task: str = ""
    condition: str = ""
    psychiatric: str = ""
    made: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Client:
        """The client of a role."""
        try:
            return self.__dict__["by"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None


def assemble(hub: Hub) -> Cast:
    """Register the organisations and their clients, then write the person's record over HTTP."""
    hub.begin_scene("cast")
    cast = Cast(hub)
    founder = register(hub, "founder", FOUNDER, "gestionnaire")
    for key, name in _NAMES.items():
        organization = {"resourceType": "Organization", "name": name, "active": True} | (_CMP if key == "cmp" else {})
        cast.party[key] = founder.create(organization).name
    for role, (key, sources) in _ROLES.items():
        lenient = ("--lenient-update",) if role == "guichet" else ()
        introspect = ("--introspect",) if role == "admin_sys" else ()
        cast.by[role] = register(hub, role, cast.party[key], role, *lenient, *introspect, sources=sources)
    for path in sorted((ROOT / "fhir_profiles" / "questionnaires").glob("*.json")):
        cast.gestionnaire.create(json.loads(path.read_text("utf-8")))
    _write_jeanne(cast)
    _write_hidden(cast)
    return cast


def register(hub: Hub, name: str, party: str, role: str, *flags: str, sources: tuple[str, ...] = ()) -> Client:
    """Register the client `name` with its public key, on the command line."""
    path = hub.folder / f"{name}.jwk"
    path.write_text(json.dumps(public_part(key_of(name))), "utf-8")
    words = [word for source in sources for word in ("--source", source)]
    hub.run(
        *("partner", "add", name, "--name", f"{name}, fictif", "--party", party, "--role", role),
        *("--scope", "system/*.cruds", "--key", str(path), *flags, *words),
    )
    return Client(hub, name, party)


def _write_jeanne(cast: Cast) -> None:
    desk, doctor = cast.gestionnaire, cast.medecin_traitant
    cast.jeanne = desk.create(bodies.patient()).name
    daughter = desk.create(
        {
            "resourceType": "RelatedPerson",
            "patient": {"reference": cast.jeanne},
            "relationship": [bodies.coded(f"{bodies.TERMINOLOGY}/v3-RoleCode", "DAUC")],
            "name": [{"family": "Fictive", "given": ["Hélène"]}],
        }
    ).name
    cast.by["personne"] = _person(cast.hub, "personne", cast.jeanne)
    cast.by["aidant"] = _person(cast.hub, "aidant", daughter)
    # Not the psychiatric centre, whose name tells more than the desk may write.
    members = [party for key, party in cast.party.items() if key not in ("dac", "cmp")]
    cast.made["CareTeam"] = desk.create(bodies.circle(cast.jeanne, *members, daughter)).name
    cast.hub.run("grants", "rebuild", "--dry-run")
    cast.hub.run("grants", "rebuild")
    cast.hub.fixed.pass_time(1)
    cast.condition = doctor.create(bodies.condition(cast.jeanne)).name
    cast.request = desk.create(bodies.request(cast.jeanne, desk.party)).name
    cast.task = desk.create(bodies.task(cast.jeanne, desk.party, cast.party["ccas"], cast.request)).name
    for resource in bodies.others(cast.jeanne, doctor.party, cast.request, cast.condition):
        for client in (doctor, desk, cast.hosp_clinicien, cast.ems_apa):
            answer = client.create(resource)
            if answer.status == 201:
                cast.made[resource["resourceType"]] = answer.name
                break


def _write_hidden(cast: Cast) -> None:
    desk = cast.gestionnaire
    cast.hidden = desk.create(bodies.patient("Cachée", "Zoé", "000000000000196")).name
    desk.create(bodies.circle(cast.hidden, cast.party["cabinet"]))
    request = desk.create(bodies.request(cast.hidden, desk.party)).name
    cast.hidden_task = desk.create(bodies.task(cast.hidden, desk.party, cast.party["cabinet"], request)).name
    cast.hub.fixed.pass_time(1)


def _person(hub: Hub, role: str, party: str) -> Client:
    # As long as the tokens that the hub issues, the only ones that it looks up.
    secret = f"secret-of-{role}-".ljust(43, "0")
    hub.database.let_in(party, role, role, secret)
    return Client(hub, role, party, token=secret)
