"""authlib's authorization server over the record (`docs/security.md` §1.5).

It extends authlib's class for no framework, since the one for Flask reads options from the configuration of the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from authlib.oauth2 import AuthorizationServer, OAuth2Error
from flask import Response, json

from hub.auth.client import BEARER, PRIVATE_KEY_JWT, OAuthClient
from hub.auth.config import AuthConfig
from hub.auth.endpoints import IntrospectEndpoint, RevokeEndpoint
from hub.auth.form import FormRequest
from hub.auth.grant import SystemGrant
from hub.auth.proof import ClientAssertionAuth, ClientRefused
from hub.domain.errors import HubError
from hub.http.bearer import read_token
from hub.record.clients.registry import find
from hub.record.clients.tokens import token_actor
from hub.record.db.store import Store

NO_STORE = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))

# Constant, whatever was sent: the descriptions of authlib quote the request (TK-5; `docs/security.md` §1.6.8).
DESCRIPTIONS = {
    "invalid_client": "The client could not be authenticated.",
    "invalid_request": "The request is malformed, repeats a parameter or authenticates more than once.",
    "invalid_scope": "The scope is missing, unknown or outside the registration.",
    "temporarily_unavailable": "Too many requests: wait for as many seconds as Retry-After says.",
    "unsupported_grant_type": "The only grant type here is client_credentials.",
}


class OAuthServer(AuthorizationServer):  # type: ignore[misc]  # authlib has no types
    """The endpoints for tokens, introspection and revocation. `get_store` is called at each request, `count_client` with each
    client that has authenticated itself: it refuses by raising a HubError."""

    def __init__(
        self, config: AuthConfig, get_store: Callable[[], Store], count_client: Callable[[str], None] | None = None
    ) -> None:
        super().__init__()
        self._count_client = count_client
        self.config = config
        self.get_store = get_store
        self.register_client_auth_method(PRIVATE_KEY_JWT, ClientAssertionAuth(config, get_store))
        self.register_client_auth_method(BEARER, self._authenticate_by_token)
        self.register_grant(SystemGrant)
        self.register_endpoint(IntrospectEndpoint)
        self.register_endpoint(RevokeEndpoint)

    def query_client(self, client_id: str) -> OAuthClient | None:
        partner = find(self.get_store(), client_id)
        return OAuthClient(partner) if partner is not None and partner.active else None

    def authenticate_client(self, request: FormRequest, methods: list[str], endpoint: str = "token") -> OAuthClient:
        client: OAuthClient = super().authenticate_client(request, methods, endpoint)
        if self._count_client is not None:
            self._count_client(client.get_client_id())
        return client

    def _authenticate_by_token(
        self, query_client: Callable[[str], OAuthClient | None], request: FormRequest
    ) -> OAuthClient | None:
        try:
            actor_and_token = token_actor(self.get_store(), read_token(request.headers.get("Authorization")))
        except HubError:
            return None
        return query_client(actor_and_token[0].client) if actor_and_token else None

    def create_oauth2_request(self, request: FormRequest) -> FormRequest:
        """The form as it is: `parse_request` made it."""
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing listens to authlib's signals."""

    def handle_response(self, status: int, payload: Mapping[str, object], _headers: Any) -> Response:
        return Response(json.dumps(payload), status, NO_STORE)

    def answer_rate_exceeded(self, retry_after: int) -> Response:
        """429 with Retry-After, in seconds. RFC 6749 §5.2 has no code for it: that of §4.1.2.1 is used."""
        code = "temporarily_unavailable"
        response = self.handle_response(429, {"error": code, "error_description": DESCRIPTIONS[code]}, ())
        response.headers["Retry-After"] = str(retry_after)
        return response

    def handle_error_response(self, request: FormRequest | None, error: OAuth2Error) -> Response:
        """400, or 401 when the client is not authenticated; WWW-Authenticate only if the request had Authorization (TK-5)."""
        description = DESCRIPTIONS[error.error]
        if self.config.names_reasons and isinstance(error, ClientRefused):
            description = f"{description} Of its assertion this is wrong: {error.reason}."
        body = {"error": error.error, "error_description": description}
        response = self.handle_response(401 if error.error == "invalid_client" else 400, body, ())
        if response.status_code == 401 and request is not None and "Authorization" in request.headers:
            response.headers["WWW-Authenticate"] = 'Bearer realm="oauth", error="invalid_token"'
        return response
