"""A registered client in the form that authlib needs. What is not listed here is denied (`docs/security.md` §1.6.11)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import ClientMixin

from hub.record.clients.registry import Partner

PRIVATE_KEY_JWT = "private_key_jwt"
BEARER = "bearer"
CLIENT_CREDENTIALS = "client_credentials"


class OAuthClient(ClientMixin):  # type: ignore[misc]  # authlib has no types
    """The OAuth client that `partner` is. There is no secret to check."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner

    def get_client_id(self) -> str:
        return self.partner.client_id

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        if method == BEARER:
            return endpoint == "introspection" and self.partner.can_introspect
        return method == PRIVATE_KEY_JWT

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == CLIENT_CREDENTIALS
