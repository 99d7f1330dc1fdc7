"""Whatever an adapter may hand over, the mapping answers with valid, closed R4 and never raises."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from fhir_profiles import codes
from hub.domain.referral import datatypes
from hub.domain.referral import message as words
from hub.fhir import dumps, loads
from hub.mapping import map_movement, to_fhir
from tests.hub.mapping.cases import context, followed
from tests.hub.mapping.judge import assert_sound

TEXT = st.text(max_size=12)
SYSTEM = st.sampled_from(["", codes.LOINC, codes.OBSERVATION, codes.OID_INS_NIR, codes.RPPS, "urn:oid:1.2.3"])
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str)
TIME = st.sampled_from(["2026-11-21T10:00:00+01:00", "2026-11-21T09:30:00.5Z", "1999-01-01T00:00:00-05:00"])
MOMENT = st.one_of(st.just(""), DAY, DAY.map(lambda day: day[:7]), DAY.map(lambda day: day[:4]), TIME)
CHOICES = {
    "kind": st.sampled_from(["INS", "NIR", "PI", "VN", "RPPS", "IDNPS", "FINESS", "SIRET", "ADELI", "CAF", "XX"]),
    "use": st.sampled_from(["official", "usual", "home", "work", "temp", "old", "birth", "mobile", ""]),
    "gender": st.sampled_from(["male", "female", "other", "unknown", ""]),
    "identity_status": st.sampled_from(["PROV", "VALI", "QUAL", "RECUP", ""]),
    "function": st.sampled_from(["referring", "referred-to", "primary", "attending", "requester", "referent"]),
    "priority": st.sampled_from(["routine", "urgent", "asap", "stat"]),
    "decision": st.sampled_from(["permit", "deny"]),
    "of": st.sampled_from(["referral", "sharing"]),
    "patient_class": st.sampled_from(["I", "O", "E", "R", "P", "N", "IMP", ""]),
    "number": st.sampled_from(["", "0", "72.50", "-1.0", ">5", "1e9", "007"]),
    "event": st.sampled_from(["admit", "discharge", "other"]),
    "roles": st.lists(
        st.sampled_from(["emergency", "next-of-kin", "trusted", "caregiver", "guardian", "guarantor"]), max_size=2
    ).map(tuple),
    "status": st.sampled_from(["", "pending", "accepted", "rejected", "expired", "final", "confirmed", "provisional"]),
    "system": SYSTEM,
    "comparator": st.sampled_from(["", "<", "<=", ">=", ">"]),
    "issued": st.one_of(st.just(""), TIME),
    "time": st.sampled_from(["", "07:30:00", "23:59:59.5"]),
    "deceased": st.one_of(st.sampled_from(["", "true", "false"]), DAY),
}
DATES = {"birth_date", "onset", "recorded", "performed", "at", "start", "end", "expected_end", "created", "date"}
DATES |= {"authored", "sent_at", "moment"}
TELECOM_SYSTEM = st.sampled_from(["phone", "email", "fax", "other"])


def built(model: type, **given_: st.SearchStrategy) -> st.SearchStrategy:
    """A dataclass of `hub.domain.referral` with plausible values for the fields that are plain text; the others as given."""
    for field in fields(model):
        if field.name not in given_ and field.type == "str":
            found = MOMENT if field.name in DATES else CHOICES.get(field.name, TEXT)
            given_[field.name] = st.one_of(st.just(""), DAY) if field.name == "birth_date" else found
        elif field.name not in given_ and field.type == "tuple[str, ...]":
            given_[field.name] = CHOICES.get(field.name, st.lists(TEXT, max_size=2).map(tuple))
    return st.builds(model, **given_)


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=2).map(tuple)


CODE = built(datatypes.Code)
MAYBE_CODE = st.one_of(st.none(), CODE)
IDENTIFIER = built(datatypes.Identifier)
MAYBE_IDENTIFIER = st.one_of(st.none(), IDENTIFIER)
NAMES, ADDRESSES = some(built(datatypes.Name)), some(built(datatypes.Address))
TELECOMS = some(built(datatypes.Telecom, system=TELECOM_SYSTEM))
PROFESSIONAL = built(
    words.Professional,
    names=NAMES,
    identifiers=some(IDENTIFIER),
    profession=MAYBE_CODE,
    organisation_identifiers=some(IDENTIFIER),
    telecoms=TELECOMS,
    addresses=ADDRESSES,
)
PERSON = built(
    words.Person,
    names=NAMES,
    identifiers=some(IDENTIFIER),
    addresses=ADDRESSES,
    telecoms=TELECOMS,
    marital_status=MAYBE_CODE,
    language=MAYBE_CODE,
)
STAY = built(
    words.Stay,
    number=MAYBE_IDENTIFIER,
    account=MAYBE_IDENTIFIER,
    reason=MAYBE_CODE,
    professionals=some(PROFESSIONAL),
)
HEADER = built(words.Header)
REFERRAL = built(
    words.Referral,
    header=HEADER,
    person=PERSON,
    categories=some(CODE),
    service=MAYBE_CODE,
    reason_codes=some(CODE),
    placer=MAYBE_IDENTIFIER,
    filler=MAYBE_IDENTIFIER,
    relatives=some(built(words.Relative, names=NAMES, relationship=MAYBE_CODE, telecoms=TELECOMS, addresses=ADDRESSES)),
    professionals=some(PROFESSIONAL),
    diagnoses=some(built(words.Diagnosis, code=CODE)),
    allergies=some(built(words.Allergy, code=CODE, kind=st.sampled_from(["DA", "FA", "food", ""]))),
    procedures=some(built(words.Procedure, code=CODE)),
    measures=some(built(words.Measure, code=CODE, unit=MAYBE_CODE, coded=MAYBE_CODE)),
    covers=some(built(words.Cover, kind=MAYBE_CODE, identifiers=some(IDENTIFIER))),
    stay=st.one_of(st.none(), STAY),
    attachments=some(built(words.Attachment, data=st.binary(max_size=20), type=MAYBE_CODE)),
    agreements=some(built(words.Agreement)),
    services_in_place=some(PROFESSIONAL),
)
MOVEMENT = built(
    words.Movement, header=HEADER, person=PERSON, stay=STAY, professionals=some(PROFESSIONAL), cancelled=st.booleans()
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(REFERRAL, st.booleans())
def test_any_referral_becomes_valid_and_closed_r4(demand, known):
    told = context(patient="Patient/known") if known else context()
    made = to_fhir(demand, told)
    assert_sound(made.resources, told)
    assert loads(dumps({"all": made.resources}))["all"]
    names = {f"{resource['resourceType']}/{resource['id']}" for resource in made.resources}
    assert {made.task, made.request} <= names
    assert (made.patient in names) is not known


@SLOW
@given(MOVEMENT)
def test_any_notice_becomes_valid_and_closed_r4(notice):
    told = followed()
    made = map_movement(notice, told)
    assert_sound(made.resources, told)
    assert bool(made.task) is (notice.event == "discharge" and not notice.cancelled)
