"""first tables."""

import sqlalchemy as sa
from alembic import op

from hub.record.migrations.frozen_row_level_security import create_reader

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("lenient_update", sa.Boolean(), nullable=False),
        sa.Column("can_introspect", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client")),
    )
    op.create_table(
        "clock",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_clock")),
    )
    op.create_table(
        "consent_fact",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("via", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect", sa.String(length=6), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("section", sa.String(length=24), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "via", "effect", "party", "section", "since", name=op.f("pk_consent_fact")),
    )
    op.create_table(
        "grant_",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domains", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("sees", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.BigInteger(), nullable=False),
        sa.Column("writes", sa.BigInteger(), nullable=False),
        sa.Column("own_writes", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("person", "holder", "since", "domains", name=op.f("pk_grant_")),
    )
    op.create_index(
        "ix_grant_sight", "grant_", ["holder", "person", "since", "until", "domains", "sees", "own"], unique=False
    )
    op.create_table(
        "index_date",
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
    )
    op.create_index("ix_date_rid", "index_date", ["rid"], unique=False)
    op.create_index("ix_date_value", "index_date", ["type", "name", "low"], unique=False)
    op.create_table(
        "index_string",
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("exact", sa.String(length=200), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
    )
    op.create_index("ix_string_rid", "index_string", ["rid"], unique=False)
    op.create_index("ix_string_value", "index_string", ["type", "name", "folded"], unique=False)
    op.create_table(
        "index_token",
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
    )
    op.create_index("ix_token_rid", "index_token", ["rid"], unique=False)
    op.create_index("ix_token_value", "index_token", ["type", "name", "code"], unique=False)
    op.create_table(
        "link",
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("target", "source", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message",
        sa.Column("mid", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=200), server_default="", nullable=False),
        sa.Column("task", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answer_type", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("mid", name=op.f("pk_message")),
    )
    op.create_index("ix_message_source_sha256", "message", ["source", "sha256"], unique=False)
    op.create_index("ix_message_state_received", "message", ["state", "received"], unique=False)
    op.create_index("ux_message_source_key", "message", ["source", "key"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("oid", sa.String(length=40), nullable=False),
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("oid", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"], unique=False)
    op.create_table(
        "part",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("content", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("ranked", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rid", "key", "since", name=op.f("pk_part")),
    )
    op.create_table(
        "party_role",
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("party", "role", name=op.f("pk_party_role")),
    )
    op.create_table(
        "relation",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("via", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "party", "kind", "via", "since", name=op.f("pk_relation")),
    )
    op.create_index("ix_relation_party", "relation", ["party"], unique=False)
    op.create_index("ix_relation_via", "relation", ["via"], unique=False)
    op.create_table(
        "resource",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("reveals", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_resource")),
    )
    op.create_index("ix_resource_person", "resource", ["person"], unique=False)
    op.create_index("ix_resource_type_id", "resource", ["type", "id"], unique=True)
    op.create_table(
        "stake",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("via", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rid", "party", "kind", "via", "since", name=op.f("pk_stake")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stake_person_party", "stake", ["person", "party"], unique=False)
    op.create_index("ix_stake_via", "stake", ["via"], unique=False)
    op.create_table(
        "trace",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tid", sa.String(length=40), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("at", "tid", name=op.f("pk_trace")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withheld",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("rid", "party", "role", "since", name=op.f("pk_withheld")),
    )
    op.create_table(
        "worklist",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("authored", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("rid", "name", name=op.f("pk_worklist")),
    )
    op.create_index("ix_worklist_hot", "worklist", ["type", "name", "party", "status", "authored", "id"], unique=False)
    op.create_index("ix_worklist_party", "worklist", ["type", "name", "party", "authored", "id"], unique=False)
    op.create_table(
        "assertion_seen",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("jti", sa.String(length=255), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_assertion_seen_client_id")),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_assertion_seen")),
    )
    op.create_index("ix_assertion_seen_until", "assertion_seen", ["until"], unique=False)
    op.create_table(
        "client_key",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("kid", sa.String(length=255), nullable=False),
        sa.Column("alg", sa.String(length=8), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_client_key_client_id")),
        sa.PrimaryKeyConstraint("client_id", "kid", name=op.f("pk_client_key")),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_token_client_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
        sa.UniqueConstraint("jti", name=op.f("uq_token_jti")),
    )
    op.create_index("ix_token_client_id", "token", ["client_id"], unique=False)
    op.create_index("ix_token_expires", "token", ["expires"], unique=False)
    # SQLite has no row-level security.
    if op.get_bind().dialect.name == "postgresql":
        create_reader(op.get_bind())
