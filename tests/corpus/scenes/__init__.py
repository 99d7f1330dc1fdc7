"""What is asked, scene by scene, in the order of the recording: a scene builds on those before it."""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.cast import Cast
from tests.corpus.scenes import (
    bundles,
    commands,
    corners,
    directory,
    intake,
    loop,
    oauth,
    operations,
    patches,
    reads,
    refusals,
    searches,
    service,
    subscriptions,
    writes,
)

SCENES: dict[str, Callable[[Cast], None]] = {
    "service": service.play,
    "loop": loop.play,
    "intake": intake.play,
    "writes": writes.play,
    "reads": reads.play,
    "searches": searches.play,
    "patches": patches.play,
    "bundles": bundles.play,
    "operations": operations.play,
    "subscriptions": subscriptions.play,
    "directory": directory.play,
    "oauth": oauth.play,
    "refusals": refusals.play,
    "corners": corners.play,
    "commands": commands.play,
}
