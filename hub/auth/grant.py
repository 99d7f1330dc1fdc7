"""The client_credentials grant: the scopes that a client gets, and its token (`docs/security.md` TK-4, TK-8, TK-9)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from hub.auth.client import CLIENT_CREDENTIALS, PRIVATE_KEY_JWT
from hub.domain.errors import HubError, Invalid, NotFound
from hub.domain.scopes import Scope, is_inside, parse
from hub.record.clients.registry import Partner, find
from hub.record.clients.tokens import LIFETIME, issue_token
from hub.record.db.store import Store


def grant_scopes(partner: Partner, requested: str) -> tuple[Scope, ...]:
    """All scopes of `requested`, if `partner` may have all of them: scopes are never narrowed in silence.

    Raises Invalid: `scope-missing`; `scope-unknown`; `scope-constrained` for a scope with search parameters, which the hub does
    not enforce, so that granting it would grant more; `scope-outside` for one outside the registration, such as a user's scope.
    """
    scopes, registered = parse(requested), parse(" ".join(partner.scopes))
    if any(scope.constraints for scope in scopes):
        raise Invalid("scope-constrained")
    if not all(is_inside(scope, registered) for scope in scopes):
        raise Invalid("scope-outside")
    return scopes


class SystemGrant(ClientCredentialsGrant):  # type: ignore[misc]  # authlib has no types
    """The client_credentials grant without two habits of authlib (`docs/security.md` §1.6.9).

    authlib narrows scopes in silence, and issues a token when no scope is requested. Here both are refused.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = [PRIVATE_KEY_JWT]  # noqa: RUF012  # authlib's own attribute
    GRANT_TYPE = CLIENT_CREDENTIALS

    def validate_requested_scope(self) -> None:
        try:
            self._scopes = grant_scopes(self.request.client.partner, self.request.payload.scope or "")
        except HubError:
            raise InvalidScopeError from None

    def create_token_response(self) -> tuple[int, dict[str, object], list[tuple[str, str]]]:
        """Issue the token and answer with it. authlib's own method writes the token to the debug log."""
        token = issue_token(self.server.get_store(), self.client.get_client_id(), tuple(map(str, self._scopes)))
        answer: dict[str, object] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "scope": " ".join(scope.spelling for scope in self._scopes),
        }
        return 200, answer, self.TOKEN_RESPONSE_HEADER


def issue_demo_token(store: Store, client_id: str, scope: str | None = None) -> str:
    """Issue a token without an assertion, for `hub token`. The caller has checked that this is the demo.

    `scope`: by default all scopes of the client. Raises NotFound for a client that is unknown or suspended, and Invalid as
    `grant_scopes` does.
    """
    partner = find(store, client_id)
    if partner is None or not partner.active:
        raise NotFound
    scopes = grant_scopes(partner, " ".join(partner.scopes) if scope is None else scope)
    return issue_token(store, client_id, tuple(map(str, scopes)))
