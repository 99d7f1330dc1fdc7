"""Seeing a title is no authority (`docs/parts.md` 26): every Reference of every type, written by each operation.

The elements are those of R4's definitions, at every depth, so a type that is added to the hub is in the sweep. A Consent and a
CareTeam move rights on purpose, by whom they name: what else they point to moves nothing. A Subscription and a
Questionnaire point to nobody.
"""

import json
from collections import Counter

import pytest
from sqlalchemy import select

from fhir_profiles.codes import ACT_CODE, CONSENT_SCOPE
from hub.api.patches import parse_fhirpath_patch, parse_json_patch, parse_merge_patch
from hub.domain.errors import HubError
from hub.domain.resource_types import RESOURCE_TYPES
from hub.fhir import get_structure
from hub.record.tables import grant
from hub.record.write.transaction import Entry
from tests.hub.record.reactions.test_authority import TARGETS, here
from tests.territory import PARTY_OF, PERSON

__all__ = ["here"]

WRITTEN = {name for name, entry in RESOURCE_TYPES.items() if entry.example is not None}
ROLES = ("ssiad", "medecin_traitant", "gestionnaire", "personne")
# Whom they name moves rights: what else they point to must not.
ON_PURPOSE = {"Consent", "CareTeam"}
# Without these a Consent states nothing.
STATED = {
    "scope": {"coding": [{"system": CONSENT_SCOPE, "code": "patient-privacy"}]},
    "policyRule": {"coding": [{"system": ACT_CODE, "code": "OPTIN"}]},
}
# What a backbone element must have beside its reference.
NEEDED = {
    "ConsentProvisionActor": {"role": {"text": "x"}},
    "ConsentProvisionData": {"meaning": "instance"},
    "ConsentVerification": {"verified": True},
}
TYPES = sorted(WRITTEN - {"Subscription", "Questionnaire"})


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


def list_references(kind, above=()):
    """The paths of the elements of `kind` that are references, inside backbone elements too, each of which is entered once."""
    entered = [element.kind for element in above]
    for element in get_structure(entered[-1] if above else kind).elements.values():
        if element.kind == "Reference":
            yield (*above, element)
        elif element.kind.startswith(kind) and not element.primitive and element.kind not in entered:
            yield from list_references(kind, (*above, element))


def build(path, target):
    """(name of the top-level element, its value) that points to `target` at `path`."""
    value = {"reference": target}
    for element in reversed(path):
        value = value | NEEDED.get(element.kind, {})
        value = [value] if element.many else value
        name, value = element.name, {element.name: value}
    return name, value[name]


def get_example(kind, party, own):
    names = {"ServiceRequest/exemple": own, "Patient/exemple": PERSON, "Organization/exemple": party}
    text = json.dumps({"resourceType": kind, **RESOURCE_TYPES[kind].example})
    for name, other in names.items():
        text = text.replace(name, other)
    example = json.loads(text)
    if kind == "Consent":
        example |= STATED
    if party == PERSON:
        example.pop("organization", None)
    return example


def list_operations(kind, element, value):
    """Each way to write an element into a resource, as what changes an entry."""
    yield "PUT", None
    yield "PATCH", parse_json_patch(json.dumps([{"op": "add", "path": f"/{element}", "value": value}]).encode())
    yield "PATCH", parse_merge_patch({element: value})
    item = value[0] if isinstance(value, list) else value
    if isinstance(item.get("reference"), str):
        parts = {"type": ("valueCode", "add"), "path": ("valueString", kind), "name": ("valueString", element)}
        operation = [{"name": name, key: given} for name, (key, given) in parts.items()]
        operation.append({"name": "value", "valueReference": item})
        yield (
            "PATCH",
            parse_fhirpath_patch(
                {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": operation}]}
            ),
        )


def read_others(here, party):
    with here.store.read() as connection:
        rows = connection.execute(select(grant.c.party, grant.c.role, grant.c.sees, grant.c.until)).all()
    rights = sorted(tuple(row) for row in rows if row.party != party)
    return [json.dumps(here.whole(name), sort_keys=True) for name in (*TARGETS, PERSON)], rights


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", TYPES)
def test_a_1_a_2_no_reference_of_ones_own_moves_what_is_anothers(here, kind, role):
    party, record = PARTY_OF[role], here.open(role)
    targets = [name for name in TARGETS if role != "gestionnaire" or name == "ServiceRequest/r-hospital"]
    before, outcomes = read_others(here, party), Counter()
    example = get_example(kind, party, "ServiceRequest/r-own")

    def attempt(write):
        here.pass_time()
        try:
            made = write()
        except HubError:
            outcomes["refused"] += 1
            return None
        outcomes["written"] += 1
        return made

    base = attempt(lambda: record.create(example))
    if kind in ON_PURPOSE:
        before = read_others(here, party)
    for path in list_references(kind):
        for target in targets:
            element, value = build(path, target)
            attempt(lambda sent=example | {element: value}: record.create(sent))
            for method, patch in list_operations(kind, element, value) if base else ():
                current = attempt(lambda name=base.name: record.read(name)) or attempt(lambda: record.create(example))
                base = current
                sent = json.loads(current.body) | {element: value} if patch is None else {}
                entry = Entry(method, base.name, sent, current.version, apply_patch=patch)
                attempt(lambda write=entry: record.write(write))
        assert read_others(here, party) == before, path
    assert sum(outcomes.values()) > len(targets), "nothing of this type was tried"


def test_the_sweep_writes_something_of_most_types(here):
    roles = {role: here.open(role) for role in ROLES}
    written = set()
    for kind in TYPES:
        for role, record in roles.items():
            try:
                record.create(get_example(kind, PARTY_OF[role], "ServiceRequest/r-own"))
                written.add(kind)
            except HubError:
                continue
    assert len(written) > len(TYPES) / 2, (sorted(written), TYPES)
