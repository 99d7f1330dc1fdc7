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

# A part is what one resource says in one set of places from `since` until `until`. Only `until` and `moved` are updated later.
# When a set of places has nothing to say any more, a row without content follows. `body` and `ranked` are as
# `hub.slices.parts.fragments` writes them. The table has a rowid, unlike narrow ones: rows this wide would make the tree of the
# primary key deep in SQLite.
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

# The references between resources, in all versions: when the labels of a target change, what refers to it is split again
# (`docs/parts.md` 3).
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
