"""Whether the hub can do its work now: asked by `/readyz` for the load balancer and by `hub check` for the operator."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.domain.errors import Problem
from hub.record.db.store import Store
from hub.record.maintenance.health import answers
from hub.record.maintenance.migrate import is_current


def find_problems(store: Store) -> list[Problem]:
    """What stands in the way, as codes and places that hold nothing of any person; empty when all is well."""
    problems = [] if _is_usable(store.seal_keys) else [Problem("ready-seal-key", "HUB_SEAL_KEY")]
    if not answers(store):
        return [*problems, Problem("ready-database", "HUB_DATABASE_URL")]
    if not is_current(store):
        problems.append(Problem("ready-migrations", "hub init"))
    return problems


def _is_usable(keys: tuple[bytes, ...]) -> bool:
    try:
        ciphers = [AESSIV(key) for key in keys]
        return bool(ciphers) and all(cipher.decrypt(cipher.encrypt(b"hub", None), None) == b"hub" for cipher in ciphers)
    except ValueError:
        return False
