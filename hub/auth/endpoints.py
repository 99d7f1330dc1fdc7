"""Introspection (RFC 7662) and revocation (RFC 7009) of access tokens (`docs/security.md` IN-1 to IN-4, RV-1, RV-2)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from hub.auth.client import BEARER, PRIVATE_KEY_JWT, OAuthClient
from hub.auth.form import FormRequest
from hub.record.clients.tokens import Issued, find_token, revoke


class IntrospectEndpoint(IntrospectionEndpoint):  # type: ignore[misc]  # authlib has no types
    """A client may introspect its own tokens, and those of all clients if it is registered for it.

    The answer about any other token is the answer about a token that does not exist.
    """

    CLIENT_AUTH_METHODS = [PRIVATE_KEY_JWT, BEARER]  # noqa: RUF012  # authlib's own attribute

    def authenticate_token(self, request: FormRequest, client: OAuthClient) -> Issued | None:
        """The token in the form if it is valid and `client` may introspect it. `token_type_hint` is ignored: one type exists."""
        issued = find_token(self.server.get_store(), _read_token(request))
        if issued is None or not (client.partner.can_introspect or issued.client_id == client.get_client_id()):
            return None
        return issued

    def create_introspection_payload(self, token: Issued | None) -> dict[str, object]:
        if token is None:
            return {"active": False}
        return {
            "active": True,
            "scope": " ".join(token.scopes),
            "client_id": token.client_id,
            "exp": token.expires // 1_000_000,
            "iat": token.issued // 1_000_000,
            "iss": self.server.config.issuer,
            "aud": self.server.config.fhir_base,
            "jti": token.jti,
            "token_type": "Bearer",
        }


class RevokeEndpoint(RevocationEndpoint):  # type: ignore[misc]  # authlib has no types
    """A client may revoke its own tokens. For the token of another client, or an unknown one, the answer is the same."""

    CLIENT_AUTH_METHODS = [PRIVATE_KEY_JWT]  # noqa: RUF012  # authlib's own attribute

    def authenticate_token(self, request: FormRequest, _client: OAuthClient) -> str:
        """The token as it was sent: the UPDATE that revokes it compares the client."""
        return _read_token(request)

    def revoke_token(self, token: str, request: FormRequest) -> None:
        revoke(self.server.get_store(), token, request.client.get_client_id())


def _read_token(request: FormRequest) -> str:
    if "token" not in request.form:
        raise InvalidRequestError
    return request.form["token"]
