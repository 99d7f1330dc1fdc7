"""The name under which an account holds something by itself, apart from its colleagues (`docs/parts.md` 31). Pure.

An account acts in one context at a time, an organisation and a role. What it holds belongs to that context: the same person sees
none of it while she acts for another organisation.
"""

from __future__ import annotations

from hub.slices import hash63

_PREFIX = "Account/"


def build_prefix(account: str) -> str:
    """Return how the parties of `account` begin, in all of its contexts."""
    return f"{_PREFIX}{account}#"


def build_account_party(account: str, party: str, role: str) -> str:
    """Return the party for which grants and parts are held by `account` alone, while it acts for `party` in `role`."""
    return f"{build_prefix(account)}{hash63('context', party, role):x}"


def read_account(party: str) -> str:
    """Return the account of a party that `build_account_party` built, or "" for an organisation or a person."""
    return party.removeprefix(_PREFIX).partition("#")[0] if party.startswith(_PREFIX) else ""
