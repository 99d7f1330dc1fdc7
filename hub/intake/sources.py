"""The sources of `config/sources.toml`, read once, and who may feed which."""

from __future__ import annotations

from functools import cache

from adapters.sources import Source, load
from hub.domain.actor import Actor
from hub.domain.errors import NotFound, Refused
from hub.domain.scopes import covers
from hub.domain.sections import CONFIG


@cache
def sources() -> dict[str, Source]:
    """The sources by name. Malformed or Invalid stops start-up."""
    return load(CONFIG / "sources.toml")


def source_for(actor: Actor, name: str) -> Source:
    """The source `name`, for one who may feed it. Refused: no `system/Bundle.c`, or another organisation's source.
    NotFound: there is none of that name."""
    if not covers(actor.scopes, "Bundle", "c"):
        raise Refused("scope-insufficient")
    if name not in sources():
        raise NotFound
    if name not in actor.sources:
        raise Refused("source-not-yours")
    return sources()[name]
