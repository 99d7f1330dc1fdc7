"""Faults in who is let in, and for what."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any

from hub.auth import grant
from hub.auth.proof import ClientAssertionAuth
from hub.domain import scopes
from hub.domain.errors import Invalid
from hub.record.clients import registry
from tests.mutants.blind import replaced, statements, swapped


def _what_is_understood(_whole: Any) -> Any:
    def grantable(_partner: Any, requested: str) -> tuple[scopes.Scope, ...]:
        found: list[scopes.Scope] = []
        for token in requested.split():
            try:
                found += scopes.parse(token)
            except Invalid:
                continue
        return tuple(found)

    return grantable


def _added_up(_whole: Any) -> Any:
    def covers(granted: Iterable[str], resource_type: str, letter: str, level: str = "system") -> bool:
        found = [one for one in map(scopes._parse_token, granted) if not one.constraints]
        letters, types = {x for one in found for x in one.letters}, {one.type for one in found}
        return resource_type in scopes.SCOPE_TYPES and letter in letters and bool(types & {"*", resource_type})

    return covers


def _of_any_type(whole: Any) -> Any:
    def covers(granted: Iterable[str], resource_type: str, letter: str, level: str = "system") -> bool:
        known = resource_type if resource_type in scopes.SCOPE_TYPES else "Task"
        return bool(whole([one for one in granted if "*" in one or known == resource_type], known, letter, level))

    return covers


def _unconstrained(whole: Any) -> Any:
    return lambda granted, *others: whole([one.partition("?")[0] for one in granted], *others)


def _unread(_whole: Any) -> Any:
    def claims(_self: Any, assertion: str, _client: Any) -> Any:
        payload = assertion.split(".")[1]
        return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    return claims


MUTANTS: dict[str, Callable[[], Any]] = {
    "a client is registered without what its tokens must say (L39)": replaced(
        registry, "check_partner", lambda _: lambda *_given: None
    ),
    "a token has what was asked for, as far as it is understood (L122)": replaced(
        grant, "grant_scopes", _what_is_understood
    ),
    "scopes add up (L123)": swapped(scopes.covers, _added_up),
    "a wildcard is for what comes later too (L125)": swapped(scopes.covers, _of_any_type),
    "a scope with a condition opens without it (L126)": swapped(scopes.covers, _unconstrained),
    "a signature is not looked at (L127)": replaced(ClientAssertionAuth, "process_assertion_claims", _unread),
    "a revoked token goes on (L128)": statements(lambda sql: sql.replace("token.revoked IS NULL", "1 = 1")),
}
