"""Two validators that others wrote, so that ours does not judge itself: fhirkit-rs for structure, pyrofile for profiles,
bindings and invariants over the published R4 definitions and our own files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fhirkit
from pyrofile_validator.config import ValidatorConfig
from pyrofile_validator.core.engine import Validator
from pyrofile_validator.models import Severity

from hub.fhir import dumps
from tests.r4 import read, shared_data

Json = dict[str, Any]
PROFILES = Path(__file__).parents[2] / "fhir_profiles"
_RANK = re.compile(r"\[[0-9]+\]")
_CHOICE = "it does not see which type a choice inside an item has"
_SLICE = "of a slice that is told by its type's profile, or by a pattern, it counts every item"
_FRENCH = "the definitions of FR Core are not among the files"

# (code, place) → why pyrofile's error is none of ours.
FALSE_ALARMS: dict[tuple[str, str], str] = {
    ("cardinality.min", "Communication.payload.content[x]"): _CHOICE,
    ("cardinality.min", "Task.input.value[x]"): _CHOICE,
    ("cardinality.min", "Task.output.value[x]"): _CHOICE,
    ("extension.unknown", "Patient.extension"): _FRENCH,
    ("extension.unknown", "Patient.name.extension"): _FRENCH,
    ("profile.slice.cardinality.max", "Patient.extension:birthPlace"): _SLICE,
    ("profile.slice.cardinality.max", "Patient.extension:reliability"): _SLICE,
    ("profile.slice.cardinality.max", "Task.extension:domain"): _SLICE,
    ("profile.slice.cardinality.max", "Task.extension:function"): _SLICE,
    ("profile.slice.cardinality.max", "Task.input:received"): _SLICE,
}


def fhirkit_faults(resource: Json) -> list[str]:
    """Errors of structure, as `path: message`."""
    return [
        f"{found.path}: {found.message}" for found in fhirkit.validate(dumps(resource)) if found.severity == "error"
    ]


class Pyrofile:
    """pyrofile with R4's definitions, those of the cercle de soins, and ours. `folder`: where R4's are laid, one a file."""

    def __init__(self, folder: Path) -> None:
        data = shared_data()
        assert data is not None
        for name in ("profiles-types", "profiles-resources", "valuesets"):
            for entry in read(data / "r4" / f"{name}.json")["entry"]:
                one = entry["resource"]
                if one["resourceType"] in ("StructureDefinition", "ValueSet", "CodeSystem"):
                    (folder / f"{one['resourceType']}-{one['id']}.json").write_bytes(dumps(one))
        french = str(data / "fr" / "cercle-de-soins" / "profiles")
        self._validator = Validator(ValidatorConfig(local_package_paths=[str(PROFILES), french, str(folder)]))

    def errors(self, resource: Json, profile: str = "") -> list[tuple[str, str]]:
        """(code, place without ranks) of every error, false alarms too. References to others are only warned of."""
        sent = json.loads(dumps(resource))
        if profile:
            sent["meta"] = {"profile": [profile]}
        found = self._validator.validate_resource(sent).issues
        return [(one.code, _RANK.sub("", one.path or "")) for one in found if one.severity is Severity.ERROR]


def unlike(resources: Iterable[tuple[str, Json]]) -> list[Json]:
    """One resource of each kind: those that have the same elements and codes are judged alike."""
    kept: dict[tuple[str, frozenset[str]], Json] = {}
    for profile, resource in resources:
        kept.setdefault((profile, frozenset(_said(resource, ""))), resource)
    return list(kept.values())


def _said(value: Any, path: str) -> Iterable[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _said(item, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _said(item, path)
    else:
        coded = path.endswith((".code", ".system", ".status", ".use"))
        yield f"{path}={value}" if coded else path
