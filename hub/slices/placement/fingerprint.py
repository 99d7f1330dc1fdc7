"""The fingerprint of all that places resources: pages of `config/` and the placement of each type. Pure after the pages are read.

Another fingerprint than that of the record means that what is stored may stand in other places than these say
(`docs/parts.md` 28).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from hashlib import sha256

from hub.domain.config_pages import CONFIG
from hub.domain.resource_types import RESOURCE_TYPES
from hub.slices.placement.forms import FOLDER

# Raised when the code places something else than before: 2, contained resources by who points to them; 3, messages
# about a Task.
_RULES = b"3"
_PAGES = ("sections.toml", "labels.toml", "terms.toml")


@cache
def get_fingerprint() -> str:
    """Return the SHA-256 of the pages and placements, in hexadecimal."""
    digest = sha256(_RULES)
    for path in [*(CONFIG / page for page in _PAGES), *sorted((CONFIG / FOLDER).glob("*.toml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    placements = {name: asdict(entry.placement) for name, entry in RESOURCE_TYPES.items()}
    digest.update(json.dumps(placements, sort_keys=True, default=_list_sorted).encode())
    return digest.hexdigest()


def _list_sorted(values: object) -> list[str]:
    return sorted(map(str, values)) if isinstance(values, (set, frozenset)) else [repr(values)]
