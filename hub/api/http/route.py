"""A row of the table of FHIR routes (`hub.api.routes`), the declaration of an operation, and the look-up of a row.

The one table feeds Flask, the fast path, the entries of a Bundle, the CapabilityStatement and the OpenAPI document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.http.guards import OPEN, TOKEN
from hub.record.write.transaction import Entry

# Answers a request, or raises a HubError.
Handler = Callable[[ApiRequest], Answer]
# Returns what a write interaction makes the record write, so that a transaction can write several at once.
WritePlanner = Callable[[ApiRequest], Entry]

# The FHIR base of a hub is its origin followed by this.
PREFIX = "/fhir"
# The resource type of an operation that each type has.
EVERY_TYPE = "*"

_TYPE, _INSTANCE = "/<resource_type>", "/<resource_type>/<resource_id>"
_PARAMETER = re.compile(r"<(?:any\((?P<values>[\w,]+)\):)?(?P<name>\w+)>")


class Endpoint(NamedTuple):
    """An operation at one level. `methods`: those it takes; `in_batch`: those by which it may be an entry of a batch."""

    handler: Handler
    methods: tuple[str, ...] = ("GET", "POST")
    in_batch: tuple[str, ...] = ()


class Operation(NamedTuple):
    """An operation (https://hl7.org/fhir/R4/operations.html). `code`: its name without `$`. `definition`: the canonical URL of
    its OperationDefinition. `resource_type`: "" for the whole system, or `EVERY_TYPE`. A level at which it does not exist is
    None."""

    code: str
    definition: str
    resource_type: str
    on_system: Endpoint | None = None
    on_type: Endpoint | None = None
    on_instance: Endpoint | None = None

    def list_routes(self) -> list[Route]:
        """Return a row for each level and method."""
        type_path = _TYPE if self.resource_type == EVERY_TYPE else f"/{self.resource_type}"
        levels = (("", self.on_system), (type_path, self.on_type), (f"{type_path}/<resource_id>", self.on_instance))
        return [
            Route(
                method,
                f"{path}/${self.code}",
                endpoint.handler,
                ("operation",),
                operation=self,
                in_batch=method in endpoint.in_batch,
            )
            for path, endpoint in levels
            if endpoint is not None
            for method in endpoint.methods
        ]


class Route(NamedTuple):
    """One method of one path under the FHIR base. `path`: as Werkzeug writes it.

    `interactions`: codes of https://hl7.org/fhir/R4/valueset-type-restful-interaction.html, of
    https://hl7.org/fhir/R4/valueset-system-restful-interaction.html, or `capabilities` or `operation`; none for a row that only
    refuses. `conditional`: the URL's parameters name the resource. `authentication`: a mark of `hub.http.guards`.

    `in_batch`: it may be an entry of a batch, and when it reads also of a transaction. `plan`: what makes a write an entry of a
    transaction. `fast`: the fast path serves it too."""

    method: str
    path: str
    handler: Handler
    interactions: tuple[str, ...] = ()
    conditional: bool = False
    operation: Operation | None = None
    authentication: str = TOKEN
    in_batch: bool = False
    plan: WritePlanner | None = None
    fast: bool = False

    def is_of_type(self, resource_type: str) -> bool:
        """Return whether the path is for this stored type: by its name, or as one for any type."""
        first = self.segments[:1]
        return bool(first) and not first[0].values and first[0].fits(resource_type)

    def is_of_definitions(self, resource_type: str) -> bool:
        """Return whether the path is for this type of definitions (`hub.api.metadata.definitions`)."""
        first = self.segments[:1]
        return bool(first) and resource_type in first[0].values

    @property
    def template(self) -> str:
        """The whole path, by which the log and the metrics name it."""
        return f"{PREFIX}{self.path}"

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The parts of `path` between its slashes; of the base none."""
        return tuple(_parse_segment(text) for text in self.path.split("/")[1:])


class Segment(NamedTuple):
    """A segment of a path: the literal `text`, or a `parameter`, which takes any text or, if there are `values`, one of these."""

    text: str
    parameter: str = ""
    values: frozenset[str] = frozenset()

    def fits(self, text: str) -> bool:
        """Return whether a URL may have `text` as this segment."""
        return text == self.text if not self.parameter else not self.values or text in self.values


def _parse_segment(text: str) -> Segment:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        return Segment(text)
    return Segment(text, match["name"], frozenset(match["values"].split(",") if match["values"] else ()))


class Match(NamedTuple):
    """The route that takes a URL, and the parameters of its template."""

    route: Route
    params: dict[str, str]


class RouteTable:
    """All routes, in their order. Raises ValueError for a route that may be an entry of a Bundle and requires another
    authentication than the token of the Bundle's request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._entries: dict[tuple[str, int], list[tuple[tuple[Segment, ...], Route]]] = {}
        for route in self.routes:
            if route.in_batch or route.plan:
                if route.authentication not in (OPEN, TOKEN):
                    raise ValueError(
                        f"{route.path}: an entry has no authentication but the token of its Bundle's request"
                    )
                segments = route.segments
                self._entries.setdefault((route.method, len(segments)), []).append((segments, route))
        for rows in self._entries.values():
            # As in Werkzeug a literal segment goes before one of several values, and that before any text.
            rows.sort(key=lambda row: [(bool(part.parameter), not part.values) for part in row[0]])

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def find_entry(self, method: str, path: Sequence[str]) -> Match | None:
        """Return the route that takes an entry of a Bundle, by the unquoted segments of its relative URL; None without one.
        HEAD is routed as GET."""
        for segments, route in self._entries.get(("GET" if method == "HEAD" else method, len(path)), ()):
            if all(segment.fits(text) for segment, text in zip(segments, path, strict=True)):
                params = {part.parameter: text for part, text in zip(segments, path, strict=True) if part.parameter}
                return Match(route, params)
        return None
