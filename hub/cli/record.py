"""The record of a command: opened when the command runs, closed however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.cli.settings import load_settings

if TYPE_CHECKING:
    from hub.record.db.store import Store


@contextmanager
def open_record() -> Iterator[Store]:
    """The record that the settings name. Raises Stop (not ready) with all that is wrong with them."""
    from hub.record.db.store import open_store

    found = load_settings()
    store = open_store(found.database_url, found.seal_keys)
    try:
        yield store
    finally:
        store.dispose()
