"""The sources of `config/sources.toml`, read once, and who may send to which."""

from __future__ import annotations

from functools import cache

from adapters import call
from adapters.adapter import Source
from adapters.sources import load
from hub.domain.actor import Actor
from hub.domain.config_pages import CONFIG
from hub.domain.errors import NotFound, Refused
from hub.domain.scopes import covers

# The desk's own form (`hub.intake.calls`): no source of the operator's page, so no client sends to it.
CALLS = Source("accueil", call.ADAPTER, "Guichet : demandes saisies", "", "guichet")


@cache
def load_sources() -> dict[str, Source]:
    """Return the sources by name. Malformed or Invalid stops start-up."""
    return load(CONFIG / "sources.toml")


def list_own_sources(actor: Actor) -> list[Source]:
    """Return the sources to which an actor may send, in the order of the page. Refused: no scope `system/Bundle.c`."""
    if not covers(actor.scopes, "Bundle", "c"):
        raise Refused("scope-insufficient")
    return [source for name, source in load_sources().items() if name in actor.sources]


def find_source(actor: Actor, name: str) -> Source:
    """Return the source `name`, for an actor who may send to it. Refused: no scope `system/Bundle.c`, another organisation's
    source, or a person or relative, who have none. NotFound: there is none of that name."""
    if not covers(actor.scopes, "Bundle", "c"):
        raise Refused("scope-insufficient")
    if name not in load_sources():
        raise NotFound
    if name not in actor.sources or not actor.party.startswith("Organization/"):
        raise Refused("source-not-yours")
    return load_sources()[name]
