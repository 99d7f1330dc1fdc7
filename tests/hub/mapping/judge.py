"""What every mapping must satisfy, whoever made the referral."""

from __future__ import annotations

from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from hub.mapping import MappingContext
from tests import r4


def references(node: Any):
    """Every literal reference under `node`."""
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def assert_sound(resources: tuple[dict, ...], context: MappingContext, *, invariants: bool = False) -> None:
    """Each is valid R4; each reference points to one before it or to a party of the context; with `invariants`, R4's
    error-level rules hold too (needs the shared definitions)."""
    parties = {context.requester, context.desk, context.desk_service, context.patient, context.care_manager}
    seen = parties | {context.care_plan} | set(context.directory.values())
    for made in resources:
        get_fhir_model_class(made["resourceType"]).model_validate(made)
        contained = {f"#{inner['id']}" for inner in made.get("contained", ())}
        assert set(references(made)) <= seen | contained, made["resourceType"]
        seen.add(f"{made['resourceType']}/{made['id']}")
        assert "" not in made.values()
        if invariants:
            assert r4.violations(made) == []
    ids = [(made["resourceType"], made["id"]) for made in resources]
    assert len(ids) == len(set(ids))
