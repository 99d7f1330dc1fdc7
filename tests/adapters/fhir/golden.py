"""One folder for each message: what came in, what the hub understood."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.fhir.referral import read
from hub.domain.errors import HubError
from tests.adapters.hl7v2.golden import plain

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())


def raw(case: str) -> bytes:
    return (GOLDEN / case / "in.json").read_bytes()


def understood(message: bytes) -> str:
    """What the adapter makes of `message`, as JSON."""
    try:
        found: object = plain(read(message))
    except HubError as error:
        found = {type(error).__name__: [plain(problem) for problem in error.problems]}
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
