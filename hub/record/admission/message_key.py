"""The key of a message: what its sender calls it (`docs/parts.md` 24)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

KEY_WIDTH = 200


@dataclass(frozen=True)
class MessageKey:
    """The sender's own identifier of a message, within its source and organisation (`docs/parts.md` 24)."""

    application: str
    message_id: str

    @property
    def number(self) -> str:
        """The identifier alone, without the facility or system in front of it, by which the sender asks again."""
        return self.message_id.rpartition("|")[2][:KEY_WIDTH]

    def format(self) -> str:
        """Return the key as it is stored: `application^id`, or its SHA-256 if it is long."""
        key = f"{self.application}^{self.message_id}"
        return key if len(key) <= KEY_WIDTH else f"sha256:{sha256(key.encode()).hexdigest()}"
