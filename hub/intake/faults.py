"""A fault of the hub itself while it reads or maps a message: the log has where it is, and the message is a dead letter."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from hub.domain.errors import HubError, Problem
from hub.http.log import make_logger
from hub.record.admission.admit import Unavailable


class MappingFault(HubError):  # noqa: N818 - named like the other errors of hub.domain.errors
    """The hub could not map the message. It is stored and can be replayed."""

    def __init__(self) -> None:
        super().__init__(Problem("mapping-fault"))


@contextmanager
def report_faults() -> Iterator[None]:
    """Log any exception but a HubError or Unavailable, and raise MappingFault in its place."""
    try:
        yield
    except (HubError, Unavailable):
        raise
    except Exception as fault:
        log_fault(fault)
        raise MappingFault from None


def log_fault(fault: BaseException) -> None:
    """Log the type of `fault` and the last places in the code, without its text, which may hold a value of the message."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    make_logger().error("mapping-fault", type=type(fault).__name__, places=places)
