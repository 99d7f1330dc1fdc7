"""Faults in what an account holds apart from its colleagues, and in what is closed to it alone (`docs/leaks.md` B11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from hub.record.access import account_party, derive
from hub.record.search.query import authorize
from hub.record.write import before_write
from hub.slices.placement import places
from hub.slices.placement.places import Locator
from tests.mutants.blind import replaced, statements, swapped

_EITHER = re.compile(r"(grant_\w*)\.holder IN \(\?, \?\)")
_ONE = re.compile(r"\bgrant_\.holder = \?")
_OF_ACCOUNTS = "party LIKE 'Account/%'"


def _without_accounts(sql: str) -> str:
    sql = _EITHER.sub(r"\1.holder IN (?, CASE WHEN 1 = 0 THEN ? END)", sql)
    return sql.replace("CASE WHEN (? IS NOT NULL) THEN", "CASE WHEN (1 = 0 AND ? IS NOT NULL) THEN")


def _any_account(sql: str) -> str:
    sql = _EITHER.sub(rf"(\g<0> OR \1.{_OF_ACCOUNTS})", sql)
    return _ONE.sub(rf"(\g<0> OR grant_.{_OF_ACCOUNTS})", sql)


def _without_masks(sql: str) -> str:
    return sql.replace("NOT (? IS NOT NULL AND (EXISTS", "NOT (1 = 0 AND ? IS NOT NULL AND (EXISTS")


def _without_masked(whole: Any) -> Any:
    """An account gets no rows of its own because of a mask, so that nothing says when it ended."""
    return lambda role, own_ties, party_ties, statements, masks: (
        iter(()) if masks else whole(role, own_ties, party_ties, statements, masks)
    )


MUTANTS: dict[str, Callable[[], Any]] = {
    "the predicate knows no account (L146)": statements(_without_accounts),
    "any account's grant opens (L146)": statements(_any_account),
    "a private note is everybody's (L146)": replaced(
        places, "find_private_holder", lambda _whole: lambda _resource: None
    ),
    "a mask is not asked for (L147)": statements(_without_masks),
    "a mask that ends moves no version (L147)": replaced(derive, "_cut_for_account", _without_masked),
    "anybody says who represents the person (L78)": partial(
        mock.patch.object, before_write, "read_representatives", lambda _patient: {}
    ),
    "accounts read Subscriptions (L148)": partial(mock.patch.object, authorize, "OF_SOFTWARE", frozenset()),
    "an account holds in all of its contexts (L149)": swapped(
        account_party.build_account_party,
        lambda _whole: lambda account, _party, _role: account_party.build_prefix(account),
    ),
    "an entry names the psychiatric centre (L150)": replaced(
        Locator, "_find_employer", lambda _whole: lambda _self, _labels: None
    ),
}
