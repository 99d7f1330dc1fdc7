"""What the desk notes for itself, the decisions that it has not told yet, and what it filed (`docs/parts.md` 27, 36, 40).

None of it is a part of a resource, so that no version moves with it. `person`: whom a row is about, 0 for nobody. `party`: the
organisation that holds it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, text

from hub.record.tables.base import EVER, metadata

# `kind`: taken, look, call, hand-over, question, rank, filter, ceiling. `subject`: `Task/<id>`, or what else it is about.
# `own`: only for the account that wrote it. `content`: JSON.
desk_note = Table(
    "desk_note",
    metadata,
    Column("note_id", String(64), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("party", String(80), nullable=False),
    Column("account", String(40), nullable=False),
    Column("own", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("content", Text, nullable=False),
    Index("ix_desk_note_party", "party", "kind", "until"),
    Index("ix_desk_note_subject", "subject"),
    Index("ix_desk_note_person", "person"),
)

# `state`: held, told, or back (it could not be told). `due`: when it is told. `moved`: when it was told or came back, and
# `reason`, why. `content`: JSON. A demand has at most one that is held.
desk_decision = Table(
    "desk_decision",
    metadata,
    Column("decision_id", String(64), primary_key=True),
    Column("task", String(80), nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("account", String(40), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_desk_decision_due", "state", "due"),
    Index("ix_desk_decision_person", "person"),
    Index(
        "uq_desk_decision_held",
        "task",
        unique=True,
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    Index("ix_desk_decision_task", "task"),
)

# The receipts of filing: which resource of a message was filed into which section (`docs/parts.md` 27).
# `original`: `Type/id` of the resource that the sender sent; `copy`: of its copy in the section. `task`: the intake Task that
# hands over the original. `at`, `until`: when it was filed, and when that was undone.
filing = Table(
    "filing",
    metadata,
    Column("original", String(110), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("task", String(80), nullable=False),
    Column("section", String(24), nullable=False),
    Column("copy", String(110), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Index("ix_filing_task", "task"),
)
