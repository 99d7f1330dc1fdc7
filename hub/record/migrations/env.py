"""Alembic's environment: it uses the connection of `hub.record.maintenance.migrate`, inside its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.dialects import postgresql

from hub.record.tables import metadata


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write an array type as a draft can run it; Alembic leaves out the module of the types of items and variants."""
    if kind != "type" or not isinstance(item, postgresql.ARRAY):
        return False
    autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
    variants = "".join(f".with_variant(sa.{variant!r}, {name!r})" for name, variant in item._variant_mapping.items())
    return f"postgresql.ARRAY(sa.{item.item_type!r}){variants}"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
