"""ER7, the pipe-and-hat encoding: a message is segments, fields, repetitions, components and subcomponents.

Source: HL7 v2.5 §2.5. Nothing is split before it is needed, an absent element is an empty one, and each value knows its
place, which a problem gives to the sender.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.hl7v2.syntax.delimiters import NULL, Syntax, unescape


@dataclass(frozen=True)
class Value:
    """One repetition of a field. False when it is empty."""

    raw: str
    place: str
    syntax: Syntax

    def __bool__(self) -> bool:
        delimiters = self.syntax.component + self.syntax.subcomponent
        return bool(self.raw.replace(NULL, "").strip(delimiters + " "))

    @property
    def whole(self) -> str:
        """The whole repetition as text, for free text whose author did not escape delimiters."""
        return "" if self.raw == NULL else unescape(self.raw, self.syntax).strip()

    @property
    def words(self) -> str:
        """Every text of the repetition, in order, to be read."""
        return ", ".join(self.part(component, subcomponent) for component, subcomponent in self.list_places())

    def list_places(self) -> list[tuple[int, int]]:
        """Return (component, subcomponent) of every text of the repetition."""
        return [
            (number, rank)
            for number, component in enumerate(self.raw.split(self.syntax.component), start=1)
            for rank, piece in enumerate(component.split(self.syntax.subcomponent), start=1)
            if piece.strip() and piece != NULL
        ]

    def part(self, component: int, subcomponent: int = 1) -> str:
        """Return the text of a subcomponent (both count from 1); "" when absent or HL7 null."""
        raw = _get_piece(_get_piece(self.raw, self.syntax.component, component), self.syntax.subcomponent, subcomponent)
        return "" if raw == NULL else unescape(raw, self.syntax).strip()


@dataclass(frozen=True)
class Segment:
    """One line. `place`: its name, with its number when there are several (`DG1[2]`). An absent segment has no fields."""

    name: str
    fields: tuple[str, ...]
    place: str
    syntax: Syntax

    def __bool__(self) -> bool:
        return bool(self.fields)

    def raw(self, number: int) -> str:
        """Return field `number` as written, "" when absent."""
        return self.fields[number] if number < len(self.fields) else ""

    def values(self, number: int) -> tuple[Value, ...]:
        """Return the repetitions of field `number` that are not empty."""
        place = f"{self.place}-{number}"
        pieces = self.raw(number).split(self.syntax.repetition)
        return tuple(value for piece in pieces if (value := Value(piece, place, self.syntax)))

    def value(self, number: int) -> Value:
        """Return the first repetition of field `number` that is not empty, else an empty value."""
        return next(iter(self.values(number)), Value("", f"{self.place}-{number}", self.syntax))

    def text(self, number: int) -> str:
        """Return the first component of field `number`."""
        return self.value(number).part(1)


@dataclass(frozen=True)
class Er7:
    """A message: its syntax and its segments in order, MSH first."""

    syntax: Syntax
    segments: tuple[Segment, ...]

    def all(self, name: str) -> tuple[Segment, ...]:
        """Return every segment of that name."""
        return tuple(segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment:
        """Return the first segment of that name; when there is none, an empty one, whose fields are all empty."""
        segments = (segment for segment in self.segments if segment.name == name)
        return next(segments, Segment(name, (), name, self.syntax))


def _get_piece(text: str, delimiter: str, number: int) -> str:
    pieces = text.split(delimiter, number)
    return pieces[number - 1] if number <= len(pieces) else ""
