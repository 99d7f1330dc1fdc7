"""client_credentials: which scopes a machine gets, and its token (`docs/security.md` TK-4, TK-8, TK-9)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from hub.auth.client import CLIENT_CREDENTIALS, PRIVATE_KEY_JWT
from hub.domain.errors import HubError, Invalid, NotFound
from hub.domain.scopes import Scope, inside, parse
from hub.record.clients.registry import Partner, find
from hub.record.clients.tokens import LIFETIME, issue_token
from hub.record.db.store import Store


def grant_scopes(partner: Partner, requested: str) -> tuple[Scope, ...]:
    """The scopes of `requested`, all of them: a machine gets what it asks for or nothing.

    Raises Invalid `scope-missing`, `scope-unknown`, `scope-constrained` (no row filter would keep it to its constraint,
    so granting it would widen it), `scope-outside` (outside the registration, a user's scope included).
    """
    wanted, registered = parse(requested), parse(" ".join(partner.scopes))
    if any(scope.constraints for scope in wanted):
        raise Invalid("scope-constrained")
    if not all(inside(scope, registered) for scope in wanted):
        raise Invalid("scope-outside")
    return wanted


class SystemGrant(ClientCredentialsGrant):  # type: ignore[misc]  # authlib has no types
    """authlib narrows a scope in silence and issues a token without one (`docs/security.md` §1.6.9); here both are refused."""

    TOKEN_ENDPOINT_AUTH_METHODS = [PRIVATE_KEY_JWT]  # noqa: RUF012  # authlib's own attribute
    GRANT_TYPE = CLIENT_CREDENTIALS

    def validate_requested_scope(self) -> None:
        try:
            self._scopes = grant_scopes(self.request.client.partner, self.request.payload.scope or "")
        except HubError:
            raise InvalidScopeError from None

    def create_token_response(self) -> tuple[int, dict[str, object], list[tuple[str, str]]]:
        """The token, issued and answered in one step: authlib's own writes it to the debug log in between."""
        token = issue_token(self.server.store(), self.client.get_client_id(), tuple(map(str, self._scopes)))
        answer: dict[str, object] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "scope": " ".join(scope.spelling for scope in self._scopes),
        }
        return 200, answer, self.TOKEN_RESPONSE_HEADER


def issue_demo_token(store: Store, client_id: str, scope: str | None = None) -> str:
    """A token without an assertion, for `hub token`; its caller makes sure that this is the demo.

    Without `scope`, all that the client may have. Raises NotFound for a client that is unknown or suspended, and
    Invalid as `grant_scopes` does.
    """
    partner = find(store, client_id)
    if partner is None or not partner.active:
        raise NotFound
    scopes = grant_scopes(partner, " ".join(partner.scopes) if scope is None else scope)
    return issue_token(store, client_id, tuple(map(str, scopes)))
