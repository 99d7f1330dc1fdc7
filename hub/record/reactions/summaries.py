"""What is recorded in detail comes to what a summary says: the rules of `config/extracts.toml`. Pure.

A summary is one Observation a person and kind, at the extract of its code (`config/labels.toml`). Of all that supports it the
last one counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir_profiles import codes
from hub.domain.sections import CONFIG
from hub.record.reactions.summary_sources import Json, Says, band, gir, hospitalisation, protection


@dataclass(frozen=True)
class Summary:
    """One rule. `source`: the type that it is derived from; `code`: (system, code) of the Observation, `nature` its category;
    `says`: what one source says, None when it supports nothing."""

    kind: str
    source: str
    code: tuple[str, str]
    nature: str
    says: Says

    def of(self, sources: Iterable[Mapping[str, Any]]) -> Json | None:
        """What the last of `sources` says, or None when nothing supports the summary."""
        found = [(said[0], str(one["id"]), said[1]) for one in sources if (said := self.says(one)) is not None]
        return max(found, key=lambda one: one[:2])[2] if found else None

    def observation(self, patient: str, said: Json | None) -> Json:
        """The Observation about `patient`; one that nothing supports says only that it was an error."""
        head = {
            "resourceType": "Observation",
            "status": "entered-in-error" if said is None else "final",
            "category": [_coded(codes.OBSERVATION_NATURE, self.nature)],
            "code": _coded(*self.code),
            "subject": {"reference": patient},
        }
        return head | (said or {})


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


# Kind → (source, code, nature, what builds `says` from its table).
_RULES: dict[str, tuple[str, tuple[str, str], str, Callable[[Mapping[str, Any]], Says]]] = {
    "gir": ("QuestionnaireResponse", (codes.MED, codes.GIR_QUESTION), "autonomy", gir),
    "caregiver-band": ("QuestionnaireResponse", (codes.OBSERVATION, "caregiver-band"), "caregiver", band),
    "recent-hospitalisation": ("Encounter", (codes.OBSERVATION, "recent-hospitalisation"), "medical", hospitalisation),
    "protection": ("RelatedPerson", (codes.OBSERVATION, "protection"), "rights", protection),
}


def read_summaries(text: str) -> tuple[Summary, ...]:
    """The rules of an `extracts.toml`. ValueError on a summary that the hub does not know, or that lacks a setting."""
    found = []
    for kind, table in tomllib.loads(text).items():
        if kind not in _RULES:
            raise ValueError(f"extracts.toml: no summary {kind}")
        source, code, nature, rule = _RULES[kind]
        try:
            found.append(Summary(kind, source, code, nature, rule(table)))
        except KeyError as lacking:
            raise ValueError(f"extracts.toml: {kind} lacks {lacking}") from None
    return tuple(found)


@cache
def summaries() -> tuple[Summary, ...]:
    """The rules of `config/extracts.toml`."""
    return read_summaries((CONFIG / "extracts.toml").read_text(encoding="utf-8"))
