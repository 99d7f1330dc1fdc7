"""The definitions that stand beside this page as JSON files, one folder a kind, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_HERE = Path(__file__).parent

# Type → the folders where its files stand. An extension is a StructureDefinition too.
FOLDERS: dict[str, tuple[str, ...]] = {
    "StructureDefinition": ("structure_definitions", "extensions"),
    "CodeSystem": ("code_systems",),
    "ValueSet": ("value_sets",),
    "Questionnaire": ("questionnaires",),
    "OperationDefinition": ("operation_definitions",),
    # R4 has no SubscriptionTopic: a Basic stands for it.
    "Basic": ("subscription_topics",),
}


@cache
def load_definitions(kind: str) -> tuple[Json, ...]:
    """Every definition of a type of `FOLDERS`, by id; KeyError for another type. Shared between callers: not to be changed."""
    pages = [
        json.loads(path.read_text("utf-8")) for folder in FOLDERS[kind] for path in (_HERE / folder).glob("*.json")
    ]
    return tuple(sorted(pages, key=lambda definition: str(definition["id"])))


@cache
def load_by_url(kind: str) -> dict[str, Json]:
    """The same by canonical URL."""
    return {definition["url"]: definition for definition in load_definitions(kind)}


@cache
def load_codes() -> dict[str, tuple[str, ...]]:
    """The codes of each code system of ours, in its order, by the system's URL."""
    return {
        url: tuple(concept["code"] for concept in system["concept"])
        for url, system in load_by_url("CodeSystem").items()
    }
