"""Where the authorization server stands, and what must be true before it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from hub.domain.errors import Invalid, Problem

# Below 1.9.9 authlib lets a bare client_id introspect (`docs/security.md` D1); the next major is not known yet.
VERSIONS = {"authlib": ((1, 9, 9), (2,)), "joserfc": ((1, 8), (2,))}
INSECURE_TRANSPORT = "AUTHLIB_INSECURE_TRANSPORT"


@dataclass(frozen=True)
class AuthConfig:
    """`issuer` is HUB_BASE_URL as `hub.settings.settings` accepted it: an https origin, or http on loopback in the demo.

    Every URL comes from it and none from the request, whose Host header is the caller's to choose.
    `issuer_audience`: take the issuer, besides the token URL, as an assertion's `aud` (draft rfc7523bis; CA-6).
    """

    issuer: str
    issuer_audience: bool = False

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
    """Raises Invalid when a library is outside its tried versions, or when authlib's transport check is switched off.

    authlib takes any value of that variable for yes, "0" too (`docs/security.md` §1.6.15), so its presence is the fault.
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
        return False  # a pre-release or a build of one's own was not tried
    return low <= installed < high
