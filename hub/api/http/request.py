"""A request as a handler sees it, whether it came through Flask, the fast path or as an entry of a Bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.api.http.body import Body
from hub.api.http.negotiation import without_format
from hub.api.http.query_string import Pairs, parse_pairs
from hub.domain.actor import Actor
from hub.domain.errors import Invalid
from hub.http.guards import Guard
from hub.http.request_context import RequestContext
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.settings.settings import Limits


class Service(NamedTuple):
    """What all requests of one application share. `base_url`: the FHIR base, from the settings and never from the Host header."""

    store: Store
    base_url: str
    limits: Limits
    guard: Guard

    def open_record(self, actor: Actor) -> Record:
        """Return the record, opened for `actor`."""
        return Record(self.store, actor, self.base_url)


class ApiRequest(NamedTuple):
    """A request. `params`: the parameters of the route's template. `query`: the query string as it was sent. `headers`: named
    as in a WSGI environment (PEP 3333), such as HTTP_ACCEPT. `opened`: the record, opened for the caller; None on a route open
    to all."""

    service: Service
    context: RequestContext
    method: str
    params: Mapping[str, str]
    query: bytes
    headers: Mapping[str, Any]
    body: Body
    opened: Record | None

    @property
    def base_url(self) -> str:
        """The FHIR base of the hub."""
        return self.service.base_url

    @property
    def repository(self) -> Record:
        """The record, opened for the caller. Raises RuntimeError on a route that is open to all."""
        if self.opened is None:
            raise RuntimeError("a route that is open to all has no caller")
        return self.opened

    @property
    def actor(self) -> Actor:
        """The caller. RuntimeError on a route that is open to all."""
        return self.repository.actor

    @property
    def accept(self) -> str | None:
        return self.headers.get("HTTP_ACCEPT")

    @property
    def prefer(self) -> str | None:
        return self.headers.get("HTTP_PREFER")

    @property
    def if_match(self) -> str | None:
        return self.headers.get("HTTP_IF_MATCH")

    def parse_query(self) -> Pairs:
        """Return the parameters of the URL without those of the format. Raises Invalid as `parse_pairs` and `without_format`
        do."""
        return without_format(parse_pairs(self.query), self.accept)

    def read_resource(self) -> dict[str, Any]:
        """Return the resource in the body of a request that takes no parameters but those of the format.

        Raises Invalid `parameter-unknown` for another parameter; else as `parse_query` and `Body.read_resource` do."""
        check_no_parameters(self.parse_query())
        return self.body.read_resource()


def check_no_parameters(pairs: Pairs) -> None:
    """Raise Invalid `parameter-unknown` unless `pairs` is empty."""
    if pairs:
        raise Invalid("parameter-unknown", where=pairs[0][0])
