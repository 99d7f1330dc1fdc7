"""Whether the hub can work now, for `/readyz` (a load balancer) and `hub check` (an operator)."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.domain.errors import Problem
from hub.record.accounts.vault import has_other_key
from hub.record.db.record_file import RecordGone
from hub.record.db.store import Store
from hub.record.maintenance.clocks import compare_clocks
from hub.record.maintenance.health import (
    DATABASE_ERRORS,
    explain_silence,
    find_missing_right,
    open_probe,
)
from hub.record.maintenance.migrate import has_current_version, is_empty
from hub.record.maintenance.policy import is_policy_due
from hub.record.maintenance.reindex import is_reindex_due
from hub.record.maintenance.relabel import is_relabel_due
from hub.record.maintenance.write_probe import takes_writes

_DUE = {
    is_policy_due: Problem("ready-policy", "hub policy apply"),
    is_relabel_due: Problem("ready-relabel", "hub relabel"),
    is_reindex_due: Problem("ready-reindex", "hub reindex"),
}


def find_problems(store: Store) -> list[Problem]:
    """Return what prevents the hub from working: the seal key, the database, its tables, a policy that was not applied, the
    places of what is stored, or by what it is found; or that the record takes no writes.

    Problems hold no personal data."""
    has_keys, is_current = _is_usable(store.seal_keys), False
    problems = [] if has_keys else [Problem("ready-seal-key", "HUB_SEAL_KEY")]
    try:
        with open_probe(store) as connection:
            if is_empty(connection):
                problems.append(Problem("ready-no-record", "HUB_DATABASE_URL"))
            elif not has_current_version(connection):
                problems.append(Problem("ready-migrations", "hub init"))
            else:
                is_current = True
                if has_keys and has_other_key(connection, store.seal_keys):
                    problems.append(Problem("ready-seal-key-other", "HUB_SEAL_KEY"))
                if compare_clocks(store, connection).are_apart():
                    problems.append(Problem("ready-clock", "clock"))
                problems += [problem for is_due, problem in _DUE.items() if is_due(connection)]
        if is_current and not takes_writes(store):
            problems.append(Problem("ready-writes", "HUB_DATABASE_URL"))
    except RecordGone:
        problems.append(Problem("ready-file", "HUB_DATABASE_URL"))
    except DATABASE_ERRORS:
        problems.append(Problem("ready-database", "HUB_DATABASE_URL"))
    return problems


def find_database_problems(store: Store) -> list[Problem]:
    """Return why the database cannot be used, or `hub init` cannot make its tables: for an operator, since it may take
    seconds."""
    try:
        with open_probe(store) as connection:
            code = find_missing_right(connection) if store.on_postgres and not has_current_version(connection) else ""
    except DATABASE_ERRORS:
        code = explain_silence(store)
    return [Problem(code, "HUB_DATABASE_URL")] if code else []


def _is_usable(keys: tuple[bytes, ...]) -> bool:
    """Return whether there is a key, and each key encrypts and decrypts."""
    try:
        ciphers = [AESSIV(key) for key in keys]
        return bool(ciphers) and all(cipher.decrypt(cipher.encrypt(b"hub", None), None) == b"hub" for cipher in ciphers)
    except ValueError:
        return False
