"""Search indexes (`docs/parts.md` 21). Each row has the places of its value, so a search finds only what its actor sees.

References are tokens whose code is `Type/id` and whose `target` is the record's number for it, by which chains and includes
join. `worklist` holds the typed columns of the hot searches; its `needs` are those of the element that `name` searches, which
is the most hidden of its columns.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, String, Table, text

from hub.record.tables.base import metadata

# Columns that are searched by prefix are compared byte by byte, which is SQLite's default.
_BY_BYTES = String(200).with_variant(String(200, collation="C"), "postgresql")
# The further columns that the query of a worklist reads; with them in the index, the rows themselves are not read.
_SHOWN = ("rid", "person", "needs", "stake_needs", "domain", "holder")


def _make_place_columns() -> list[Column[object]]:
    return [
        Column("person", BigInteger, nullable=False),
        Column("needs", BigInteger, nullable=False),
        Column("stake_needs", BigInteger, nullable=False),
        Column("domain", BigInteger, nullable=False),
        Column("holder", String(80)),
    ]


index_token = Table(
    "index_token",
    metadata,
    Column("rid", BigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("system", String(200), nullable=False),
    Column("code", _BY_BYTES, nullable=False),
    Column("target", BigInteger),
    *_make_place_columns(),
    Index("ix_token_value", "type", "name", "code"),
    Index("ix_token_person", "person", "type", "name", "code"),
    Index("ix_token_rid", "rid"),
    Index(
        "ix_token_target",
        "target",
        "type",
        "name",
        sqlite_where=text("target IS NOT NULL"),
        postgresql_where=text("target IS NOT NULL"),
    ),
)

index_string = Table(
    "index_string",
    metadata,
    Column("rid", BigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("folded", _BY_BYTES, nullable=False),
    Column("exact", String(200), nullable=False),
    *_make_place_columns(),
    Index("ix_string_value", "type", "name", "folded"),
    Index("ix_string_person", "person", "type", "name", "folded"),
    Index("ix_string_rid", "rid"),
)

index_date = Table(
    "index_date",
    metadata,
    Column("rid", BigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("high", BigInteger, nullable=False),
    *_make_place_columns(),
    Index("ix_date_value", "type", "name", "low"),
    Index("ix_date_rid", "rid"),
)

index_quantity = Table(
    "index_quantity",
    metadata,
    Column("rid", BigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("system", String(200), nullable=False),
    Column("code", String(200), nullable=False),
    Column("unit", String(200), nullable=False),
    *_make_place_columns(),
    Index("ix_quantity_value", "type", "name", "low"),
    Index("ix_quantity_rid", "rid"),
)

worklist = Table(
    "worklist",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    # The search parameter that makes the resource part of the party's worklist.
    Column("name", String(40), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("party", String(80), nullable=False),
    Column("status", String(20), nullable=False),
    Column("authored", BigInteger, nullable=False),
    # The person of the resource, and when a part of it last changed, also one that a reader of the list does not see, below zero
    # so that the latest is the first in an index. They are shown to nobody and order nothing (`hub.record.search.sql.latest`).
    Column("about", BigInteger, nullable=False, server_default=text("0")),
    Column("age", BigInteger, nullable=False, server_default=text("0")),
    *_make_place_columns(),
    Index("ix_worklist_hot", "type", "name", "party", "status", "authored", "id", *_SHOWN),
    Index("ix_worklist_party", "type", "name", "party", "authored", "id", *_SHOWN),
    Index("ix_worklist_age_status", "type", "name", "party", "status", "age", "id"),
    Index("ix_worklist_age", "type", "name", "party", "age", "id"),
    Index("ix_worklist_about", "about", "name", "party"),
)
