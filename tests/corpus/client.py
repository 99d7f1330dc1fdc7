"""A client of the hub: a partner's software with a key of its own, or a person whose token the recording made."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import import_key

from tests.corpus.answer import ABSENT, Answer
from tests.corpus.hub import BASE, Hub

Json = dict[str, Any]

FHIR = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
TOKEN_URL = f"{BASE}/oauth/token"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Less than a token lives.
_SECONDS = 200


class Client:
    """`name` is the client's registered one. `token`: given to persons, fetched and renewed by partners."""

    def __init__(self, hub: Hub, name: str, party: str, scope: str = "system/*.cruds", token: str = "") -> None:
        self.hub, self.name, self.party, self.scope = hub, name, party, scope
        self._own, self._token, self._until = token, token, 0

    def ask(self, method: str, path: str, body: Any = None, *, label: str = "", **headers: str) -> Answer:
        """One request with a live token. Keywords are headers: `if_match` is If-Match. `path` without `/fhir` begins with
        a type."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("content-type", FHIR)
        # Fetched before the request is begun, so that a request keeps its own number.
        token = {"Authorization": f"Bearer {self.token()}"}
        full = path if path.startswith("/") else f"/fhir/{path}"
        return self.hub.ask(method, full, data, token | sent, who=self.name, label=label)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def create(self, resource: Json, **headers: str) -> Answer:
        return self.ask("POST", resource["resourceType"], resource, **headers)

    def put(self, name: str, **changes: Any) -> Answer:
        """Read `name`, and write it back with `changes`; None removes an element."""
        read = self.get(name)
        changed = {key: value for key, value in (read.json | changes).items() if value is not None}
        return self.ask("PUT", name, changed, if_match=read.etag)

    def form(self, path: str, asked: str | dict[str, str], **headers: str) -> Answer:
        """POST of a form."""
        data = asked if isinstance(asked, str) else urlencode(asked)
        return self.ask("POST", path, data.encode(), **{"content-type": FORM, **headers})

    def token(self) -> str:
        """A token that is alive."""
        if not self._own and self.hub.fixed.seconds >= self._until:
            self._token = str(self.sign_in(scope=self.scope).json.get("access_token", ABSENT))
            self._until = self.hub.fixed.seconds + _SECONDS
        return self._token

    def sign_in(self, path: str = "/oauth/token", **form: str) -> Answer:
        """POST of `form` to an OAuth endpoint with an assertion of this client."""
        now = self.hub.fixed.seconds
        return self.post_form(path, {"client_assertion": self.assertion(iat=now, exp=now + 240), **form})

    def post_form(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """POST of `form` without a token."""
        whole = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION} | form
        data = urlencode({name: value for name, value in whole.items() if value}).encode()
        return self.hub.ask("POST", path, data, {"Content-Type": FORM, **headers}, who=self.name)

    def assertion(self, header: Json | None = None, **claims: Any) -> str:
        """A signed assertion with these claims. `jti` is new each time."""
        key = key_of(self.name)
        self.hub.assertions += 1
        usual = {"iss": self.name, "sub": self.name, "aud": TOKEN_URL, "jti": f"assertion-{self.hub.assertions}"}
        head = {"typ": "JWT", "alg": "ES384", "kid": key["kid"]} | (header or {})
        return jwt.encode(head, usual | claims, import_key(key), algorithms=["ES384"])


def key_of(name: str) -> Json:
    """The private key of the client `name`, which follows from its name: for the recording alone."""
    number = int.from_bytes(f"corpus {name}".encode().ljust(47, b"."))
    numbers = ec.derive_private_key(number, ec.SECP384R1()).private_numbers()
    public = numbers.public_numbers
    members = {"d": numbers.private_value, "x": public.x, "y": public.y}
    written = {
        letter: base64.urlsafe_b64encode(value.to_bytes(48)).rstrip(b"=").decode() for letter, value in members.items()
    }
    return {"kty": "EC", "crv": "P-384", "kid": f"{name}-1", "alg": "ES384", "use": "sig", **written}


def public_part(key: Json) -> Json:
    """What the owner of `key` registers."""
    return {name: value for name, value in key.items() if name != "d"}
