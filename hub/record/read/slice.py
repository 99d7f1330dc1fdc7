"""Render the parts that an actor sees as one slice, with its version and time. No database access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fhir_profiles.codes import REDACTED
from hub.record.db.clock import instant
from hub.record.read.version_id import VersionKey, encrypt_version_id
from hub.slices import hash_order, render, split_body


class Fragment(NamedTuple):
    """A visible part: its key, and its JSON as `hub.slices.parts.fragments` stores it."""

    key: int
    body: bytes
    ranked: bytes


class Slice(NamedTuple):
    """One resource as one actor sees it: JSON bytes, `version` for the ETag, `updated` (microseconds) for Last-Modified."""

    name: str
    body: bytes
    version: str
    updated: int


def render_slice(name: str, parts: Iterable[Fragment], updated: int, keys: tuple[bytes, ...]) -> Slice:
    """Render the slice of `name` from `parts`, last changed at `updated`."""
    by_key = sorted(parts)
    version = encrypt_version_id(VersionKey(updated, _compute_sorted_mask(by_key)), name, keys)
    return Slice(name, render(_build_head(name, version, updated), [part[1:] for part in by_key]), version, updated)


def compute_mask(parts: Iterable[Fragment]) -> int:
    """Return one number for the keys of the parts that have elements and for the order of their array items."""
    return _compute_sorted_mask(sorted(parts))


def _compute_sorted_mask(by_key: Sequence[Fragment]) -> int:
    mask = 0
    for key, body, ranked in by_key:
        if split_body(body)[1] or ranked:
            mask ^= key
    shared = tuple((key, ranked) for key, _, ranked in by_key if ranked)
    return mask ^ hash_order(shared) if len(shared) > 1 else mask


def build_write_receipt(name: str, time: int, keys: tuple[bytes, ...]) -> Slice:
    """Build the reply to an author who may not see the resource just written: type, id and `meta` only."""
    return render_slice(name, (), time, keys)


def _build_head(name: str, version: str, updated: int) -> bytes:
    # The label REDACTED is on every slice, so that it does not reveal whether something is hidden (`docs/parts.md` 11).
    resource_type, _, resource_id = name.partition("/")
    return (
        f'"resourceType":"{resource_type}","id":"{resource_id}","meta":{{"versionId":"{version}",'
        f'"lastUpdated":"{instant(updated)}","security":[{{"system":'
        f'"{REDACTED[0]}","code":"{REDACTED[1]}"}}]}}'
    ).encode()
