"""A JSON object with its place in the message. Each access checks the type and notes a problem instead of raising.

A node knows which of its elements were read. What was not is said in words (`adapters.fhir.elements.leftovers`).
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NoReturn

from adapters.fhir.elements.primitives import CONTROL, get_tail, is_date, is_short
from hub.domain.errors import Invalid, Problem

MAX_PROBLEMS = 100  # problems reported of one message: people read this list


class Reading:
    """The reading of one message: the problems noted, the nodes visited, what the sender is told of nevertheless."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._nodes: dict[int, Node] = {}
        self._warnings: dict[Problem, None] = {}

    def node(self, json: dict[str, Any], where: str, name: str) -> Node:
        """Return the one Node of this object, so that what any caller reads of it is marked as read."""
        node = self._nodes.get(id(json))
        if node is None:
            node = self._nodes[id(json)] = Node(self, json, where, name)
        return node

    def find_node(self, json: dict[str, Any]) -> Node | None:
        """Return the Node of this object if it was visited."""
        return self._nodes.get(id(json))

    def note_problem(self, code: str, where: str) -> None:
        """Note what is wrong, once for each place."""
        if len(self._problems) < MAX_PROBLEMS:
            self._problems[Problem(code, where)] = None

    def fail(self, code: str, where: str) -> NoReturn:
        """Note what is wrong and raise Invalid with all that was noted."""
        self._problems[Problem(code, where)] = None
        raise Invalid(*self._problems)

    def finish(self) -> None:
        """Raise Invalid with every problem noted, if any."""
        if self._problems:
            raise Invalid(*self._problems)

    def warn(self, code: str, where: str) -> None:
        """Note what the sender is told of although the message is taken, once for each place."""
        self._warnings[Problem(code, where)] = None

    def list_warnings(self) -> tuple[Problem, ...]:
        """Return what was noted by `warn`, in order."""
        return tuple(self._warnings)


class Node:
    """A JSON object. `where`: its place in the message (`Bundle.entry[2].resource`); `name`: its type and path
    (`Patient.name`)."""

    def __init__(self, reading: Reading, json: dict[str, Any], where: str, name: str) -> None:
        self.reading, self.json, self.where, self.name = reading, json, where, name
        self._seen: set[str] = set()
        self._known: set[str] = set()

    @property
    def opened(self) -> bool:
        """Whether an element of it was read."""
        return bool(self._seen)

    def is_read(self, key: str) -> bool:
        """Return whether this element was read."""
        return key in self._seen

    def is_known(self, key: str) -> bool:
        """Return whether this element says nothing that needs to be read."""
        return key in self._known

    def peek(self, key: str) -> Any:
        """Return the JSON under `key` without marking it as read; None when absent."""
        return self.json.get(key)

    def leave(self, *keys: str) -> None:
        """Mark these elements as not read, with all that is in them: what was read of them is not used."""
        for key in keys:
            self._seen.discard(key)
            value = self.json.get(key)
            for item in value if isinstance(value, list) else [value]:
                node = self.reading.find_node(item) if isinstance(item, dict) else None
                if node is not None:
                    node.forget()

    def forget(self) -> None:
        """Mark every element as not read."""
        self.leave(*self.json)
        self._seen.clear()

    def raw(self, key: str) -> Any:
        """Return the JSON under `key` and mark it as read; None when absent."""
        self._seen.add(key)
        return self.json.get(key)

    def ignore(self, *keys: str) -> None:
        """Mark these elements as known: links, or what the elements that were read say already."""
        self._known.update(keys)

    def report(self, key: str, code: str = "wrong-type") -> None:
        """Note a problem at the element `key` of this object."""
        self.reading.note_problem(code, f"{self.where}.{key}")

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a string, "" when absent."""
        value = self.raw(key)
        if key not in self.json:
            if required:
                self.report(key, "required-missing")
            return ""
        return self._string(value, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return an array of strings; null, which only a primitive array may hold, is left out."""
        strings = (self._string(item, f"{key}[{i}]") for i, item in enumerate(self._array(key)) if item is not None)
        return tuple(item for item in strings if item)

    def code(self, key: str, allowed: Collection[str], *, required: bool = False) -> str:
        """Return a string of a closed list, "" when absent or not in the list. One that is not in the list is a problem if it is
        required, else it is not read, and the sender is told."""
        value = self.text(key, required=required)
        if not value or value in allowed:
            return value
        if required:
            self.report(key, "unknown-code")
        else:
            self._leave_and_warn(key, "unknown-code")
        return ""

    def date(self, key: str) -> str:
        """Return a date or dateTime with the precision that the sender gave (a time has its zone), "" when absent. One that does
        not exist is not read, and the sender is told."""
        value = self.text(key)
        if value and not is_date(value):
            self._leave_and_warn(key, "bad-date")
            return ""
        return value

    def _leave_and_warn(self, key: str, code: str) -> None:
        self.leave(key)
        self.reading.warn(code, f"{self.where}.{key}")

    def flag(self, key: str) -> bool | None:
        """Return a boolean, None when absent."""
        value = self.raw(key)
        if key in self.json and not isinstance(value, bool):
            self.report(key)
        return value if isinstance(value, bool) else None

    def number(self, key: str) -> str:
        """Return a number as text with its digits, "" when absent."""
        value = self.raw(key)
        if key not in self.json:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.report(key)
            return ""
        if not is_short(value):
            self.report(key, "json-number")
            return ""
        return str(value)

    def child(self, key: str) -> Node | None:
        """Return the object under `key`, None when absent."""
        value = self.raw(key)
        return None if key not in self.json else self._object(value, key, key)

    def children(self, key: str) -> list[Node]:
        """Return the objects of the array under `key`."""
        nodes = (self._object(item, f"{key}[{i}]", key) for i, item in enumerate(self._array(key)))
        return [node for node in nodes if node is not None]

    def extension(self, *tails: str) -> Node | None:
        """Return the first extension whose address ends with one of `tails`; the others remain unread."""
        for node in self.children("extension"):
            if get_tail(node.json.get("url")) in tails:
                node.text("url")
                return node
        return None

    def _array(self, key: str) -> list[Any]:
        value = self.raw(key)
        if key not in self.json:
            return []
        if isinstance(value, list):
            return value
        self.report(key)
        return []

    def _object(self, value: Any, place: str, key: str) -> Node | None:
        if isinstance(value, dict):
            return self.reading.node(value, f"{self.where}.{place}", f"{self.name}.{key}")
        self.report(place)
        return None

    def _string(self, value: Any, place: str) -> str:
        if not isinstance(value, str):
            self.report(place)
            return ""
        if CONTROL.search(value):  # refused by R4, and by PostgreSQL's text
            self.report(place, "control-character")
            return ""
        return value.strip()
