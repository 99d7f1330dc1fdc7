"""The identity providers with which this hub is registered, their metadata and keys (`docs/security.md` §2.3).

The operator's page is a TOML file named by `HUB_IDP_FILE`, a table for each provider:

    [psc]
    client_id = "…"
    client_secret_file = "/run/credentials/psc-secret"   # readable by the hub alone
    environment = "production"                           # or "sandbox"
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from marshmallow import fields

from hub.accounts.upstream.presets import Preset, list_presets, load_preset
from hub.accounts.upstream.transport import Caller, UpstreamFault
from hub.domain.config_pages import PageError, PageSchema, Word, load_page

_MINUTE, _HOUR = 60, 3_600


@dataclass(frozen=True)
class Metadata:
    """The metadata of a provider (OpenID Connect Discovery §3)."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str


@dataclass
class Provider:
    """A provider, with its metadata and keys, which are cached for an hour."""

    preset: Preset
    client_id: str
    client_secret: str = field(repr=False)
    caller: Caller

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._metadata: tuple[int, Metadata] | None = None
        self._keys: tuple[int, KeySet, frozenset[str]] | None = None

    def read_metadata(self, now: int) -> Metadata:
        """Return its metadata, at most an hour old. `now`: in seconds. Raises UpstreamFault."""
        with self._lock:
            if self._metadata is None or not 0 <= now - self._metadata[0] < _HOUR:
                self._metadata = (now, self._fetch_metadata())
            return self._metadata[1]

    def read_keys(self, now: int, kid: str) -> KeySet:
        """Return its keys, at most an hour old; for an unknown `kid`, at most a minute old. Raises UpstreamFault."""
        uri = self.read_metadata(now).jwks_uri
        with self._lock:
            present = self._keys
            if present is None or not 0 <= now - present[0] < (_HOUR if kid in present[2] else _MINUTE):
                present = self._keys = (now, *self._fetch_keys(uri))
            return present[1]

    def _fetch_metadata(self) -> Metadata:
        published = self.caller.get(self.preset.discovery).read_object()
        if published.get("issuer") != self.preset.issuer:
            raise UpstreamFault("issuer")
        check = self.caller.check_address
        end = published.get("end_session_endpoint")
        return Metadata(
            authorization_endpoint=check(published.get("authorization_endpoint")),
            token_endpoint=check(published.get("token_endpoint")),
            userinfo_endpoint=check(published.get("userinfo_endpoint")),
            jwks_uri=check(published.get("jwks_uri")),
            end_session_endpoint="" if end is None else check(end),
        )

    def _fetch_keys(self, uri: str) -> tuple[KeySet, frozenset[str]]:
        listed = self.caller.get(uri).read_object().get("keys")
        signing = [key for key in listed if _may_sign(key)] if isinstance(listed, list) else []
        try:
            keys = KeySet.import_key_set({"keys": signing})
        except (JoseError, ValueError, TypeError, KeyError):
            raise UpstreamFault("keys") from None
        return keys, frozenset(key["kid"] for key in signing)


def _may_sign(key: Any) -> bool:
    """Return whether a JWK is a public key with a `kid`, for one of the algorithms that presets allow."""
    return (
        isinstance(key, dict)
        and isinstance(key.get("kid"), str)
        and key.get("use", "sig") == "sig"
        and (key.get("kty") == "RSA" or (key.get("kty") == "EC" and key.get("crv") == "P-256"))
        and "d" not in key
    )


class _RegistrationSchema(PageSchema):
    client_id = fields.String(required=True)
    client_secret_file = fields.String(required=True)
    environment = Word("environment", ("production", "sandbox"), required=False)


def read_providers(path: Path, *, loopback: bool = False) -> dict[str, Provider]:
    """Return the providers of the operator's page as {name of the preset: provider}.

    Raises PageError when the page or the file of a secret cannot be read, may be read by other accounts, or has a fault."""
    table = fields.Dict(keys=Word("provider", list_presets()), values=fields.Nested(_RegistrationSchema))
    registrations = load_page(_read_private(path), path.name, table)
    providers = {}
    for name, entry in registrations.items():
        preset = load_preset(name, sandbox=entry.get("environment") == "sandbox")
        secret = _read_private(Path(entry["client_secret_file"])).strip()
        caller = Caller(preset.hosts, loopback)
        providers[name] = Provider(preset, entry["client_id"], secret, caller)
    return providers


def _read_private(path: Path) -> str:
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PageError(f"{path}: cannot be read") from None
    if mode & 0o077:
        raise PageError(f"{path}: other accounts may read it")
    return text


def make_redirect_uri(base_url: str, name: str) -> str:
    """Return the redirect URI of a provider, built from the hub's own origin and never from a request's Host."""
    return f"{urlsplit(base_url).geturl()}/connexion/{name}/retour"
