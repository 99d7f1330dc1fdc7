"""The actor of a request. The record is always opened for an `Actor`; there is no default one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """An organisation or a person acting in one role (`docs/parts.md` 12, 31).

    `party`: the reference under which it appears in resources: `Organization/<id>`, or `Patient/<id>` /
    `RelatedPerson/<id>` for the person and relatives. `role`: a role of `config/roles.toml`.
    `account`: the account of whoever acts for the party, "" for a client of software.
    `scopes`: canonical SMART v2 scopes, which only narrow. `client`: the OAuth client or account name, for the trace.
    `session`: the token's public identifier (`jti`), for the trace. `sources`: intake sources that it may feed.
    """

    party: str
    role: str
    client: str
    scopes: tuple[str, ...] = ()
    session: str = ""
    sources: tuple[str, ...] = ()
    lenient_update: bool = False
    account: str = ""
