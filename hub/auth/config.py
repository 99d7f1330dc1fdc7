"""The URLs of the authorization server, and what is checked before it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from hub.domain.errors import Invalid, Problem

# Below 1.9.9 authlib lets a client introspect by its client_id alone (`docs/security.md` D1); the next major is not tested.
VERSIONS = {"authlib": ((1, 9, 9), (2,)), "joserfc": ((1, 8), (2,))}
INSECURE_TRANSPORT = "AUTHLIB_INSECURE_TRANSPORT"


@dataclass(frozen=True)
class AuthConfig:
    """The configuration of the authorization server.

    `issuer`: HUB_BASE_URL as `hub.settings.settings` accepted it, an https origin or, in the demo, http on loopback. All URLs
    derive from it and none from the request, whose Host header the caller chooses. `issuer_audience`: accept the issuer, besides
    the token URL, as the `aud` of an assertion (draft rfc7523bis; CA-6). `names_reasons`: say which claim of an assertion is
    refused, in the demo alone (CA-10).
    """

    issuer: str
    issuer_audience: bool = False
    names_reasons: bool = False

    @property
    def fhir_base(self) -> str:
        return f"{self.issuer}/fhir"

    @property
    def token_url(self) -> str:
        return f"{self.issuer}/oauth/token"

    @property
    def introspection_url(self) -> str:
        return f"{self.issuer}/oauth/introspect"

    @property
    def revocation_url(self) -> str:
        return f"{self.issuer}/oauth/revoke"

    @property
    def jwks_url(self) -> str:
        return f"{self.issuer}/oauth/jwks"

    @property
    def audiences(self) -> tuple[str, ...]:
        return (self.token_url, self.issuer) if self.issuer_audience else (self.token_url,)


def refuse_unsafe_start(environment: Mapping[str, str] = os.environ) -> None:
    """Raise Invalid when a library has a version that was not tested, or when authlib's check of the transport is switched off.

    authlib takes any value of that variable for yes, "0" too, so its presence is refused (`docs/security.md` §1.6.15).
    """
    problems = [
        Problem("auth-version", name) for name, (low, high) in VERSIONS.items() if not _is_within(name, low, high)
    ]
    if INSECURE_TRANSPORT in environment:
        problems.append(Problem("auth-insecure-transport", INSECURE_TRANSPORT))
    if problems:
        raise Invalid(*problems)


def _is_within(name: str, low: tuple[int, ...], high: tuple[int, ...]) -> bool:
    try:
        installed = tuple(int(number) for number in version(name).split("."))
    except ValueError:
        return False  # a pre-release or a local build was not tested
    return low <= installed < high
