"""Messages as they came (`docs/inbound.md` §7), stored before anything is parsed, with the answer that was given.

`state`: `received` (not answered yet), `admitted`, `repeated` (a copy of an admitted one, answered as that was), `dead` (a dead
letter), `noted` (a notice about a person who is not followed; `raw` is removed after a time that is a setting).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from hub.record.tables.base import metadata

message = Table(
    "message",
    metadata,
    Column("mid", String(40), primary_key=True),
    Column("source", String(40), nullable=False),
    # The sending application and its identifier of the message, `application^id`; NULL until it is admitted, and for repeats and
    # dead letters other than notices.
    Column("key", String(200)),
    # The sender's own identifier of the message, as it asks again by it, and its application; "" while none could be read.
    Column("number", String(200), nullable=False, server_default=""),
    Column("application", String(200), nullable=False, server_default=""),
    # Of the bytes as they came, and of the bytes without frame, line ends, byte order mark and final line end.
    Column("sha256", String(64), nullable=False),
    Column("content", String(64), nullable=False, server_default=""),
    Column("received", BigInteger, nullable=False),
    Column("client", String(80), nullable=False),
    Column("party", String(80), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("cause", String(200), nullable=False, server_default=""),
    Column("task", String(80)),
    Column("answer", LargeBinary),
    Column("answer_type", String(80)),
    Index("ux_message_source_key", "source", "party", "key", unique=True),
    Index("ix_message_number", "source", "party", "number"),
    Index("ix_message_source_content", "source", "content"),
    Index("ix_message_state_received", "state", "received"),
)

# Which person a sender was told of under which number (`docs/parts.md` 25); only admissions read it.
# `system`, `code`: a number of a person in a message of `party`. `rid`: the Patient of that message. `traits`: what the message
# said of the person, as JSON; only the first message about a person under a number is kept.
told_person = Table(
    "told_person",
    metadata,
    Column("party", String(80), primary_key=True),
    Column("system", String(200), primary_key=True),
    Column("code", String(200), primary_key=True),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("traits", Text, nullable=False),
    Index("ix_told_person_rid", "rid", "party"),
)
