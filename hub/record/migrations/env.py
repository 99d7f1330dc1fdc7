"""Alembic's environment: it uses the connection of `hub.record.maintenance.migrate`, inside its transaction."""

from alembic import context

from hub.record.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
