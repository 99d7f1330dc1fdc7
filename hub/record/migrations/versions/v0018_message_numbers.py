"""numbers of messages: a sender asks again, by its own identifier of a message, what became of it.

Of what was received before, the numbers come from the keys; a key that is a digest has none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_WIDTH = 200


def upgrade() -> None:
    for name in ("number", "application"):
        op.add_column("message", sa.Column(name, sa.String(length=_WIDTH), nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("ix_message_number", "message", ["source", "party", "number"], unique=False)


def _fill(connection: sa.Connection) -> None:
    message = sa.table("message", *map(sa.column, ("mid", "key", "number", "application")))
    keys = connection.execute(sa.select(message.c.mid, message.c.key).where(message.c.key.is_not(None))).all()
    rows = []
    for mid, key in keys:
        application, separator, identifier = key.partition("^")
        if separator and not key.startswith("sha256:"):
            rows.append({"m": mid, "n": identifier.rpartition("|")[2], "a": application})
    if rows:
        numbers: dict[str, sa.BindParameter[str]] = {"number": sa.bindparam("n"), "application": sa.bindparam("a")}
        connection.execute(sa.update(message).where(message.c.mid == sa.bindparam("m")).values(numbers), rows)
