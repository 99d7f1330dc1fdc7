"""The resources of one message, and the references between them (https://hl7.org/fhir/R4/bundle.html#references).

`Library` holds every resource of a Bundle, of the Bundles inside it, and the contained ones; nothing is fetched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.fhir.elements.node import Node, Reading
from adapters.fhir.ledger import open_resource
from hub.domain.errors import Invalid, Malformed
from hub.domain.links import get_root, make_absolute, strip_version

TYPES = frozenset({"transaction", "batch", "message", "collection", "document"})
# Resources of one type in a message: each may become a resource, and all of a message are written in one transaction, while
# others wait. Several times what letters have.
MAX_OF_TYPE = {"Observation": 200}
MAX_OF_ANY_TYPE = 50
WRITES = frozenset({"POST", "PUT"})  # a referral adds; reads and deletions go to the FHIR API

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_QUERY = re.compile(r"([A-Za-z]+)\?identifier=(?:([^|&]*)\|)?([^|&]+)$")


@dataclass(frozen=True, eq=False)
class Entry:
    """One resource. `url`: its fullUrl or ""; `container`: the resource that contains it."""

    type: str
    node: Node
    url: str = ""
    container: Entry | None = None

    @property
    def id(self) -> str:
        value = self.node.json.get("id")
        return value if isinstance(value, str) else ""


class Library:
    """The resources of one message in their order. `collect_bundle` and `collect_resource` build it.

    `sent_on`: the day on which the message says that it was sent, ""; `is_numbered`: whether the message has an identifier."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entries: list[Entry] = []
        self.sent_on = ""
        self.is_numbered = False
        self._used: set[Entry] = set()
        self._out: set[Entry] = set()
        self._counts: dict[str, int] = defaultdict(int)
        self._by_name: dict[tuple[Entry | None, str], list[Entry]] = defaultdict(list)
        self._by_id: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)

    def list_entries(self, *types: str) -> list[Entry]:
        """Return every resource of these types."""
        return [entry for entry in self.entries if entry.type in types]

    def use(self, entry: Entry) -> Node:
        """Return the node of a resource and mark the resource as used: it will not be reported as unread."""
        self._used.add(entry)
        return open_resource(entry.node)

    def take_back(self, entry: Entry) -> None:
        """Name a resource that the sender took back, or that is about somebody else, in the answer; it is not read."""
        self._out.add(entry)
        self.reading.warn("unread", entry.node.where)

    def is_out(self, entry: Entry) -> bool:
        """Return whether `take_back` was called for a resource, or for the one that contains it."""
        return entry in self._out or (entry.container is not None and entry.container in self._out)

    def get_place(self, entry: Entry) -> str:
        """Return what a resource is called in notes: its type, with its rank if there are several."""
        same = self.list_entries(entry.type)
        return entry.type if len(same) == 1 else f"{entry.type}[{same.index(entry) + 1}]"

    def is_used(self, entry: Entry) -> bool:
        """Return whether the resource was used."""
        return entry in self._used

    def resolve(self, reference: Node | None, within: Entry) -> Entry | None:
        """Return the resource that `reference`, written in `within`, points to; None when it is not in the message or
        when two are possible. Order: contained, fullUrl, relative, `Type?identifier=`, logical identifier."""
        if reference is None:
            return None
        target, type_ = reference.text("reference"), reference.text("type")
        if target:
            entry = self.find(target, within)
            if entry is None:
                reference.leave("reference", "type")
            return entry
        identifier = reference.child("identifier")
        if identifier is None:
            return None
        entry = self._find_by_identifier(type_, identifier.text("system"), identifier.text("value"))
        if entry is None:
            reference.leave("identifier", "type")
        return entry

    def find(self, target: str, within: Entry) -> Entry | None:
        """Return the resource at an address written in `within`, without its version."""
        plain = strip_version(target)
        if plain.startswith("#"):
            return self._find_contained(plain[1:], within)
        return self._find_by_url(plain, within) or self._find_by_query(plain)

    def add(self, node: Node, url: str = "", container: Entry | None = None) -> None:
        """Add a resource with all that it contains.

        Its modifiers are refused here: ignoring one would change the meaning of the rest
        (https://hl7.org/fhir/R4/extensibility.html#modifierExtension)."""
        entry = Entry(node.text("resourceType", required=True), node, url, container)
        if entry.type and not _TYPE.fullmatch(entry.type):
            node.report("resourceType", "unknown-code")
            return
        node.name = entry.type or node.name
        self.entries.append(entry)
        self._counts[entry.type] += 1
        if self._counts[entry.type] > MAX_OF_TYPE.get(entry.type, MAX_OF_ANY_TYPE):
            raise Malformed("json-too-many-parts", where=entry.type)
        self._index(entry)
        for key in ("modifierExtension", "implicitRules"):
            if key in node.json:
                node.report(key, "unknown-modifier")
        if container is None:
            for inner in node.children("contained"):
                self.add(inner, container=entry)
        if entry.type == "Bundle":
            _add_entries(self, node)

    def holds(self, url: str) -> bool:
        """Return whether a resource has this address (`https://…`, `urn:uuid:…`, `Type/id`)."""
        return bool(self._by_name.get((None, url)))

    def has_copy(self, url: str, resource: Node) -> bool:
        """Return whether the resource that has this address says the same."""
        return any(entry.node.json == resource.json for entry in self._by_name[None, url])

    def _index(self, entry: Entry) -> None:
        if entry.container is not None:
            self._by_name[entry.container, entry.id].append(entry)
        else:
            for name in {entry.url, f"{entry.type}/{entry.id}" if entry.id else ""} - {""}:
                self._by_name[None, name].append(entry)
        for system, value in _list_identifiers(entry.node):
            for type_ in ("", entry.type):
                self._by_id[type_, system, value].append(entry)

    def _find_contained(self, name: str, within: Entry) -> Entry | None:
        holder = within.container or within
        return self._only((holder, name)) if name else holder

    def _find_by_url(self, target: str, within: Entry) -> Entry | None:
        """Return the resource at `target`; of several servers, of the one that the entry is of."""
        root = get_root((within.container or within).url)
        entry = self._only((None, make_absolute(target, root)))
        if entry is None and root:
            entry = self._only((None, target))
            # An entry without an address of its own may be of any server; one of another server is another resource.
            return entry if entry is not None and get_root(entry.url) in ("", root) else None
        return entry

    def _find_by_query(self, target: str) -> Entry | None:
        query = _QUERY.match(target)
        return self._find_by_identifier(query[1], query[2] or "", query[3]) if query else None

    def _find_by_identifier(self, type_: str, system: str, value: str) -> Entry | None:
        entries = self._by_id.get((type_, system, value), [])
        return entries[0] if len(entries) == 1 and value else None

    def _only(self, name: tuple[Entry | None, str]) -> Entry | None:
        entries = self._by_name.get(name, [])
        return entries[0] if len(entries) == 1 else None


def collect_resource(reading: Reading, node: Node) -> Library:
    """Return the library of a lone resource and what it contains."""
    library = Library(reading)
    library.add(node)
    return library


def collect_bundle(reading: Reading, bundle: Node) -> Library:
    """Return the library of a Bundle. Invalid when its type is not in `TYPES`."""
    kind = bundle.text("type", required=True)
    if kind not in TYPES:
        raise Invalid("unsupported-bundle-type", where="Bundle.type")
    library = Library(reading)
    _add_entries(library, bundle)
    return library


def _add_entries(library: Library, bundle: Node) -> None:
    bundle.ignore("type", "total", "link", "signature", "timestamp", "identifier")
    names_here: set[str] = set()
    for item in bundle.children("entry"):
        item.ignore("link", "search", "response")
        request = item.child("request")
        if request is not None:
            request.ignore("url", "ifNoneExist", "ifMatch", "ifNoneMatch", "ifModifiedSince")
            if request.text("method", required=True) not in WRITES:
                request.report("method", "unsupported-method")
        url, resource = item.text("fullUrl"), item.child("resource")
        if resource is None:
            continue
        name = url or _get_relative_url(resource)
        if name and name in names_here:
            item.report("fullUrl" if url else "resource", "duplicate-entry")
        # A document inside a message carries again the resources of the message: the first is kept.
        if not name or not library.holds(name):
            library.add(resource, url)
        elif not library.has_copy(name, resource):
            library.reading.warn("unread", resource.where)
        names_here.add(name)


def _get_relative_url(node: Node) -> str:
    type_, name = node.json.get("resourceType"), node.json.get("id")
    return f"{type_}/{name}" if isinstance(type_, str) and isinstance(name, str) else ""


def _list_identifiers(node: Node) -> Iterator[tuple[str, str]]:
    """Yield (system, value) of each identifier whose members are strings; their types are checked where they are read."""
    identifiers = node.json.get("identifier")
    for item in identifiers if isinstance(identifiers, list) else [identifiers]:
        if isinstance(item, dict):
            system, value = item.get("system", ""), item.get("value")
            if isinstance(system, str) and isinstance(value, str):
                yield system, value
