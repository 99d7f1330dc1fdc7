"""Facts, and the grants that are derived from them (`docs/parts.md` 12–15).

`relation` (ties), `stake`, `consent_fact`, `masked` and `withheld` are facts, each with the period in which it is valid. `grant`
is derived from them and `config/roles.toml`, and can be dropped and built again. A `holder` is one party in one role, as a 63-bit
hash; a `party` is the reference of an Organization, or of a person's own Patient or RelatedPerson, or what
`hub.record.access.account_party` builds for an account that acts in one context.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, text

from hub.record.tables.base import EVER, metadata

# That the party of a tie is an account (`hub.record.access.account_party`), as the partial index says it.
IS_ACCOUNT = text("party LIKE 'Account/%'")
# That a fact or a grant begins or ends at a known moment, as partial indexes say it. A statement that says it too can use them;
# SQLite, which plans without figures, takes them for no other.
HAS_BEGUN = text("since > 0")
HAS_END = text(f"until < {EVER}")

relation = Table(
    "relation",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("party", String(80), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("via", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Index("ix_relation_party", "party"),
    Index("ix_relation_via", "via"),
    # What a write reads of a long record (`hub.record.access.grant_updates`): the last end of each kind, what has not begun, the
    # ties of accounts.
    Index("ix_relation_end", "person", "party", "kind", "until", "since"),
    Index("ix_relation_begin", "person", "since"),
    Index("ix_relation_account", "person", "party", postgresql_where=IS_ACCOUNT, sqlite_where=IS_ACCOUNT),
)

stake = Table(
    "stake",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("party", String(80), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("via", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("person", BigInteger, nullable=False),
    Index("ix_stake_end", "person", "party", "until", "since"),
    Index("ix_stake_via", "via"),
    # What changed lately for a party (`hub.record.search.sql.latest`).
    Index("ix_stake_since", "party", "since", postgresql_where=HAS_BEGUN, sqlite_where=HAS_BEGUN),
    Index("ix_stake_until", "party", "until", postgresql_where=HAS_END, sqlite_where=HAS_END),
    sqlite_with_rowid=False,
)

consent_fact = Table(
    "consent_fact",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("via", BigInteger, primary_key=True, autoincrement=False),
    Column("effect", String(6), primary_key=True),
    Column("party", String(80), primary_key=True),
    Column("section", String(24), primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
)

withheld = Table(
    "withheld",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("party", String(80), primary_key=True),
    Column("role", String(24), primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("person", BigInteger, nullable=False),
    Column("why", String(40), nullable=False),
    Index("ix_withheld_until", "until", postgresql_where=HAS_END, sqlite_where=HAS_END),
)

# The professionals whom the person masks: an account sees nothing of her in [since, until), whatever its roles. `via`: the
# Consent that says so.
masked = Table(
    "masked",
    metadata,
    Column("account", ForeignKey("account.account_id"), primary_key=True),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("via", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Index("ix_masked_person", "person"),
    sqlite_with_rowid=False,
)

# The roles of each party. The registration of a client or an account adds a row.
party_role = Table(
    "party_role",
    metadata,
    Column("party", String(80), primary_key=True),
    Column("role", String(24), primary_key=True),
)

grant = Table(
    "grant_",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("holder", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("domains", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("sees", BigInteger, nullable=False),
    Column("own", BigInteger, nullable=False),
    Column("writes", BigInteger, nullable=False),
    Column("own_writes", BigInteger, nullable=False),
    Column("why", String(120), nullable=False),
    # A covering index: it has all columns that the predicate reads.
    Index("ix_grant_since", "holder", "since", postgresql_where=HAS_BEGUN, sqlite_where=HAS_BEGUN),
    Index("ix_grant_sight", "holder", "person", "since", "until", "domains", "sees", "own"),
)
