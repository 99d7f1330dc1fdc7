"""What another FHIR server was measured at, printed beside the hub's figures as a note.

Medplum 5.0.2 with PostgreSQL 15 and Redis, unaudited, on one machine of 2 cores with 100 000 Tasks of 10 organisations (the
shape `peer`), under an access policy: CPU of all server processes, ms a request. They are the figures of that machine, and
compare with those of the hub on the same one alone, of November 2026.
"""

from __future__ import annotations

from typing import NamedTuple


class PeerFigure(NamedTuple):
    """CPU ms a request of the other server, and of the hub on PostgreSQL and SQLite beside it, on the same machine."""

    peer: float
    hub_postgresql: float
    hub_sqlite: float


FIGURES = {
    "read": PeerFigure(1.88, 3.12, 0.90),
    "worklist by status": PeerFigure(5.49, 6.45, 1.56),
    "search with _include": PeerFigure(7.1, 9.7, 2.6),
    "worklist by status with _total": PeerFigure(19.5, 862, 288),
    "worklist by status, _sort": PeerFigure(11.1, 510, 234),
}
