"""A partner of the demo as its own software would be: it signs an assertion, gets a token and calls the hub over HTTP."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from hub.auth import ASSERTION_TYPE, make_assertion


@dataclass
class DemoPartner:
    """A client of the hub.

    `base`: the origin of the hub. `jwk`: the client's private key. `scope`: what it asks for. Its methods raise
    httpx.HTTPError when the hub does not answer, or refuses a token.
    """

    base: str
    client_id: str
    jwk: dict[str, Any]
    scope: str
    _token: str = field(default="", init=False)
    _token_end: float = field(default=0.0, init=False)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request with a valid token."""
        headers = {"Authorization": f"Bearer {self._get_token()}", **options.pop("headers", {})}
        return httpx.request(method, f"{self.base}{path}", headers=headers, timeout=30, trust_env=False, **options)

    def search(self, query: str) -> list[dict[str, Any]]:
        """The resources on the first page of the search `query`, such as `Task?owner=…`; none if it is refused."""
        answer = self.call("GET", f"/fhir/{query}")
        return [entry["resource"] for entry in answer.json().get("entry", [])] if answer.status_code == 200 else []

    def post(self, resource: dict[str, Any]) -> httpx.Response:
        """Create `resource`."""
        return self.call(
            "POST",
            f"/fhir/{resource['resourceType']}",
            content=json.dumps(resource),
            headers={"Content-Type": "application/fhir+json"},
        )

    def put(self, resource: dict[str, Any]) -> httpx.Response:
        """Update `resource`, with the version that it has as If-Match."""
        return self.call(
            "PUT",
            f"/fhir/{resource['resourceType']}/{resource['id']}",
            content=json.dumps(resource),
            headers={
                "Content-Type": "application/fhir+json",
                "If-Match": f'W/"{resource["meta"]["versionId"]}"',
            },
        )

    def _get_token(self) -> str:
        if time.time() >= self._token_end:
            url = httpx.get(f"{self.base}/fhir/.well-known/smart-configuration", trust_env=False).json()[
                "token_endpoint"
            ]
            assertion = make_assertion(self.jwk, self.client_id, url, int(time.time()), secrets.token_urlsafe(16))
            form = {"grant_type": "client_credentials", "scope": self.scope}
            form |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
            answer = httpx.post(url, data=form, trust_env=False).raise_for_status().json()
            self._token, self._token_end = answer["access_token"], time.time() + answer["expires_in"] - 30
        return self._token
