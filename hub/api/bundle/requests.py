"""An entry of a Bundle as a request of its own: the row of the table of routes that takes it, and what its handler is given.

The handler is that of the stand-alone request, so an entry is answered as it would be alone (`docs/leaks.md` L74). The request
with the Bundle has been authenticated; the limits of the guard apply to each entry.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple, NoReturn
from urllib.parse import unquote

from hub.api.bundle.entries import READS, BundleEntry, make_relative_url
from hub.api.http.body import EntryBody
from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.query_string import parse_pairs
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer
from hub.api.http.route import Route, RouteTable
from hub.api.resources.references import name_root
from hub.conformance.r4.primitives import CHECKS
from hub.domain.errors import Invalid, NotFound
from hub.record.repository.record import Record


class RoutedEntry(NamedTuple):
    """An entry's request, and the row that takes it."""

    route: Route
    request: ApiRequest


class EntryRouter:
    """Finds the route of each entry of one Bundle. `request`: the one whose body is the Bundle. `is_transaction`: its entries
    are answered together."""

    def __init__(self, request: ApiRequest, routes: RouteTable, *, is_transaction: bool = False) -> None:
        self._is_transaction = is_transaction
        self.request = request
        self._routes = routes
        preference = parse_prefer(request.prefer)
        # In a Bundle, a write whose author does not ask for more is answered without the resource.
        self.returns = preference.returns or "minimal"
        lenient = ", handling=lenient" if preference.lenient else ""
        self._headers = {"HTTP_PREFER": f"return={self.returns}{lenient}"}
        if language := request.headers.get("HTTP_ACCEPT_LANGUAGE"):
            self._headers["HTTP_ACCEPT_LANGUAGE"] = language

    def find(self, entry: BundleEntry) -> RoutedEntry | None:
        """Return the route that takes `entry`, with its request, or None. Raises what a limit of the guard raises."""
        path, _, query = make_relative_url(entry, self.request.base_url).partition("?")
        match = self._routes.find_entry(entry.method, [unquote(part) for part in path.split("/")] if path else [])
        if match is None:
            return None
        context = replace(
            self.request.context,
            method=entry.method,
            route=match.route.template,
            in_transaction=self._is_transaction,
        )
        self.request.service.guard.check_limits(context, self.request.actor)
        return RoutedEntry(
            match.route,
            self.request._replace(
                context=context,
                method=entry.method,
                params=match.params,
                query=query.encode(),
                headers=self._headers | _list_headers(entry),
                body=EntryBody(name_root(entry.resource, entry.full_url, self.request.base_url)),
            ),
        )

    def answer(self, entry: BundleEntry, repository: Record | None = None) -> Answer:
        """Answer one entry, from `repository` if it is given, else from the request's own record.

        Raises what the entry's handler raises; if no route takes the entry, NotFound for a read and Invalid `http-method` for
        a write."""
        routed = self.find(entry)
        if routed is None or not routed.route.in_batch:
            _refuse(entry)
        return routed.route.handler(
            routed.request if repository is None else routed.request._replace(opened=repository)
        )


def _list_headers(entry: BundleEntry) -> dict[str, str]:
    headers = {
        "HTTP_IF_MATCH": entry.if_match,
        "HTTP_IF_NONE_MATCH": entry.if_none_match,
        "HTTP_IF_NONE_EXIST": entry.if_none_exist,
        "HTTP_IF_MODIFIED_SINCE": _write_http_date(entry),
    }
    return {name: value for name, value in headers.items() if value is not None}


def _write_http_date(entry: BundleEntry) -> str | None:
    """Return the instant of `entry` that is If-Modified-Since in HTTP. Raises Invalid `format-wrong` for one that is none."""
    if entry.if_modified_since is None:
        return None
    instant = entry.if_modified_since
    try:
        if CHECKS["instant"](instant):
            return format_datetime(datetime.fromisoformat(instant).astimezone(UTC), usegmt=True)
    except OverflowError:  # outside the years 1 to 9999 in UTC
        pass
    raise Invalid("format-wrong", where=f"{entry.place}.request.ifModifiedSince")


def _refuse(entry: BundleEntry) -> NoReturn:
    pairs = without_format(parse_pairs(entry.url.partition("?")[2].encode()), None)
    if entry.method in READS:
        raise NotFound
    check_no_parameters(pairs)
    raise Invalid("http-method")
