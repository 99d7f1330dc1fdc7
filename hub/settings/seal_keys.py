"""The keys that encrypt version ids: AES-SIV, 64 bytes each, in a file that only the hub's account reads.

A key comes from a file rather than from the environment, which leaks into crash dumps (`docs/security.md` §6.4). The
environment is accepted for hosts that offer nothing else.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from hub.domain.errors import Invalid

BYTES = 64


def get_path(var: Path) -> Path:
    """Return the path of the hub's own key, for when no setting names another."""
    return var / "keys" / "seal.key"


def decode(text: str) -> bytes:
    """Return the key in base64 `text`. Raises Invalid `setting-weak` when it is not 64 bytes or plainly not random."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # 64 random bytes hold about 57 different ones; a handful means a placeholder or a repeated word.
    if len(key) != BYTES or len(set(key)) < BYTES // 2:
        raise Invalid("setting-weak")
    return key


def read(path: Path) -> bytes:
    """Return the key in the file `path`.

    Raises Invalid: `setting-no-file`, `setting-open-file` when other accounts may read it, `setting-weak`.
    """
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise Invalid("setting-no-file") from None
    if mode & 0o077:
        raise Invalid("setting-open-file")
    return decode(text)


def make(path: Path) -> bool:
    """Write a new random key at `path`, mode 0600, unless there is one. Return whether it did.

    Two processes that start together end with one key: the hard link makes the file appear whole, once.
    """
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
