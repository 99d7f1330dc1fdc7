"""What an adapter is: how messages of one format are described, read and answered.

A source of `config/sources.toml` names its adapter. A new format is a folder whose object subclasses `Adapter`, and its
line in `adapters.registry`; nothing else names a format.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from marshmallow.fields import Field

from hub.domain.errors import Conflict, HubError, Malformed, Problem
from hub.domain.referral.message import Message


@dataclass(frozen=True)
class Source:
    """One source of messages: a table of `config/sources.toml`.

    `organisation` sends them, in `role`; `zone` is the time zone of times that are written without one, "" for the
    territory's; `settings` are
    those of the adapter itself (`Adapter.settings`)."""

    name: str
    adapter: Adapter
    title: str
    organisation: str
    role: str
    zone: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return what a sender must know to write to this source, as JSON values (`GET /intake/<source>`)."""
        common = {"source": self.name, "title": self.title, "mediaTypes": list(self.adapter.media_types)}
        return {**common, **self.adapter.describe(self)}


@dataclass(frozen=True)
class Row:
    """One row of a table, a message of its own.

    `number`: 1 for the first row after the header; `body`: the row alone, under the table's header; `content`: the
    message that it holds, or what is wrong with it."""

    number: int
    body: bytes
    content: Message | tuple[Problem, ...]


@dataclass(frozen=True)
class ReceivedMessage:
    """A message as the hub stored it. An answer depends on this and on the results alone, so that the same message gets
    the same bytes whenever it comes. `id`: the hub's own; `time`: when it first came, in UTC."""

    id: str
    time: datetime
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Result:
    """What became of one message: accepted, or refused with `error`.

    `task`: `Task/<id>` of the demand, "" for a notice or a refusal; `row`: its number in a table, 0 for a message by
    itself and for a table as a whole; `is_duplicate`: it had been accepted before; `warnings`: what the sender is told of
    although the message was accepted."""

    task: str = ""
    error: HubError | None = None
    row: int = 0
    is_duplicate: bool = False
    warnings: tuple[Problem, ...] = ()

    @property
    def status(self) -> str:
        """`accepted`, `duplicate` or `refused`."""
        if self.error is not None:
            return "refused"
        return "duplicate" if self.is_duplicate else "accepted"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the message, () when it was accepted."""
        return self.error.problems if self.error is not None else ()


@dataclass(frozen=True)
class Reply:
    """The body of the answer to a sender."""

    body: bytes
    media_type: str


class Adapter(Protocol):
    """One format of messages. An adapter subclasses this protocol and so inherits what most formats share.

    `media_types`: what a source takes, the first being that of `hub import`; `identifiers_place`: where a message has
    the identifiers of its person, for problems about them; `holds_rows`: whether a body is a table, whose rows are
    each admitted and refused alone; `settings`: the settings that a source has for this adapter, with their form."""

    media_types: tuple[str, ...]
    identifiers_place: str
    holds_rows: bool = False
    settings: Mapping[str, Field[Any]] = MappingProxyType({})

    def check_settings(self, settings: Mapping[str, Any]) -> Iterable[Problem]:
        """Yield what is wrong between settings of a source; the form of each was checked. Places as `columns.nir`."""
        return ()

    def describe(self, source: Source) -> dict[str, Any]:
        """Return the part of `Source.describe` that depends on the format: what is taken, what is required, an example."""
        ...

    def read(self, body: bytes, source: Source) -> Message | list[Row]:
        """Read one message, or every row of a table.

        Malformed: the bytes are not of this format. Invalid: something required is missing or wrong; each problem with
        its place in the sender's terms."""
        ...

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        """Write the answer to `message`: one result, or one for each row of a table."""
        ...

    def get_status(self, error: HubError | None) -> int:
        """Return the HTTP status of the answer to a message that was accepted (None) or refused with `error`."""
        return 201 if error is None else get_error_status(error)


def get_error_status(error: HubError) -> int:
    """Return 400 for what cannot be read, 409 for a message id used before, 422 for what the sender or the desk can correct."""
    if isinstance(error, Malformed):
        return 400
    return 409 if isinstance(error, Conflict) else 422
