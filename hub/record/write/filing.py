"""Filing: what a message brought without a known code is copied into a section (`docs/parts.md` 27, 30).

Filing is not writing: who was handed a row files it into any section, also one that it cannot read. What was sent stays with its
sender; the copy has no author, so that no stake of the sender opens it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from fhir_profiles.codes import SECTION_EXTENSION
from hub.record.db.clock import instant
from hub.record.reactions.stakes import UNANSWERED, add_files, is_hub_task
from hub.record.reactions.unfiled import TO_FILE, find_holder, needs_filing
from hub.record.tables import resource, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_reference_rid, load_labels

Json = dict[str, Any]

# The section proposed for a row that has no term: that of most of them.
_USUAL = "medical"
# The hub's Tasks by which rows are filed: the desk's, and the one that asks a clinician.
FILED_BY = ("intake", "file")


def is_undecided(task: Json) -> bool:
    """Return whether a Task is still to be answered: an intake Task, whether the decision is still to be taken."""
    return task.get("status") in UNANSWERED


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


def end_handing(unit: UnitOfWork, original: str, person: int) -> None:
    """End the stakes of those who could file `original`, and complete the Tasks `file` of which it was the last row."""
    for row in _list_filers(unit, original, until=EVER):
        unit.facts.end("stake", person, kind=row.kind, party=row.party, via=row.via, rid=row.rid)
        task = unit.read_whole(f"Task/{row.id}")
        if is_hub_task(task, "file") and is_undecided(task) and not _has_other_rows(unit, row, original):
            output = {"type": task["code"], "valueInstant": instant(unit.time)}
            unit.replace(f"Task/{row.id}", task | {"status": "completed", "output": [output]}, by="")


def restore_handing(unit: UnitOfWork, original: str, person: int, filed_at: int) -> None:
    """Give back the stakes that a filing at `filed_at` ended, and ask again by the Tasks `file` that it completed.

    What an intake Task handed that is decided by now waits with its holder (`docs/parts.md` 30)."""
    for row in _list_filers(unit, original, until=filed_at):
        name, party, kind = f"Task/{row.id}", row.party, row.kind
        task = unit.read_whole(name)
        if is_hub_task(task, "intake") and not is_undecided(task):
            party, kind = find_holder(unit, person, task), TO_FILE
        elif is_hub_task(task, "file") and task["status"] == "completed":
            requested_task = {element: value for element, value in task.items() if element != "output"}
            unit.replace(name, requested_task | {"status": "requested"}, by="")
        stake_row = {"rid": row.rid, "party": party, "kind": kind, "via": row.via, "person": person}
        unit.facts.add("stake", stake_row | {"since": unit.time, "until": EVER})


def _list_filers(unit: UnitOfWork, original: str, *, until: int) -> list[Any]:
    """Return the stakes in `original` and its files that end at `until`, of those who may file it, each with the `id` of its
    Task."""
    rids = [get_reference_rid(name) for _, name in add_files(unit, {("", original)})]
    tasks = select(stake, resource.c.id).join_from(stake, resource, resource.c.rid == stake.c.via)
    matching = tasks.where(stake.c.rid.in_(rids), stake.c.kind.in_(("handed", TO_FILE)), stake.c.until == until)
    rows = unit.connection.execute(matching.where(resource.c.type == "Task").order_by(stake.c.rid, stake.c.party)).all()
    return [row for row in rows if any(is_hub_task(unit.read_whole(f"Task/{row.id}"), code) for code in FILED_BY)]


def _has_other_rows(unit: UnitOfWork, filer: Any, original: str) -> bool:
    """Return whether a Task `file` hands over something else that waits."""
    open_stakes = select(resource.c.type, resource.c.id).join_from(stake, resource, resource.c.rid == stake.c.rid)
    rows = unit.connection.execute(open_stakes.where(stake.c.via == filer.via, stake.c.until == EVER))
    names = {f"{row.type}/{row.id}" for row in rows} - {original}
    return any(needs_filing(unit.read_whole(name)) for name in names)
