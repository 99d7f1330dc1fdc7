"""The discovery documents of the authorization server (SMART App Launch 2.2; RFC 8414; `docs/security.md` DI-1 to DI-6).

They list what exists. There is no authorization endpoint, so they name no response types, PKCE methods or OpenID capabilities.
"""

from __future__ import annotations

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from hub.administration.public_keys import ALGORITHMS
from hub.auth.client import CLIENT_CREDENTIALS, PRIVATE_KEY_JWT
from hub.auth.config import AuthConfig
from hub.domain.scopes import SCOPE_TYPES

CAPABILITIES = ("client-confidential-asymmetric", "permission-v1", "permission-v2")

# RFC 8414 requires this member and forbids an empty list, but a server without authorization endpoint has no response type.
_OMITTED = "response_types_supported"


class _Metadata(AuthorizationServerMetadata):  # type: ignore[misc]  # authlib has no types
    """authlib's checks of a metadata document, without that of `_OMITTED`."""

    REGISTRY_KEYS = [  # noqa: RUF012  # authlib's own attribute
        name for name in AuthorizationServerMetadata.REGISTRY_KEYS if name != _OMITTED
    ]


def build_server_metadata(config: AuthConfig) -> dict[str, object]:
    """The metadata document of RFC 8414 and OpenID Discovery.

    Raises ValueError when authlib finds it invalid, as with an issuer that is neither https nor loopback.
    """
    methods, algorithms = [PRIVATE_KEY_JWT], list(ALGORITHMS)
    document: dict[str, object] = {
        "issuer": config.issuer,
        "token_endpoint": config.token_url,
        "jwks_uri": config.jwks_url,
        "grant_types_supported": [CLIENT_CREDENTIALS],
        "scopes_supported": ["system/*.cruds", *sorted(f"system/{name}.cruds" for name in SCOPE_TYPES)],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint": config.introspection_url,
        "introspection_endpoint_auth_methods_supported": [*methods, "Bearer"],
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint": config.revocation_url,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
    }
    _Metadata(document).validate()
    return document


def build_smart_configuration(config: AuthConfig) -> dict[str, object]:
    """The document of SMART: the metadata and the capabilities. Raises ValueError as `build_server_metadata` does."""
    return {**build_server_metadata(config), "capabilities": list(CAPABILITIES)}
