"""The signature headers of Standard Webhooks 1.0, by which a receiver verifies sender, content and time. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme", symmetric.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable


def sign(message_id: str, seconds: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The headers for `body`, sent at `seconds` since 1970. There is a signature for each secret: two during a rotation."""
    signed_text = f"{message_id}.{seconds}.".encode() + body
    signatures = (b64encode(hmac.digest(secret, signed_text, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
