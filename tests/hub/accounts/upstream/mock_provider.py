"""An identity provider in this process: honest, but for what a test changes."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from hub.accounts.upstream.presets import load_preset
from hub.accounts.upstream.providers import Provider
from hub.accounts.upstream.transport import Caller

CLIENT, SECRET = "hub-client", "a secret of the hub's"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True)
STRANGER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True)
USER = "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:899700000001"

Json = dict[str, Any]


@dataclass
class MockProvider:
    """`now` gives seconds. What a test wants otherwise is set before the call: `claims`, `userinfo`, `metadata` are laid over the
    honest ones (None takes a member away); `sign` makes the ID token; `answers` gives whole answers by path."""

    preset_name: str
    now: Callable[[], int]
    claims: Json = field(default_factory=dict)
    userinfo: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    keys: list[Json] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    sign: Callable[[Json], str | None] | None = None
    answers: dict[str, Callable[[], httpx.Response]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    nonce: str = ""
    challenge: str = ""
    subject: str = USER

    def __post_init__(self) -> None:
        self.preset = load_preset(self.preset_name)

    def provider(self) -> Provider:
        """The hub's registration with it."""
        caller = Caller(self.preset.hosts, make_transport=lambda: httpx.MockTransport(self._answer))
        return Provider(self.preset, CLIENT, SECRET, caller)

    def visit(self, url: str) -> str:
        """What the browser does there: somebody proves who they are. The state that comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        self.asked = asked
        return asked["state"]

    def make_id_token(self) -> str | None:
        """The ID token for the last visit."""
        access = hashlib.sha256(b"access").digest()[:16]
        claims = {
            "iss": self.preset.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "nonce": self.nonce,
            "iat": self.now(),
            "exp": self.now() + 300,
            "auth_time": self.now() - 5,
            "acr": self.preset.acr[0],
            "at_hash": urlsafe_b64encode(access).decode().rstrip("="),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(claims) if self.sign else sign(claims)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path.rpartition("/")[2]
        if path in self.answers:
            return self.answers[path]()
        return {
            "openid-configuration": self._discovery,
            "wallet-openid-configuration": self._discovery,
            "jwks": self._jwks,
            "token": lambda: self._token(request),
            "userinfo": self._userinfo,
        }[path]()

    def _discovery(self) -> httpx.Response:
        base = self.preset.issuer
        published = {
            "issuer": base,
            "authorization_endpoint": f"https://{sorted(self.preset.hosts)[-1]}/auth",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/jwks",
            "end_session_endpoint": f"{base}/session/end",
            # An honest one would not list it; the hub does not go by this.
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            **self.metadata,
        }
        return httpx.Response(200, json={name: value for name, value in published.items() if value is not None})

    def _jwks(self) -> httpx.Response:
        return httpx.Response(200, json={"keys": self.keys})

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        made = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if made != self.challenge or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return httpx.Response(400, json={"error": "invalid_grant"})
        tokens: Json = {"access_token": "access", "token_type": "Bearer", "expires_in": 60}
        id_token = self.make_id_token()
        return httpx.Response(200, json=tokens | ({} if id_token is None else {"id_token": id_token}))

    def _userinfo(self) -> httpx.Response:
        said: Json = {"sub": self.subject, "given_name": "Odile", "family_name": "Fictive", "usual_name": "Fictive"}
        said = {name: value for name, value in {**said, **self.userinfo}.items() if value is not None}
        if self.preset.userinfo == "json":
            return httpx.Response(200, json=said)
        text = sign({"iss": self.preset.issuer, "aud": CLIENT, **said})
        return httpx.Response(200, text=text, headers={"Content-Type": "application/jwt"})


def sign(claims: Json, key: RSAKey = KEY, **header: Any) -> str:
    """A JWT of `claims`."""
    header = {"alg": "RS256", "kid": "k1", **header}
    header = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def sign_with_nothing(claims: Json) -> str:
    """A JWT without signature (RFC 7519 §6)."""
    return f"{_encode({'alg': 'none', 'kid': 'k1'})}.{_encode(claims)}."


def sign_with_secret(claims: Json, secret: bytes) -> str:
    """A JWT by HS256, also with what no library takes as a secret."""
    signed = f"{_encode({'alg': 'HS256', 'kid': 'k1'})}.{_encode(claims)}"
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def _encode(part: Json) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def drip() -> httpx.Response:
    """An answer that takes its time."""

    def chunks() -> Any:
        for _ in range(10_000):
            time.sleep(0.01)
            yield b" "

    return httpx.Response(200, content=chunks())
