"""Faults in the house around the record: headers, faults, the log, the start, the rebuild of rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import hub.app
from hub import error_handlers
from hub.api.interactions.read import read_slice
from hub.domain.errors import NotFound
from hub.http import middleware
from hub.record.access import grant_updates, grants
from hub.record.repository import reads
from hub.record.tables.base import EVER
from tests.mutants.blind import EYES, replaced, swapped


def _by_header(whole: Any) -> Any:
    def read_any(request: Any, name: str, subset: Any) -> Any:
        with EYES.opened(any(key.startswith(("HTTP_X_BREAK_GLASS", "HTTP_X_TENANT")) for key in request.headers)):
            return whole(request, name, subset)

    return read_any


@contextmanager
def _telling_faults() -> Iterator[None]:
    """The text of a 500 is that of what failed."""
    last: list[BaseException] = []
    log_fault, text = error_handlers.log_fault, error_handlers.get_text

    def noted(app: Any, fault: BaseException) -> None:
        last.append(fault)
        log_fault(app, fault)

    with (
        mock.patch.object(error_handlers, "log_fault", noted),
        mock.patch.object(error_handlers, "get_text", lambda code: f"{text(code)} {last[-1] if last else ''}"),
    ):
        yield


def _again(whole: Any) -> Any:
    """Once more without the rule, to know whether nothing was found or nothing shown."""

    def read(session: Any, name: str) -> Any:
        try:
            return whole(session, name)
        except NotFound:
            with EYES.opened():
                whole(session, name)
            raise

    return read


@contextmanager
def _logging_paths() -> Iterator[None]:
    paths: dict[str, str] = {}
    begin, request_log = middleware.begin_context, middleware.make_request_logger

    def begun(environ: Any) -> Any:
        found = begin(environ)
        paths[found.request_id] = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        return found

    def logging() -> Any:
        write = request_log()

        def told(of: Any, status: int) -> None:
            of.route = paths.get(of.request_id, "")
            write(of, status)

        return told

    with (
        mock.patch.object(middleware, "begin_context", begun),
        mock.patch.object(middleware, "make_request_logger", logging),
    ):
        yield


def _never_ending(whole: Any) -> Any:
    """The rows that hold when a fact ends go on to the end that they had."""

    def join(present: Any, due: Any, now: int) -> Any:
        kept = [row for row in present if row["since"] < now < row["until"]]
        return [*kept, *(row for row in whole(present, due, now) if row["since"] >= now)]

    return join


MUTANTS: dict[str, Callable[[], Any]] = {
    "an agreement holds for ever (L129)": replaced(
        grants,
        "ConsentStatement",
        lambda made: lambda effect, party, section, since, _until: made(effect, party, section, since, EVER),
    ),
    "a header says what is asked (L130)": swapped(read_slice, _by_header),
    "a fault says what it knows (L131)": _telling_faults,
    "a route without a guard mounts (L133)": replaced(hub.app, "list_unguarded", lambda _: lambda *_given: []),
    "the hub starts without a policy (L135)": replaced(hub.app, "_read_pages", lambda _: lambda: None),
    "what is found is looked at again (L136)": replaced(reads, "read", _again),
    "the log has the path that was asked (L140)": _logging_paths,
    "a right goes on after a write that ends it": replaced(grant_updates, "_join", _never_ending),
    "a rebuild keeps the rights that it finds (L145)": replaced(
        grants, "rebuild_all", lambda _: lambda _connection: grants.Rebuilt(0, 1)
    ),
}
