"""The record that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.cli.settings import load_settings

if TYPE_CHECKING:
    from hub.record.db.store import Store


@contextmanager
def open_record() -> Iterator[Store]:
    """Open the record that the settings name, and close it afterwards. Raises Stop as `load_settings` does."""
    from hub.record.db.store import open_store

    settings = load_settings()
    store = open_store(settings.database_url, settings.seal_keys)
    try:
        yield store
    finally:
        store.dispose()
