"""Resources as parts (`docs/parts.md` 2, 16).

`resource.rid` is a 63-bit hash of `type/id`, so that the rid of a reference's target needs no look-up. `person` is the rid of the
Patient that a row is about, 0 for the directory and for offers of open Tasks.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Table, text

from hub.record.tables.base import metadata

resource = Table(
    "resource",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("person", BigInteger, nullable=False),
    # What it takes to see the resource as the target of a reference, and the domain and organisation it reveals.
    Column("entry", BigInteger, nullable=False),
    Column("domain", BigInteger, nullable=False),
    Column("reveals", BigInteger, nullable=False),
    Index("ix_resource_type_id", "type", "id", unique=True),
    Index("ix_resource_person", "person"),
)

# A part says what one resource says in one set of places from `since` until `until`. Only `until` and `moved` are ever
# set again. A place that fell silent keeps a row without content: its clock is that of what was there. `body` and `ranked` are
# as `hub.slices.parts.fragments` writes them. With a rowid, unlike narrow tables: rows this wide make SQLite's tree of keys deep.
part = Table(
    "part",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("needs", BigInteger, nullable=False),
    Column("stake_needs", BigInteger, nullable=False),
    Column("domain", BigInteger, nullable=False),
    Column("holder", String(80)),
    Column("content", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("ranked", LargeBinary, nullable=False),
)

# Who points to whom, all versions: relabelling a target re-splits what points to it (`docs/parts.md` 3).
link = Table(
    "link",
    metadata,
    Column("target", BigInteger, primary_key=True, autoincrement=False),
    Column("source", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

clock = Table(
    "clock",
    metadata,
    Column("one", BigInteger, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False, server_default=text("0")),
)
