"""Filing: what a message brought without a known code is copied into a section (`docs/parts.md` 27).

Filing is not writing: who holds the intake Task files into any section, also one that it cannot read. What was sent stays with
its sender; the copy has no author, so that no stake of the sender opens it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_profiles.codes import DOCUMENT_CATEGORY, HUB_TASK, SECTION_EXTENSION
from hub.domain.resource_types import RESOURCE_TYPES
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import list_references, load_labels

Json = dict[str, Any]

# The section proposed for a row that has no term: that of most of them.
_USUAL = "medical"
_OPEN = frozenset({"requested", "received"})


def is_intake_of(task: Json, party: str) -> bool:
    """Return whether `task` is an intake Task that `party` owns."""
    coded = {(coding.get("system"), coding.get("code")) for coding in task.get("code", {}).get("coding", ())}
    return (HUB_TASK, "intake") in coded and task.get("owner", {}).get("reference") == party


def is_undecided(task: Json) -> bool:
    """Return whether the decision on an intake Task is still to be taken."""
    return task.get("status") in _OPEN


def list_inputs(task: Json) -> list[str]:
    """Return what an intake Task hands over that codes place, by reference."""
    names = dict.fromkeys(list_references(task.get("input", ())))
    return [name for name in names if _is_coded(name.partition("/")[0])]


def _is_coded(kind: str) -> bool:
    return kind in RESOURCE_TYPES and RESOURCE_TYPES[kind].placement.rest == "by-code"


def needs_filing(resource: Json) -> bool:
    """Return whether a resource waits in `received`; the message itself stays there."""
    categories = [concept for concept in resource.get("category", ()) if isinstance(concept, dict)]
    is_message = any(
        coding.get("system") == DOCUMENT_CATEGORY and coding.get("code") == "received"
        for concept in categories
        for coding in concept.get("coding", ())
    )
    return not is_message and load_labels().find_place(resource) == "received"


def propose(resource: Json) -> tuple[str, str]:
    """Return the section proposed for a row and why: the term that it fits, or "" for what its type or its code usually is."""
    section, term = load_labels().terms.find_by_words(resource)
    if section:
        return section, term
    coded = load_labels().find_coded_place(resource).partition(".")[0]
    return (coded if coded != "received" else _USUAL), ""


def copy_into(unit: UnitOfWork, original: str, section: str) -> str:
    """Stage the section's own copy of a row, with the files of a document, and return its `Type/id`."""
    resource = dict(unit.read_whole(original))
    kind = resource["resourceType"]
    resource["id"] = unit.new_id(kind)
    others = [extension for extension in resource.get("extension", ()) if extension.get("url") != SECTION_EXTENSION]
    resource["extension"] = [*others, {"url": SECTION_EXTENSION, "valueCode": section}]
    if "content" in resource:
        resource["content"] = list(_copy_files(unit, resource))
    return unit.create(resource, by="")


def _copy_files(unit: UnitOfWork, document: Json) -> Iterator[Json]:
    for content in document["content"]:
        url = content.get("attachment", {}).get("url", "")
        if not url.startswith("Binary/"):
            yield content
            continue
        binary = unit.read_whole(url) | {"id": unit.new_id("Binary")}
        binary["securityContext"] = {"reference": f"DocumentReference/{document['id']}"}
        copied = unit.create(binary, by="")
        yield content | {"attachment": content["attachment"] | {"url": copied}}


def take_back(unit: UnitOfWork, copy: str) -> None:
    """Stage the end of a copy: it was entered in error."""
    resource = dict(unit.read_whole(copy))
    if resource["resourceType"] == "Condition":
        # con-5: what is in error has no clinical status.
        resource.pop("clinicalStatus", None)
        system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        resource["verificationStatus"] = {"coding": [{"system": system, "code": "entered-in-error"}]}
    else:
        resource["status"] = "entered-in-error"
    unit.replace(copy, resource, by="")
