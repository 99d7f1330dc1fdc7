"""From the Authorization header to the actor. Nothing is cached: a revoked token is refused at the next request."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.actor import Actor
from hub.http import bearer
from hub.record.clients.tokens import token_actor
from hub.record.db.store import Store


def make_authenticator(get_store: Callable[[], Store]) -> Callable[[str | None], Actor]:
    """Make the function `authenticate(authorization) -> Actor` for routes that require an access token.

    The function raises `hub.http.bearer.Unauthenticated` (401 with a challenge) or Malformed `token-twice` (400). It does not
    check scopes.
    """

    def authenticate(authorization: str | None) -> Actor:
        actor_and_token = token_actor(get_store(), bearer.read_token(authorization))
        if actor_and_token is None:
            raise bearer.make_invalid_token_error()
        return actor_and_token[0]

    return authenticate
