"""The accounts of the demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.accounts.entry.demo_sign_in import sign_in_to_demo
from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn
from hub.accounts.management.overview import list_accounts
from hub.accounts.management.people import offboard
from hub.demo.people import load_people, seed_people
from hub.demo.territory import seed_territory
from hub.domain.actor import Actor
from hub.domain.errors import NotFound, Refused
from hub.record.db.store import Store
from hub.record.repository.record import Record
from tests.people import OFFICE, OPERATOR
from tests.territory import Territory

# The contract's: login → (organisation, role).
SIGN_INS = {
    "guichet": {("demo-dac", "guichet"), ("demo-ccas", "ccas")},
    "gestionnaire": {("demo-dac", "gestionnaire")},
    "gestionnaire2": {("demo-dac", "gestionnaire")},
    "medecin": {("demo-cabinet", "medecin_traitant")},
    "clinicien": {("demo-chu", "hosp_clinicien")},
    "assistante-chu": {("demo-chu", "hosp_ass")},
    "ccas": {("demo-ccas", "ccas")},
    "infirmiere-ssiad": {("demo-ssiad", "ssiad")},
    "aide-saad": {("demo-saad", "saad")},
    "cmp": {("demo-cmp", "psy_cmp")},
    "apa": {("demo-departement", "ems_apa")},
    "pilote": {("demo-dac", "pilote")},
    "dpo": {("demo-dac", "dpo_auditeur")},
    "admin": {("demo-dac", "admin_sys")},
    "personne": {("jeanne", "personne")},
    "aidant": {("paul", "aidant")},
    "curatrice": {("demo-curatelle", "repr_legal")},
}


@pytest.fixture
def demo(store: Store, tmp_path: Path) -> Territory:
    seed_territory(store, tmp_path)
    return Territory(store)


def roles_of(store: Store) -> dict[str, set[tuple[str, str]]]:
    return {
        view.account.login: {(one.party.partition("/")[2], one.role) for one in view.assignments}
        for view in list_accounts(store)
    }


def test_who_may_be_tried(demo: Territory) -> None:
    seed_people(demo.store)
    before = roles_of(demo.store)
    assert (before.pop("personne"), before.pop("aidant")) == (set(), set())
    assert before == {login: roles for login, roles in SIGN_INS.items() if login not in ("personne", "aidant")}
    demo.write(
        {"resourceType": "Patient", "id": "jeanne", "name": [{"family": "FICTIVE", "given": ["JEANNE", "MARIE"]}]}
    )
    demo.write(
        {
            "resourceType": "RelatedPerson",
            "id": "paul",
            "patient": {"reference": "Patient/jeanne"},
            "name": [{"given": ["Paul"]}],
        }
    )
    seed_people(demo.store)
    seed_people(demo.store)
    assert roles_of(demo.store) == SIGN_INS


def test_a_login_opens_an_account_of_the_demo(demo: Territory) -> None:
    store = demo.store
    seed_people(store)
    outcome = sign_in_to_demo(store, "pilote", OFFICE, demo=True)
    assert isinstance(outcome, SignedIn)
    session = find_session(store, outcome.token)
    assert session is not None
    assert (session.role, session.method) == ("pilote", "demo")
    assert sign_in_to_demo(store, "nobody", OFFICE, demo=True) == NotSignedIn()
    assert sign_in_to_demo(store, "", OFFICE, demo=True) == NotSignedIn()
    offboard(store, OPERATOR, session.account_id)
    assert sign_in_to_demo(store, "pilote", OFFICE, demo=True) == NotSignedIn()


def test_no_account_opens_so_in_production(demo: Territory) -> None:
    seed_people(demo.store)
    with pytest.raises(Refused, match="demo-only"):
        sign_in_to_demo(demo.store, "pilote", OFFICE, demo=False)


def test_none_has_a_password(demo: Territory) -> None:
    seed_people(demo.store)
    assert all(not view.factors.password and not view.factors.passkeys for view in list_accounts(demo.store))
    assert len(load_people()["person"]) == len(SIGN_INS)


def test_the_association_represents_jeanne(demo: Territory) -> None:
    seed_people(demo.store)
    curator = Record(demo.store, Actor("Organization/demo-curatelle", "repr_legal", "x", ("system/*.cruds",)))
    patient = {"resourceType": "Patient", "id": "jeanne", "name": [{"family": "FICTIVE", "given": ["JEANNE"]}]}
    demo.write(patient, by="Organization/demo-dac")
    with pytest.raises(NotFound):
        curator.read("Patient/jeanne")
    for _ in range(2):
        demo.pass_time()
        seed_people(demo.store)
        demo.pass_time()
        assert len(json.loads(curator.read("Patient/jeanne").body)["contact"]) == 1
