"""What slices refer to, read from their bytes without parsing them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.record.read.slice import Slice

# Slices are written without a space, and a text's own quotation marks are escaped: this finds references alone.
_REFERENCE = re.compile(rb'"reference":"([A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64})["/]')


def named(slices: Iterable[Slice]) -> set[str]:
    """`Type/id` of everything that a literal reference in `slices` points to, the version cut off."""
    return {name.decode() for resource in slices for name in _REFERENCE.findall(resource.body)}
