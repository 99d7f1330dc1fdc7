"""Standard Webhooks 1.0: the three headers by which a receiver knows who wrote, what, and when. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme", symmetric.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable


def sign(name: str, seconds: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The headers of the message `name` at `seconds` since 1970: one signature a secret, for a rotation has two."""
    to_sign = f"{name}.{seconds}.".encode() + body
    signatures = (b64encode(hmac.digest(secret, to_sign, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
