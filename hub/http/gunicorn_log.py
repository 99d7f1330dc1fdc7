"""The log of gunicorn: its errors, and of its warnings only that a worker died, since others quote what clients send."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

_DEATH = "Worker (pid:"


class DeathLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Logs the death of a worker by a signal as an error, such as SIGBUS when a file that it had mapped lost its disk."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning, which the level of `config/gunicorn.py` drops, or the death of a worker."""
        log = super().error if msg.startswith(_DEATH) else super().warning
        log(msg, *args, **kwargs)
