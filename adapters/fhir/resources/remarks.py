"""What no element carries, in words, and what the answer names (`docs/ledger-fhir.md`)."""

from __future__ import annotations

from typing import Any

from adapters.fhir.ledger import NOTED_ON_THEMSELVES, list_remarks, load_elements, open_resource
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Subject

_ABOUT = ("subject", "patient", "beneficiary", "for")
_DEMANDS = frozenset({"ServiceRequest", "Task"})


def list_own_remarks(library: Library, entry: Entry) -> tuple[str, ...]:
    """Return what of a resource that was read no element carries, one sentence an element."""
    return list_remarks(entry.node, library.get_place(entry), lambda reference: _name_target(library, reference, entry))


def list_all_remarks(library: Library, subject: Subject) -> tuple[str, ...]:
    """Return the sentences of every resource that has no notes of its own, of those too that were not read.

    Named in the answer: a resource of a type that is not taken; a further demand; one about somebody else, or about nobody in
    a message about several, which is not said in words."""
    sentences: list[str] = []
    for entry in library.entries:
        if entry.type == "Bundle" or library.is_out(entry):
            continue
        if not library.is_used(entry):
            if not _is_about_the_person(library, subject, entry):
                library.take_back(entry)
                continue
            if entry.type not in load_elements() or entry.type in _DEMANDS:
                library.reading.warn("unread", entry.node.where)
            open_resource(entry.node)
        elif entry.type in NOTED_ON_THEMSELVES:
            continue
        sentences += list_own_remarks(library, entry)
    return tuple(sentences)


def list_unread(library: Library) -> tuple[str, ...]:
    """Return the resources that the answer names as not read, `Flag (Bundle.entry[3].resource)`."""
    types = {entry.node.where: entry.type for entry in library.entries}
    places = [problem.where for problem in library.reading.list_warnings() if problem.code == "unread"]
    return tuple(f"{types[place]} ({place})" if place in types else place for place in places)


def _is_about_the_person(library: Library, subject: Subject, entry: Entry) -> bool:
    if entry.container is not None and library.is_out(entry.container):
        return False
    if entry.type == "Patient":
        return False
    key = next((key for key in _ABOUT if isinstance(entry.node.peek(key), dict)), None)
    if key is None:
        lines = load_elements().get(entry.type)
        is_personal = lines is None or any(name in lines for name in _ABOUT)
        return not is_personal or len(library.list_entries("Patient")) <= 1
    return subject.owns(entry)


def _name_target(library: Library, reference: dict[str, Any], within: Entry) -> str:
    """Return what the target of a reference is called, "" when it is not in the message."""
    target = reference.get("reference")
    entry = library.find(target, within) if isinstance(target, str) else None
    return _get_title(entry) if entry is not None else ""


def _get_title(entry: Entry) -> str:
    json = entry.node.json
    names, code = json.get("name"), json.get("code") or json.get("type")
    if isinstance(names, str):
        return names
    if isinstance(names, list) and names and isinstance(names[0], dict):
        given_names = names[0].get("given")
        parts = [*(given_names if isinstance(given_names, list) else ()), names[0].get("family"), names[0].get("text")]
        return " ".join(part for part in parts[:-1] if isinstance(part, str)) or str(parts[-1] or "")
    if isinstance(code, dict):
        codings = code.get("coding")
        coding = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], dict) else {}
        words = code.get("text") or coding.get("display") or coding.get("code")
        if isinstance(words, str):
            return f"{entry.type} {words}"
    return f"{entry.type} {entry.id}".strip()
