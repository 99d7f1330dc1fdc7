"""The intake: a message comes in at a source, is stored as it came, becomes resources, and its sender is answered.

`receive` takes a message, `replay` tries a dead letter again, `find_source` says what a source takes and from whom.
"""

from hub.intake.answer import Answer
from hub.intake.asking import ask_again
from hub.intake.calls import receive_call
from hub.intake.pipeline import preview, receive, replay
from hub.intake.sources import find_source, list_own_sources, load_sources

__all__ = [
    "Answer",
    "ask_again",
    "find_source",
    "list_own_sources",
    "load_sources",
    "preview",
    "receive",
    "receive_call",
    "replay",
]
