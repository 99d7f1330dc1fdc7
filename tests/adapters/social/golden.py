"""One folder for each table: what came in, what the hub understood of each row."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.adapter import Row, Source
from adapters.social.rows import read
from adapters.sources import load
from hub.domain.errors import HubError
from tests.adapters.hl7v2.golden import plain

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())
SOURCE: Source = load(Path(__file__).parents[3] / "config" / "sources.toml")["ccas-csv"]


def understood(table: bytes) -> str:
    """What the adapter makes of `table`, as JSON."""
    try:
        found: object = [_row(row) for row in read(table, SOURCE)]
    except HubError as error:
        found = {type(error).__name__: [plain(problem) for problem in error.problems]}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _row(row: Row) -> dict[str, object]:
    return {"row": row.number, "refused" if isinstance(row.content, tuple) else "read": plain(row.content)}
