"""Search answered: within the slice, whatever the parameter (`docs/parts.md` 21, `docs/leaks.md` L16–L54)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from msgspec.json import decode

from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from hub.record.repository.record import Page, Record
from hub.record.search.index.extract import WORDS, list_values
from hub.record.search.index.parameter import Parameter
from hub.record.search.index.parameters import PARAMETERS
from tests.territory import PARTY_OF, PERSON, Territory, condition, directory, observation, task

Json = dict[str, Any]
Asked = list[tuple[str, str]]
ROLES = ("saad", "ssiad", "psy_cmp", "ccas", "gestionnaire", "personne", "m2m_orienteur", "guichet")


def what(one: Slice) -> Json:
    found: Json = decode(one.body)
    return found


def ids(page: Page) -> list[str]:
    return [one.name.partition("/")[2] for one in page.slices]


def search(here: Territory, role: str, kind: str, *asked: tuple[str, str]) -> list[str]:
    return ids(here.open(role).search(kind, [*asked, ("_count", "100")]))


# --- One searches what one sees, and only that -----------------------------------------------------------------------


def everything(here: Territory) -> dict[str, Json]:
    """Every resource, whole."""
    from sqlalchemy import select

    from hub.record.tables import resource

    with here.store.write() as connection:
        names = [f"{row.type}/{row.id}" for row in connection.execute(select(resource.c.type, resource.c.id))]
    return {name: here.whole(name) for name in names}


def said_by(resource: Json) -> set[tuple[Parameter, tuple[Any, ...]]]:
    """(parameter, value) of all that a resource says."""
    kind = resource["resourceType"]
    return {
        (parameter, value)
        for element, said in resource.items()
        for parameter, value in list_values(kind, element, said)
    }


def asked_for(parameter: Parameter, value: tuple[Any, ...]) -> str:
    """The value as one asks for it."""
    match parameter.kind:
        case "token":
            system, code = value
            return f"{system}|{code}"
        case "string":
            return str(value[0])
        case "date":
            return f"ge{instant(value[0])}" if value[0] > -(1 << 60) else f"le{instant(value[1])}"
        case "quantity":
            return f"{value[0]}|{value[2]}|{value[3]}" if value[2] else f"{value[0]}"
    return str(value[1])


@pytest.mark.parametrize("role", ROLES)
def test_a_value_finds_what_says_it_in_ones_own_slice_and_nothing_else(town: Territory, role: str) -> None:
    """Every value that stands anywhere in the record, hidden ones too, asked for by every role."""
    record = town.open(role)
    whole = everything(town)
    slices: dict[str, Json] = {}
    for name in whole:
        try:
            slices[name] = what(record.read(name))
        except (NotFound, Refused):
            continue
    asked: dict[tuple[str, Parameter, str], set[str]] = defaultdict(set)
    for name, resource in whole.items():
        kind = resource["resourceType"]
        for parameter, value in said_by(resource):
            if parameter.kind != "date" and not parameter.name.endswith(f":{WORDS}"):
                asked[kind, parameter, asked_for(parameter, value)] |= set()
        for parameter, value in said_by(slices.get(name, {"resourceType": kind})):
            if parameter.kind != "date" and not parameter.name.endswith(f":{WORDS}"):
                asked[kind, parameter, asked_for(parameter, value)].add(name)
    assert len(asked) > 100
    for (kind, parameter, value), wanted in asked.items():
        try:
            found = record.search(kind, [(parameter.name, _escaped(value)), ("_count", "100")])
        except (Refused, Invalid) as closed:
            assert closed.problems[0].code in ("type-closed", "parameter-unknown")
            assert wanted == set()
            continue
        if parameter.kind == "string":
            assert wanted <= {one.name for one in found.slices} <= set(slices)
        else:
            assert {one.name for one in found.slices} == wanted, (kind, parameter, value)
        assert all(what(one) == slices[one.name] for one in found.slices)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


@pytest.mark.parametrize("role", ROLES)
def test_last_updated_is_that_of_the_slice(town: Territory, role: str) -> None:
    record = town.open(role)
    for name in everything(town):
        kind, _, id_ = name.partition("/")
        try:
            updated = record.read(name).updated
        except (NotFound, Refused):
            continue
        times = {"": updated, "ge": updated, "le": updated, "gt": updated - 1, "lt": updated + 1}
        for prefix, moment in times.items():
            assert search(town, role, kind, ("_id", id_), ("_lastUpdated", f"{prefix}{instant(moment)}")) == [id_]
        for prefix in ("gt", "lt", "ne"):
            assert search(town, role, kind, ("_id", id_), ("_lastUpdated", f"{prefix}{instant(updated)}")) == []


def test_without_conditions_one_finds_all_that_one_sees(town: Territory) -> None:
    assert search(town, "ssiad", "Condition") == ["c"]
    assert search(town, "psy_cmp", "Condition") == ["c", "p"]
    assert search(town, "gestionnaire", "Condition") == ["c"]
    assert search(town, "m2m_orienteur", "ServiceRequest") == ["sent"]
    assert search(town, "dpo_auditeur", "Consent") == []


# --- Parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asked", "found"),
    [
        ("Task", [("status", "accepted")], ["a"]),
        ("Task", [("status", "accepted,completed")], ["a", "b"]),
        ("Task", [("status", "accepted"), ("status", "completed")], []),
        ("Task", [("status:not", "requested")], ["a", "b"]),
        ("Task", [("priority:missing", "false")], ["t"]),
        ("Task", [("owner:missing", "true")], ["offer"]),
        ("Task", [("owner", "ssiad")], ["a", "b"]),
        ("Task", [("owner", "Organization/ssiad"), ("status", "accepted")], ["a"]),
        ("Task", [("owner", "https://hub.example/fhir/Organization/ssiad")], ["a", "b"]),
        ("Task", [("owner", "https://elsewhere.example/fhir/Organization/ssiad")], []),
        ("Task", [("owner:identifier", "x")], []),
        ("Task", [("_id", "a,t,none")], ["a", "t"]),
        ("Task", [("output", "Condition/c")], ["a"]),
        ("Task", [("authored-on", "2026-11-18")], ["a"]),
        ("Task", [("authored-on", "gt2026-11-18"), ("authored-on", "lt2026-11-20")], ["b"]),
        ("Task", [("authored-on", "2026-11-18T08:00:00Z")], ["a"]),
        ("Task", [("authored-on", "ne2026-11-20")], ["a", "b"]),
        ("Condition", [("code", "I10")], ["c"]),
        ("Condition", [("code", "http://hl7.org/fhir/sid/icd-10|I10")], ["c"]),
        ("Condition", [("code", "http://hl7.org/fhir/sid/icd-10|")], ["c"]),
        ("Condition", [("code", "|I10")], []),
        ("Condition", [("code", "urn:x|I10")], []),
        ("Condition", [("onset-date", "2025-12")], ["c"]),
        ("Condition", [("onset-date", "2025-12-05")], []),
        ("Condition", [("onset-date", "ge2025-12-05")], ["c"]),
        ("Condition", [("onset-date", "sa2025-11-30")], ["c"]),
        ("Condition", [("onset-date", "eb2026-01-01")], ["c"]),
        ("CarePlan", [("date", "ge2030")], ["plan"]),  # no end: it lasts
        ("ServiceRequest", [("occurrence", "2026-12")], ["r"]),
        ("ServiceRequest", [("occurrence", "sa2026-12-01")], []),
        ("Patient", [("family", "fict")], ["jeanne"]),
        ("Patient", [("family", "FÎCT")], ["jeanne"]),
        ("Patient", [("family", "ictive")], []),
        ("Patient", [("family:contains", "ictive")], ["jeanne"]),
        ("Patient", [("family:exact", "Fictive")], ["jeanne"]),
        ("Patient", [("family:exact", "fictive")], []),
        ("Patient", [("family", "fictive %")], ["jeanne"]),
        ("Patient", [("name", "jeanne")], ["jeanne"]),
        ("Patient", [("phone", "0000000001")], ["jeanne"]),
        ("Patient", [("email", "0000000001")], []),
        ("Patient", [("active", "true")], ["jeanne"]),
        ("Patient", [("birthdate", "1938")], ["jeanne"]),
        ("Patient", [("address-city", "Fictiville")], ["jeanne"]),
    ],
)  # fmt: skip
def test_i02_parameters_prefixes_and_modifiers(town: Territory, kind: str, asked: Asked, found: list[str]) -> None:
    record = Record(town.store, town.actor("ssiad"), base="https://hub.example/fhir")
    assert sorted(ids(record.search(kind, asked))) == sorted(found)


@pytest.mark.parametrize(
    ("role", "kind", "asked", "found"),
    [
        ("ssiad", "Task", ("patient.family", "fictive"), ["a", "b", "offer", "t"]),
        ("ssiad", "Task", ("patient.family", "naissance"), ["a", "b", "offer", "t"]),
        ("ssiad", "Task", ("patient:Patient.birthdate", "1938"), ["a", "b", "offer", "t"]),
        ("saad", "ServiceRequest", ("patient.family", "naissance"), []),
        ("ssiad", "Task", ("focus:ServiceRequest.status", "active"), ["a", "b", "offer", "t"]),
        ("ssiad", "Task", ("focus:ServiceRequest.requester:Organization.name", "Dispositif"), ["a", "b", "offer", "t"]),
        ("ssiad", "CarePlan", ("condition:Condition.code", "I10"), ["plan"]),
        ("ssiad", "CarePlan", ("condition:Condition.code", "F20.0"), []),
        ("psy_cmp", "CarePlan", ("condition:Condition.code", "F20.0"), ["plan"]),
        ("ssiad", "Patient", ("_has:Condition:patient:code", "I10"), ["jeanne"]),
        ("ssiad", "Patient", ("_has:Condition:patient:code", "F20.0"), []),
        ("psy_cmp", "Patient", ("_has:Condition:patient:code", "F20.0"), ["jeanne"]),
        ("ssiad", "Patient", ("_has:Task:patient:owner", "Organization/cmp"), []),
        ("psy_cmp", "Patient", ("_has:Task:patient:owner", "Organization/cmp"), ["jeanne"]),
        ("ssiad", "ServiceRequest", ("_has:Task:focus:status", "accepted"), ["r"]),
        ("ssiad", "Condition", ("_has:CarePlan:condition:_has:Goal:patient:status", "x"), None),
        ("ssiad", "Condition", ("_has:CarePlan:condition:status", "active"), ["c"]),
        ("psy_cmp", "Condition", ("_has:CarePlan:condition:status", "active"), ["c", "p"]),
    ],
)
def test_ac04_ac05_chains_go_through_what_one_sees(
    town: Territory, role: str, kind: str, asked: tuple[str, str], found: list[str] | None
) -> None:
    if found is None:
        with pytest.raises(Invalid):
            search(town, role, kind, asked)
    else:
        assert sorted(search(town, role, kind, asked)) == found


def test_quantities_composites_and_addresses(town: Territory) -> None:
    coded = observation("w", "ald", valueQuantity={"value": 71.5, "unit": "kg", "system": "urn:u", "code": "kg"})
    town.write(
        coded,
        observation("v", "ald", valueCodeableConcept={"coding": [{"system": "urn:x", "code": "oui"}]}),
        observation("h", "x", valueQuantity={"value": 71.5, "unit": "kg"})
        | {"code": {"coding": [{"system": "urn:x", "code": "unknown"}]}},
        {"resourceType": "Questionnaire", "id": "q", "status": "active", "url": "https://x.example/a/b", "version": "1"},
    )  # fmt: skip
    code = "|".join(coded["code"]["coding"][0][part] for part in ("system", "code"))
    cases: list[tuple[str, str, str, list[str]]] = [
        ("Observation", "value-quantity", "71.5", ["w"]),
        ("Observation", "value-quantity", "72", ["w"]),
        ("Observation", "value-quantity", "gt71.4|urn:u|kg", ["w"]),
        ("Observation", "value-quantity", "gt71.5", []),
        ("Observation", "value-quantity", "71.5||kg", ["w"]),
        ("Observation", "value-quantity", "71.5||g", []),
        ("Observation", "value-quantity:missing", "false", ["w"]),
        ("Observation", "code-value-quantity", f"{code}$ge71", ["w"]),
        ("Observation", "code-value-quantity", f"{code}$lt71", []),
        ("Observation", "code-value-quantity", f"{code}$lt71,{code}$72", ["w"]),
        ("Observation", "code-value-quantity", "urn:x|unknown$71.5", []),
        ("Observation", "code-value-concept", f"{code}$urn:x|oui", ["v"]),
        ("Observation", "combo-value-concept", "oui", ["v"]),
        ("Questionnaire", "url", "https://x.example/a/b", ["q"]),
        ("Questionnaire", "url", "https://x.example/a", []),
        ("Questionnaire", "url:below", "https://x.example/a", ["q"]),
        ("Questionnaire", "url:below", "https://x.example/b", []),
        ("Questionnaire", "url:above", "https://x.example/a/b/c", ["q"]),
        ("Questionnaire", "url:above", "https://x.example/a/bc", []),
        ("Patient", "address", "fictiv", ["jeanne"]),
        ("Patient", "identifier:of-type", "http://terminology.hl7.org/CodeSystem/v2-0203|INS-NIR|000000000000097", []),
        ("Task", "owner:Organization", "ccas", ["t"]),
        ("Task", "owner:Organization", "Organization/ccas", ["t"]),
        ("Task", "owner:Practitioner", "Organization/ccas", []),
        ("Task", "_security", "REDACTED", ["a", "b", "offer", "t"]),
        ("Task", "_security", "PSY", []),
        ("Task", "_tag:not", "x", ["a", "b", "offer", "t"]),
        ("Task", "authored-on", "ap2026-11-17", ["a"]),
        ("Task", "_profile", "urn:x", []),
    ]
    record = town.open("ssiad")
    for kind, name, value, wanted in cases:
        assert sorted(ids(record.search(kind, [(name, value)]))) == wanted, (kind, name, value)


def test_logical_references_are_found_by_their_number(town: Territory) -> None:
    told = {"identifier": {"system": "urn:n", "value": "7"}, "display": "x"}
    town.change("Condition/c", asserter={"identifier": told["identifier"]})
    for value, wanted in (("urn:n|7", ["c"]), ("7", ["c"]), ("urn:n|8", [])):
        assert search(town, "ssiad", "Condition", ("asserter:identifier", value)) == wanted


def test_hops_go_only_to_types_that_the_scopes_cover(town: Territory) -> None:
    record = town.open("ssiad", scopes=("system/Task.rs", "system/Patient.rs"))
    assert ids(record.search("Task", [("patient.family", "fictive")]))
    for kind, name in (("Task", "focus:ServiceRequest.status"), ("Patient", "_has:Condition:patient:code")):
        with pytest.raises(Invalid):
            record.search(kind, [(name, "x")])


# --- Includes, totals ------------------------------------------------------------------------------------------------


def included(here: Territory, role: str, kind: str, *asked: tuple[str, str]) -> list[str]:
    return [one.name for one in here.open(role).search(kind, list(asked)).included]


def test_ac06_ac07_includes_are_what_one_sees_each_once(town: Territory) -> None:
    assert included(town, "ssiad", "Task", ("_include", "Task:focus")) == ["ServiceRequest/r"]
    assert included(town, "ssiad", "CarePlan", ("_include", "CarePlan:condition")) == ["Condition/c"]
    assert included(town, "psy_cmp", "CarePlan", ("_include", "CarePlan:condition")) == ["Condition/c", "Condition/p"]
    assert included(town, "ssiad", "Task", ("_include", "Task:owner"), ("_include", "Task:patient")) == [
        "Organization/ccas", "Organization/ssiad", PERSON,
    ]  # fmt: skip
    assert included(town, "ssiad", "Task", ("_include", "Task:focus:Condition")) == []
    assert included(town, "ssiad", "Task", ("_include", "Task:part-of")) == []


def test_an_include_opens_no_type_that_the_scopes_close(town: Territory) -> None:
    record = town.open("ssiad", scopes=("system/Task.rs",))
    assert record.search("Task", [("_include", "Task:focus")]).included == []


def test_ac08_totals_count_what_one_sees_and_only_when_asked(town: Territory) -> None:
    record = town.open("ssiad")
    assert record.search("Task", []).total is None
    assert record.search("Task", [("_total", "none")]).total is None
    page = record.search("Task", [("_total", "accurate"), ("_count", "1")])
    assert (page.total, len(page.slices)) == (4, 1)
    for asked in (("_summary", "count"), ("_count", "0")):
        page = record.search("Task", [asked])
        assert (page.total, page.slices, page.next) == (4, [], None)
    assert town.open("psy_cmp").search("Task", [("_total", "accurate")]).total == 5


# --- Order and pages -------------------------------------------------------------------------------------------------


def test_order_is_by_what_one_sees(town: Territory) -> None:
    assert search(town, "ssiad", "Task", ("_sort", "authored-on"), ("status:not", "draft"))[:2] == ["a", "b"]
    assert search(town, "ssiad", "Task", ("_sort", "-authored-on"), ("status:not", "draft"))[-2:] == ["b", "a"]
    assert search(town, "ssiad", "Task", ("_sort", "-_id")) == ["t", "offer", "b", "a"]
    assert search(town, "ssiad", "Task", ("_sort", "status")) == ["a", "b", "offer", "t"]
    assert search(town, "ssiad", "Condition", ("_sort", "_lastUpdated")) == ["c"]
    # The home help sees no name but the usual one: names that it does not see order nothing.
    town.write(
        {"resourceType": "Patient", "id": "anne", "name": [{"use": "official", "family": "AAA"}, {"family": "Z"}]}
    )
    _join(town, "Patient/anne", "Organization/saad", "Organization/ssiad")
    assert search(town, "saad", "Patient", ("_sort", "family")) == ["jeanne", "anne"]
    assert search(town, "ssiad", "Patient", ("_sort", "family")) == ["anne", "jeanne"]


def _join(here: Territory, person: str, *parties: str) -> None:
    team = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": person}}
    here.write(team | {"participant": [{"member": {"reference": party}} for party in parties]})


SORTS = [
    "",
    "_id",
    "-_id",
    "authored-on",
    "-authored-on",
    "status",
    "-status",
    "_lastUpdated",
    "-_lastUpdated",
    "priority",
]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("narrow", [[], [("owner", "Organization/ssiad")]], ids=["all", "own"])
def test_pages_together_are_the_whole_each_once(town: Territory, sort: str, narrow: Asked) -> None:
    record = town.open("ssiad")
    asked: Asked = [*narrow, *([("_sort", sort)] if sort else [])]
    whole = ids(record.search("Task", [*asked, ("_count", "100")]))
    assert len(whole) == len(set(whole)) >= 2
    pages, cursor = [], None
    for _ in range(10):
        page = record.search("Task", [*([] if cursor else asked), ("_count", "1")], cursor=cursor)
        pages += ids(page)
        cursor = page.next
        if cursor is None:
            break
    assert pages == whole


@pytest.mark.parametrize("narrow", [[], [("owner", "Organization/ssiad")]], ids=["all", "own"])
def test_pages_do_not_shift_when_rows_are_added(town: Territory, narrow: Asked) -> None:
    record = town.open("ssiad")
    asked: Asked = [*narrow, ("_sort", "-authored-on"), ("_count", "1")]
    first = record.search("Task", asked)
    for number, when in enumerate(("2027-01-01", "2026-11-01")):
        town.write(task(f"new{number}", owner="Organization/ssiad", focus="ServiceRequest/r", authoredOn=when))
    rest, cursor = [], first.next
    while cursor is not None:
        page = record.search("Task", asked[-1:], cursor=cursor)
        rest += ids(page)
        cursor = page.next
    assert "new0" not in rest
    assert "new1" in rest
    assert not set(ids(first)) & set(rest)


def test_a_cursor_is_its_callers_and_its_questions(town: Territory) -> None:
    asked: Asked = [("_count", "1")]
    cursor = town.open("ssiad").search("Task", asked).next
    assert cursor is not None
    tried = [
        (town.open("psy_cmp"), "Task", asked),
        (town.open("ssiad", client="other"), "Task", asked),
        (town.open("ssiad"), "ServiceRequest", asked),
    ]
    for record, kind, other in tried:
        with pytest.raises(Invalid) as caught:
            record.search(kind, other, cursor=cursor)
        assert [(p.code, p.where) for p in caught.value.problems] == [("parameter-value", "_cursor")]
    for made_up in ("x", "é", cursor[:-2], cursor + "a"):
        with pytest.raises(Invalid, match="parameter-value@_cursor"):
            town.open("ssiad").search("Task", asked, cursor=made_up)


def test_a_page_is_asked_by_its_cursor_and_its_size_alone(town: Territory) -> None:
    record = town.open("ssiad")
    asked: Asked = [("status", "requested,accepted"), ("_sort", "_id")]
    whole, first = record.search("Task", asked), record.search("Task", [*asked, ("_count", "1")])
    assert len(whole.slices) > 2 and first.next is not None
    rest = record.search("Task", [], cursor=first.next)
    assert ids(first) + ids(rest) == ids(whole)
    assert (rest.asked, rest.question) == ([("_cursor", first.next)], asked)
    assert ids(record.search("Task", [("_count", "1")], cursor=first.next)) == ids(whole)[1:2]
    for beside in asked:
        with pytest.raises(Invalid, match=f"parameter-beside-cursor@{beside[0]}"):
            record.search("Task", [beside], cursor=first.next)


def test_each_page_is_judged_anew(town: Territory) -> None:
    record = town.open("ssiad")
    first = record.search("Task", [("_count", "1")])
    town.pass_time()
    town.consent("deny", "Organization/ssiad", "tasks")
    rest = record.search("Task", [("_count", "1")], cursor=first.next)
    assert set(ids(rest)) <= {"a", "b", "offer"}  # its own, and what is offered


# --- The hot path ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["ssiad", "ccas", "psy_cmp", "saad", "gestionnaire", "m2m_orienteur"])
@pytest.mark.parametrize(("kind", "by"), [("Task", "owner"), ("ServiceRequest", "requester")])
def test_the_list_and_the_general_statement_agree(town: Territory, role: str, kind: str, by: str) -> None:
    """A condition that changes nothing takes the question off the hot path."""
    for party in set(PARTY_OF.values()):
        for status in (None, "requested", "accepted", "active", "none"):
            asked = [(by, party)] + ([("status", status)] if status else [])
            hot = search(town, role, kind, *asked)
            general = search(town, role, kind, *asked, ("_lastUpdated", "gt1970"))
            assert sorted(hot) == sorted(general)


def test_the_list_is_newest_first(town: Territory) -> None:
    assert search(town, "ssiad", "Task", ("owner", "Organization/ssiad")) == ["b", "a"]
    assert search(town, "ssiad", "Task", ("owner", "Organization/ssiad"), ("_sort", "authored-on")) == ["a", "b"]


# --- What is not asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(kind for kind in PARAMETERS if PARAMETERS[kind] and kind != "AuditEvent"))
def test_every_declared_parameter_can_be_asked(town: Territory, kind: str) -> None:
    values_of = {"token": "x", "reference": "Organization/x", "canonical": "urn:x", "uri": "urn:x", "string": "x"}
    values_of |= {"date": "2026", "quantity": "5"}
    for name, parameter in PARAMETERS[kind].items():
        for role in ("gestionnaire", "personne"):
            try:
                parts = [values_of[PARAMETERS[kind][one].kind] for one in parameter.components]
                town.open(role).search(kind, [(name, "$".join(parts) or values_of[parameter.kind])])
            except (Refused, Invalid) as closed:
                assert closed.problems[0].code in ("type-closed", "parameter-unknown")


def test_hidden_and_absent_values_are_one_answer(town: Territory) -> None:
    for asked in (("code", "F20.0"), ("code", "Z99.9"), ("_id", "p"), ("_id", "none")):
        page = town.open("ssiad").search("Condition", [asked, ("_total", "accurate")])
        assert (page.slices, page.total, page.next) == ([], 0, None)


def test_the_directory_is_found_by_all_partners(town: Territory) -> None:
    organisations = {one["id"] for one in directory() if one["resourceType"] == "Organization"}
    assert set(search(town, "saad", "Organization")) == organisations
    assert search(town, "saad", "Organization", ("name", "cmp")) == ["cmp"]


def test_ac03_another_person_is_not_found_without_a_tie(town: Territory) -> None:
    assert search(town, "ssiad", "Patient") == ["jeanne"]
    assert search(town, "ssiad", "Patient", ("family", "exemple")) == []
    town.write(condition("z") | {"subject": {"reference": "Patient/paul"}}, by="Organization/ssiad")
    assert search(town, "ssiad", "Condition", ("patient", "Patient/paul")) == ["z"]
