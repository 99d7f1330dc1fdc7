"""The intake: a message comes in by a door, is kept as it came, becomes resources, and its sender is answered.

`receive` is the way in, `replay` the second chance of a dead letter, `source_for` says what a door takes and from whom.
"""

from hub.intake.answers import Answer
from hub.intake.road import preview, receive, replay
from hub.intake.sources import source_for, sources

__all__ = ["Answer", "preview", "receive", "replay", "source_for", "sources"]
