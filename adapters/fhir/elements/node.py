"""A JSON object with its place in the message. Each access checks the type and notes a problem instead of raising.

Reading a message gives two lists: what is wrong, with its place, and what was not read (`Referral.unread`).
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NoReturn

from adapters.fhir.elements.primitives import CONTROL, NAME, get_tail, is_date, is_short
from hub.domain.errors import Invalid, Problem

MAX_PROBLEMS = 100  # problems reported of one message, and places unread: people read these lists

# Elements of every resource or datatype, of no use to the referral; primitive extensions (`_x`) go with their element.
_COMMON = frozenset(
    {"resourceType", "id", "meta", "text", "language", "contained", "display", "userSelected", "version", "reference"}
)


class Reading:
    """The reading of one message: the problems noted, the nodes visited, the places that were not understood."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._nodes: dict[int, Node] = {}
        self._aside: list[str] = []
        self._left: set[int] = set()

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

    def set_aside(self, name: str) -> None:
        """List this place of the message as unread."""
        self._aside.append(name)

    def leave_out(self, node: Node) -> None:
        """List a whole resource as unread, by its type alone."""
        self._left.add(id(node.json))
        self.set_aside(node.name)

    def unread(self) -> tuple[str, ...]:
        """Return the places that were not read, without values: resource types, `Type.element`, extension names."""
        names = [*self._aside, *(name for node in self._list_visited() for name in node.list_leftovers())]
        return tuple(dict.fromkeys(names))[:MAX_PROBLEMS]

    def _list_visited(self) -> list[Node]:
        return [node for key, node in self._nodes.items() if key not in self._left]


class Node:
    """A JSON object. `where`: its place in the message (`Bundle.entry[2].resource`); `name`: its type and path
    (`Patient.name`)."""

    def __init__(self, reading: Reading, json: dict[str, Any], where: str, name: str) -> None:
        self.reading, self.json, self.where, self.name = reading, json, where, name
        self._seen: set[str] = set()

    @property
    def opened(self) -> bool:
        """Whether an element of it was read."""
        return bool(self._seen)

    def raw(self, key: str) -> Any:
        """Return the JSON under `key` and mark it as read; None when absent."""
        self._seen.add(key)
        return self.json.get(key)

    def ignore(self, *keys: str) -> None:
        """Mark these elements as read: they are known and left out on purpose."""
        self._seen.update(keys)

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
        """Return a string of a closed list, "" when absent or not in the list (a problem)."""
        value = self.text(key, required=required)
        if value and value not in allowed:
            self.report(key, "unknown-code")
            return ""
        return value

    def date(self, key: str) -> str:
        """Return a date or dateTime with the precision that the sender gave (a time has its zone)."""
        value = self.text(key)
        if value and not is_date(value):
            self.report(key, "bad-date")
            return ""
        return value

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

    def list_leftovers(self) -> list[str]:
        """Return the names of elements that were not read; an extension is named by the last part of its address. An
        object of which nothing was read gives none: the element that holds it was left out on purpose, or is listed
        itself."""
        if not self._seen:
            return []
        names = [f"{self.name}.{key}" for key in self.json if self._is_left(key)]
        extensions = self.json.get("extension")
        unopened = [item for item in extensions if self._is_unopened(item)] if isinstance(extensions, list) else []
        return names + [f"{self.name}:{get_tail(item.get('url'))}" for item in unopened]

    def _is_left(self, key: str) -> bool:
        is_known = key in self._seen or key in _COMMON or key == "extension" or key.startswith("_")
        return not is_known and NAME.fullmatch(key) is not None

    def _is_unopened(self, extension: Any) -> bool:
        if not isinstance(extension, dict):
            return False
        node = self.reading.find_node(extension)
        return node is None or not node.opened

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
