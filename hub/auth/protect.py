"""From a request to its actor. Nothing is remembered between requests: a revoked token is dead at the next one."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.actor import Actor
from hub.http import bearer
from hub.record.clients.tokens import token_actor
from hub.record.db.store import Store


def make_authenticator(store: Callable[[], Store]) -> Callable[[str | None], Actor]:
    """`authenticate(authorization) -> Actor` over `store`, for the doors that ask for a token in that header.

    It raises `hub.http.bearer.Unauthenticated` (401, with its challenge) or Malformed `token-twice` (400). Scopes are the
    caller's to judge, with `hub.domain.scopes.covers`.
    """

    def authenticate(authorization: str | None) -> Actor:
        held = token_actor(store(), bearer.read_token(authorization))
        if held is None:
            raise bearer.make_invalid_token_error()
        return held[0]

    return authenticate
