"""The sources of `config/sources.toml`: add one, and say what still prevents a message from being received there."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.adapter import Source
from adapters.sources import load
from hub.administration.missing import list_missing
from hub.domain.config_pages import CONFIG
from hub.domain.errors import Conflict, Invalid, Problem
from hub.intake import load_sources, preview
from hub.record.clients.registry import Partner, everyone
from hub.record.db.store import Store

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,23}", re.ASCII)
_HEAD = re.compile(r"^\[sources\.[^\].]+\]\s*$", re.MULTILINE)
# The settings of every source, which are given anew.
_COMMON = frozenset({"adapter", "title", "organisation", "role", "zone"})
# What every source needs.
_NEEDED = frozenset({"check-no-organisation", "check-no-desk"})


@dataclass(frozen=True)
class SourceState:
    """A source, and the active clients that may send to it."""

    source: Source
    senders: tuple[Partner, ...]


def get_page() -> Path:
    """The page of sources."""
    return CONFIG / "sources.toml"


def list_sources(store: Store) -> list[SourceState]:
    """Every source, by name."""
    partners = [partner for partner in everyone(store) if partner.active]
    return [
        SourceState(source, tuple(partner for partner in partners if name in partner.sources))
        for name, source in sorted(load_sources().items())
    ]


def find_obstacles(store: Store, source: Source, body: bytes | None, *, demo: bool) -> list[Problem]:
    """What prevents a message from being received at `source`: who is missing, and what its adapter finds wrong in `body`, if
    there is one. Nothing is stored."""
    problems = [problem for problem in list_missing(store) if problem.code in _NEEDED]
    if not any(source.name in partner.sources for partner in everyone(store) if partner.active):
        problems.append(Problem("source-no-sender", f"hub partner add --source {source.name}"))
    return problems + list(preview(source, body, demo=demo) if body is not None else ())


def add_source(page: Path, name: str, settings: dict[str, str], like: str = "", *, dry_run: bool = False) -> None:
    """Append a source to `page`. `settings`: adapter, title, organisation, role, and zone if it is not that of Paris. `like`:
    the source whose own settings, such as the columns of a table, the new one takes over.

    The whole page is read as at start-up before it is replaced. Raises Invalid: `source-name`, `client-source-unknown` for
    `like`, and what is wrong with the settings; Conflict `source-known`; OSError when the page cannot be written."""
    if _NAME.fullmatch(name) is None:
        raise Invalid("source-name", where=name)
    text = page.read_text("utf-8")
    known = load(text)
    if name in known:
        raise Conflict("source-known", where=name)
    if like and like not in known:
        raise Invalid("client-source-unknown", where=like)
    lines = [f"\n[sources.{name}]", *(f"{key} = {_quote(value)}" for key, value in settings.items() if value)]
    after = f"{text.rstrip()}\n{chr(10).join(lines)}\n{_copy_settings(text, like, name) if like else ''}"
    load(after)
    if not dry_run:
        _replace(page, after)


def _copy_settings(text: str, like: str, name: str) -> str:
    """The settings of the adapter of source `like`, as they are written in the page, under the name of another source."""
    start = text.index(f"[sources.{like}]")
    end = next((head.start() for head in _HEAD.finditer(text, start + 1)), len(text))
    lines = text[start:end].splitlines()[1:]
    first_table = next((place for place, line in enumerate(lines) if line.startswith("[")), len(lines))
    own = [line for line in lines[:first_table] if line.partition("=")[0].strip() not in _COMMON]
    tables = [line.replace(f"[sources.{like}.", f"[sources.{name}.") for line in lines[first_table:]]
    return "\n".join([*own, *tables]).strip() + "\n"


def _quote(value: str) -> str:
    """A basic string of TOML."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped) + '"'


def _replace(page: Path, text: str) -> None:
    """Write the page anew in one step, with the rights that it had."""
    handle, temporary = tempfile.mkstemp(dir=page.parent, prefix=f".{page.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(page.stat().st_mode & 0o777)
        Path(temporary).replace(page)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
