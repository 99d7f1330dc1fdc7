"""The one `MetaData`, and the moments at its ends.

Times in the record are integers: microseconds since 1970 in UTC. `EVER` is the end of what has no end yet.
"""

from __future__ import annotations

from sqlalchemy import MetaData

EVER = 1 << 62

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)
