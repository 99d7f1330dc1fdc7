"""Which resource of the message is the demand, and about whom (`docs/loop.md` D3; BSeR and Gravity send both shapes)."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library


@dataclass(frozen=True)
class Demand:
    """The ServiceRequest, and the Task that asks for its fulfilment if one came with it."""

    request: Entry
    task: Entry | None


def find_demand(library: Library, where: str) -> Demand:
    """Return the one ServiceRequest that is asked for. Of several, MessageHeader.focus or else Task.focus decides.

    Invalid at `where`: `no-request`, `several-requests`."""
    headed = _list_header_focuses(library)
    tasks = [entry for entry in headed if entry.type == "Task"] or library.list_entries("Task")
    focused = _list_task_focuses(library, tasks)
    # A ServiceRequest inside another resource (an invoice says so what was done) is a demand only if a Task says it.
    requests = [entry for entry in library.list_entries("ServiceRequest") if entry.container is None]
    if not requests and not focused:
        library.reading.fail("no-request", where)
    for pointed in ([e for e in headed if e.type == "ServiceRequest"], focused, requests):
        if len(set(pointed)) == 1:
            return Demand(pointed[0], _find_task(library, pointed[0], tasks))
    return library.reading.fail("several-requests", where)


def _list_header_focuses(library: Library) -> list[Entry]:
    entries = []
    for header in library.list_entries("MessageHeader"):
        for focus in library.use(header).children("focus"):
            entry = library.resolve(focus, header)
            if entry is not None:
                entries.append(entry)
    return entries


def _list_task_focuses(library: Library, tasks: list[Entry]) -> list[Entry]:
    entries = (library.resolve(task.node.child("focus"), task) for task in tasks)
    return [entry for entry in entries if entry is not None and entry.type == "ServiceRequest"]


def _find_task(library: Library, request: Entry, tasks: list[Entry]) -> Entry | None:
    """Return the Task of this request. A sender's own sub-task (`partOf`) is taken only when there is no other."""
    candidates = [task for task in tasks if library.resolve(task.node.child("focus"), task) is request]
    return next((task for task in candidates if "partOf" not in task.node.json), candidates[0] if candidates else None)


class Subject:
    """The person of the demand. `entry`: the Patient of the message, or None when there is only an identifier."""

    def __init__(self, library: Library, demand: Demand) -> None:
        request = demand.request
        self._library = library
        self.where = f"{request.node.where}.subject"
        subject = request.node.child("subject")
        if subject is None:
            library.reading.fail("required-missing", self.where)
        self.reference = subject
        self.entry = library.resolve(subject, request) or self._find_by_display(subject)
        if self.entry is None and not (subject.child("identifier") and subject.text("display")):
            library.reading.fail("unresolved-reference", self.where)
        if self.entry is not None and self.entry.type != "Patient":
            library.reading.fail("wrong-reference", self.where)
        task = demand.task
        beneficiary = library.resolve(task.node.child("for"), task) if task is not None else None
        if task is not None and beneficiary is not None and beneficiary is not self.entry:
            library.reading.fail("several-persons", f"{task.node.where}.for")

    def owns(self, entry: Entry) -> bool:
        """Return whether a resource is about the same person; resources about another person, or about none, are not
        read."""
        key = next((k for k in ("subject", "patient", "beneficiary", "for") if k in entry.node.json), None)
        reference = entry.node.child(key) if key is not None else None
        if reference is None:
            return False
        target = self._library.resolve(reference, entry)
        if target is not None or self.entry is None:
            return target is self.entry and (target is not None or self._same_words(reference))
        return self._same_words(reference)

    def _same_words(self, reference: Node) -> bool:
        return any(
            reference.json.get(key) == self.reference.json[key]
            for key in ("reference", "identifier")
            if key in self.reference.json
        )

    def _find_by_display(self, reference: Node) -> Entry | None:
        """Return the only Patient of the message if the display of the reference has its name.

        The published BSeR message points to a Patient by another id than the one that it carries. The reference is then
        listed as unread, for the desk."""
        patients = [entry for entry in self._library.list_entries("Patient") if entry.container is None]
        display = set(reference.text("display").casefold().split())
        if len(patients) != 1 or not display or "identifier" in reference.json:
            return None
        for name in patients[0].node.children("name"):
            called = [name.text("family"), *name.texts("given")[:1]]
            if len(called) == 2 and all(called) and {word.casefold() for word in called} <= display:
                self._library.reading.warn("unread", self.where)
                return patients[0]
        return None
