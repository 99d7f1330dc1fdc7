"""Seeing a title is no authority (`docs/parts.md` 26): every Reference of every type, written by each operation.

The elements are those of R4's definitions, so a type that is added to the hub is in the sweep."""

import json
from collections import Counter

import pytest
from sqlalchemy import select

from hub.api.patches import parse_fhirpath_patch, parse_json_patch, parse_merge_patch
from hub.domain.errors import HubError
from hub.domain.resource_types import DIRECTORY_TYPES, RESOURCE_TYPES
from hub.fhir import get_structure
from hub.record.tables import grant
from hub.record.write.transaction import Entry
from tests.hub.record.reactions.test_authority import TARGETS, here
from tests.territory import PARTY_OF, PERSON

__all__ = ["here"]

# A Consent and a CareTeam say who may see what: whoever may write one moves rights on purpose. A Subscription points to nobody.
ON_PURPOSE = {"Consent", "CareTeam", "Subscription"}
TYPES = sorted(
    name
    for name, entry in RESOURCE_TYPES.items()
    if entry.example is not None and name not in DIRECTORY_TYPES | ON_PURPOSE
)
ROLES = ("ssiad", "medecin_traitant", "gestionnaire")


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


def list_references(kind, above=()):
    """The paths of the elements of `kind` that are references, inside backbone elements too."""
    for element in get_structure(kind).elements.values():
        if element.kind == "Reference":
            yield (*above, element)
        elif not above and element.kind.startswith(kind) and not element.primitive:
            yield from list_references(element.kind, (element,))


def build(path, target):
    """(name of the top-level element, its value) that points to `target` at `path`."""
    value = {"reference": target}
    for element in reversed(path):
        value = [value] if element.many else value
        name, value = element.name, {element.name: value}
    return name, value[name]


def get_example(kind, party, own):
    names = {"ServiceRequest/exemple": own, "Patient/exemple": PERSON, "Organization/exemple": party}
    text = json.dumps({"resourceType": kind, **RESOURCE_TYPES[kind].example})
    for name, other in names.items():
        text = text.replace(name, other)
    return json.loads(text)


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
    assert sum(outcomes.values()) > len(targets)


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
