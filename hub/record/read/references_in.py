"""Find the references in slices by a regular expression on their bytes, without parsing the JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.record.read.slice import Slice

# Slices have no spaces between tokens, and quotation marks in texts are escaped, so that only references match.
_REFERENCE = re.compile(rb'"reference":"([A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64})["/]')


def list_referenced_names(slices: Iterable[Slice]) -> set[str]:
    """Return the `Type/id` of every literal reference in `slices`, without the version."""
    return {name.decode() for resource in slices for name in _REFERENCE.findall(resource.body)}
