"""From a request to its actor. Nothing is remembered between requests: a revoked token is dead at the next one."""

from __future__ import annotations

from collections.abc import Callable

from hub import bearer
from hub.actor import Actor
from hub.record.store import Store
from hub.record.tokens import token_actor


def authenticator(store: Callable[[], Store]) -> Callable[[str | None], Actor]:
    """`authenticate(authorization) -> Actor` over `store`, for the doors that ask for a token in that header.

    It raises `hub.bearer.Unauthenticated` (401, with its challenge) or Malformed `token-twice` (400). Scopes are the
    caller's to judge, with `hub.scopes.covers`.
    """

    def authenticate(authorization: str | None) -> Actor:
        held = token_actor(store(), bearer.token_in(authorization))
        if held is None:
            raise bearer.invalid()
        return held[0]

    return authenticate
