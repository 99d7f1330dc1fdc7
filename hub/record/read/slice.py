"""Parts that an actor sees as one slice with its version and time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fhir_profiles.codes import REDACTED
from hub.record.db.clock import instant
from hub.record.read.version_id import VersionKey, encrypt_version_id
from hub.slices import hash_order, render, split_body


class Fragment(NamedTuple):
    """A part that an actor sees: its key, and what it says as `hub.slices.parts.fragments` stores it."""

    key: int
    body: bytes
    ranked: bytes


class Slice(NamedTuple):
    """One resource as one actor sees it: JSON bytes, the version in its ETag, the time in its Last-Modified."""

    name: str
    body: bytes
    version: str
    updated: int


def render_slice(name: str, parts: Iterable[Fragment], updated: int, keys: tuple[bytes, ...]) -> Slice:
    """The slice of `name` that `parts` come to, as it stands since `updated`."""
    by_key = sorted(parts)
    version = encrypt_version_id(VersionKey(updated, _mask(by_key)), name, keys)
    return Slice(name, render(_head(name, version, updated), [part[1:] for part in by_key]), version, updated)


def mask_of(parts: Iterable[Fragment]) -> int:
    """Which parts they are that say something, and in which order their items stand, as one number."""
    return _mask(sorted(parts))


def _mask(by_key: Sequence[Fragment]) -> int:
    mask = 0
    for key, body, ranked in by_key:
        if split_body(body)[1] or ranked:
            mask ^= key
    shared = tuple((key, ranked) for key, _, ranked in by_key if ranked)
    return mask ^ hash_order(shared) if len(shared) > 1 else mask


def build_write_receipt(name: str, time: int, keys: tuple[bytes, ...]) -> Slice:
    """What is left to say to who wrote `name` out of its own sight at `time`: that it is done."""
    return render_slice(name, (), time, keys)


def _head(name: str, version: str, updated: int) -> bytes:
    # The label is the same on every slice, so it tells nothing (`docs/parts.md` 11).
    resource_type, _, resource_id = name.partition("/")
    return (
        f'"resourceType":"{resource_type}","id":"{resource_id}","meta":{{"versionId":"{version}",'
        f'"lastUpdated":"{instant(updated)}","security":[{{"system":'
        f'"{REDACTED[0]}","code":"{REDACTED[1]}"}}]}}'
    ).encode()
