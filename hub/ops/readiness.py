"""Whether the hub can work now, for `/readyz` (a load balancer) and `hub check` (an operator)."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.domain.errors import Problem
from hub.record.db.store import Store
from hub.record.maintenance.health import answers
from hub.record.maintenance.migrate import is_current


def find_problems(store: Store) -> list[Problem]:
    """What prevents the hub from working: the seal key, the database or its tables. Problems hold no personal data."""
    problems = [] if _is_usable(store.seal_keys) else [Problem("ready-seal-key", "HUB_SEAL_KEY")]
    if not answers(store):
        return [*problems, Problem("ready-database", "HUB_DATABASE_URL")]
    if not is_current(store):
        problems.append(Problem("ready-migrations", "hub init"))
    return problems


def _is_usable(keys: tuple[bytes, ...]) -> bool:
    """Whether there is a key, and each key encrypts and decrypts."""
    try:
        ciphers = [AESSIV(key) for key in keys]
        return bool(ciphers) and all(cipher.decrypt(cipher.encrypt(b"hub", None), None) == b"hub" for cipher in ciphers)
    except ValueError:
        return False
