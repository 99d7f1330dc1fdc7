"""A fault of our own while a message is mapped: told to the machine room, without a word of the message."""

from __future__ import annotations

import traceback

from hub.http.log import machine_log


def note(fault: BaseException) -> None:
    """Write the type of `fault` and where in the code it came from; not what it says, which may hold a value."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    machine_log().error("mapping-fault", type=type(fault).__name__, places=places)
