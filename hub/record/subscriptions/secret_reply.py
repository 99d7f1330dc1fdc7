"""Add the secret to the answer to a creation. No other answer and no version of the resource has it (docs/security.md §6.3)."""

from __future__ import annotations

from fhir_profiles.codes import WEBHOOK_SECRET_EXTENSION
from hub.fhir import dumps, loads
from hub.record.read.slice import Slice


def add_secret(created: Slice, secret: str | None) -> Slice:
    """`created`, with the secret in its channel when it is a Subscription that was created just now."""
    if secret is None:
        return created
    resource = loads(created.body, size=len(created.body))
    channel = resource["channel"]
    extension = {"url": WEBHOOK_SECRET_EXTENSION, "valueString": secret}
    resource["channel"] = channel | {"extension": [*channel.get("extension", ()), extension]}
    return created._replace(body=dumps(resource))
