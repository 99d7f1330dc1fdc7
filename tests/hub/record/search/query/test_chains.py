"""Conditions at the end of chains and of what points to a resource."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.chains import read_condition
from hub.record.search.query.query import Chain, Has, SearchCondition


def test_chains_and_reverse_chains() -> None:
    chain = read_condition("Task", "focus:ServiceRequest.requester:Organization.name:exact", "x")
    assert isinstance(chain, Chain)
    assert (chain.via.name, chain.target) == ("focus", "ServiceRequest")
    assert isinstance(chain.inner, Chain)
    assert chain.inner.inner == SearchCondition("name", "exact", ("x",), PARAMETERS["Organization"]["name"])
    has = read_condition("Patient", "_has:Task:patient:_has:Task:part-of:status", "x")
    assert isinstance(has, Has)
    assert isinstance(has.inner, Has)
    patient = read_condition("Task", "patient.name", "x")
    assert isinstance(patient, Chain)
    assert patient.target == "Patient"


def test_a_chain_needs_a_type_where_there_is_a_doubt() -> None:
    with pytest.raises(Invalid, match="parameter-unknown@owner"):
        read_condition("Task", "owner.name", "x")
    chain = read_condition("Task", "encounter.status", "x")
    assert isinstance(chain, Chain)
    assert chain.target == "Encounter"
