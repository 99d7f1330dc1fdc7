"""A partner of the demo as its own software would be: it signs, asks for a token, and calls over HTTP."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from hub.auth import make_assertion

_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class DemoPartner:
    """`base`: the hub's address. `jwk`: the partner's private key. httpx.HTTPError when the hub does not answer."""

    base: str
    client_id: str
    jwk: dict[str, Any]
    scope: str
    _token: str = field(default="", init=False)
    _until: float = field(default=0.0, init=False)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request with a token that is still good."""
        headers = {"Authorization": f"Bearer {self._bearer()}", **options.pop("headers", {})}
        return httpx.request(method, f"{self.base}{path}", headers=headers, timeout=30, trust_env=False, **options)

    def search(self, query: str) -> list[dict[str, Any]]:
        """The resources that `query` (`Task?owner=…`) finds, on its first page."""
        answer = self.call("GET", f"/fhir/{query}")
        return [entry["resource"] for entry in answer.json().get("entry", [])] if answer.status_code == 200 else []

    def post(self, resource: dict[str, Any]) -> httpx.Response:
        """A new resource."""
        return self.call(
            "POST",
            f"/fhir/{resource['resourceType']}",
            content=json.dumps(resource),
            headers={"Content-Type": "application/fhir+json"},
        )

    def put(self, resource: dict[str, Any]) -> httpx.Response:
        """The resource as this partner wants it, against the version that it saw."""
        return self.call(
            "PUT",
            f"/fhir/{resource['resourceType']}/{resource['id']}",
            content=json.dumps(resource),
            headers={
                "Content-Type": "application/fhir+json",
                "If-Match": f'W/"{resource["meta"]["versionId"]}"',
            },
        )

    def _bearer(self) -> str:
        if time.time() >= self._until:
            url = httpx.get(f"{self.base}/fhir/.well-known/smart-configuration", trust_env=False).json()[
                "token_endpoint"
            ]
            assertion = make_assertion(self.jwk, self.client_id, url, int(time.time()), secrets.token_urlsafe(16))
            form = {"grant_type": "client_credentials", "scope": self.scope}
            form |= {"client_assertion_type": _BEARER, "client_assertion": assertion}
            granted = httpx.post(url, data=form, trust_env=False).raise_for_status().json()
            self._token, self._until = granted["access_token"], time.time() + granted["expires_in"] - 30
        return self._token
