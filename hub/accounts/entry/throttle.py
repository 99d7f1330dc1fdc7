"""Limits of sign-in attempts (LA-6). The rules are pure; the counters are in the database, so that all workers share them.

An attempt is counted before it is verified and taken off again if it succeeds, so that concurrent attempts do not get around
the limit. No account is locked for ever, and an unknown login is slowed down like a known one. A passkey cannot be guessed, so
the failures of its account do not slow it down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hub.record.accounts.throttle import Count, lock_counts, store_counts
from hub.record.accounts.vault import Vault
from hub.record.db.store import Store

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_DAY = 24 * _HOUR

FREE_FAILURES = 5
LONGEST_DELAY = 15 * 60 * _SECOND
PER_NETWORK = 100  # failures in an hour
PER_SECOND = 50  # tries of everybody

_ALL = "all"

Rule = Callable[[Count, int], Count | int]
"""(counter, now) → the counter after one more attempt, or the microseconds until an attempt is allowed."""


def count_failure(count: Count, now: int) -> Count | int:
    """Apply the rule for one login: after five failures each further one doubles the delay, from one second to fifteen minutes.

    After a day without an attempt it starts again."""
    if count.until > now:
        return count.until - now
    tries = 1 if now - count.since > _DAY else count.count + 1
    delay = min(_SECOND << min(tries - FREE_FAILURES, 20), LONGEST_DELAY) if tries >= FREE_FAILURES else 0
    return Count(tries, now, now + delay)


def count_of_network(count: Count, now: int) -> Count | int:
    """Apply the rule for one network: a hundred failures an hour."""
    return _count_within(count, now, _HOUR, PER_NETWORK)


def count_of_all(count: Count, now: int) -> Count | int:
    """Apply the rule for all together: fifty attempts a second."""
    return _count_within(count, now, _SECOND, PER_SECOND)


def _count_within(count: Count, now: int, span: int, limit: int) -> Count | int:
    if now - count.since >= span:
        return Count(1, now, 0)
    if count.count >= limit:
        return count.since + span - now
    return replace(count, count=count.count + 1)


@dataclass(frozen=True)
class Attempt:
    """An attempt that was allowed and counted, by the names of its counters."""

    login_bucket: str
    network_bucket: str


@dataclass(frozen=True)
class TooMany:
    """The attempt is refused. `seconds`: after how many one is allowed (`Retry-After`)."""

    seconds: int


def begin_attempt(store: Store, vault: Vault, skeleton: str, network: str) -> Attempt | TooMany:
    """Count an attempt from `network` for the login of this skeleton, "" for a passkey, which is sent without a login."""
    login_bucket = f"login:{vault.hash('throttle', skeleton).hex()}" if skeleton else ""
    network_bucket = f"network:{network}"
    rules: dict[str, Rule] = {_ALL: count_of_all, network_bucket: count_of_network}
    if login_bucket:
        rules[login_bucket] = count_failure
    wait = _count(store, rules)
    return TooMany(-(-wait // _SECOND)) if wait else Attempt(login_bucket, network_bucket)


def end_well(store: Store, attempt: Attempt) -> None:
    """Note that an attempt succeeded: clear the login's counter, and take the attempt off that of its network."""
    with store.write_relaxed() as connection:
        buckets = {attempt.network_bucket, attempt.login_bucket} - {""}
        counts = lock_counts(connection, buckets)
        forgotten = {bucket: Count() for bucket in counts}
        before = counts.get(attempt.network_bucket, Count())
        forgotten[attempt.network_bucket] = replace(before, count=max(before.count - 1, 0))
        store_counts(connection, forgotten)


def _count(store: Store, rules: Mapping[str, Rule]) -> int:
    """Apply `rules` to their counters, all or none. Return the microseconds to wait, or 0 when they were applied."""
    now = store.now()
    with store.write_relaxed() as connection:
        counts = lock_counts(connection, rules.keys())
        results = {bucket: rule(counts.get(bucket, Count()), now) for bucket, rule in rules.items()}
        waits = [result for result in results.values() if isinstance(result, int)]
        if not waits:
            store_counts(
                connection, {bucket: result for bucket, result in results.items() if isinstance(result, Count)}
            )
    return max(waits, default=0)
