"""Bytes → ER7, and the part of an unreadable message that an answer needs.

Source: HL7 v2.5 chapter 2. The hub has a reader of its own because no library follows each message's own delimiters, is
bounded (nothing is split into more than `MAX_…` pieces) and knows places, all at once.
"""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.hl7v2.syntax.delimiters import Syntax
from adapters.hl7v2.syntax.dtm import find_offset
from adapters.hl7v2.syntax.er7 import Er7, Segment
from adapters.hl7v2.syntax.framing import decode, find_codec, unframe
from hub.domain.errors import HubError, Malformed

MAX_SEGMENTS = 5_000
# Segments of one type: each may become a resource, and all of a message are written in one transaction, while others wait.
# Several times what letters have.
MAX_OF_TYPE = {"OBX": 200, "NTE": 500}
MAX_OF_ANY_TYPE = 50
MAX_FIELDS = 500
MAX_REPETITIONS = 10_000
_MAX_HEADER_BYTES = 16 * 1024
# Free text where senders leave raw line breaks: what follows there is still the text.
_TEXT_SEGMENTS = ("NTE", "OBX")


def parse(raw: bytes, zone: str = "") -> Er7:
    """Return the message in `raw`. `zone`: of its times without one; "" for the territory's.

    Malformed, with a place where there is one: no MSH, several messages, delimiters that cannot delimit, a charset that
    does not fit the bytes, a line that is not a segment, or more segments, fields or repetitions than `MAX_…`."""
    message = unframe(raw)
    text, codec = decode(message, _find_declared_charset(message))
    syntax = replace(_read_syntax(text), codec=codec, zone=zone)
    return Er7(syntax, tuple(_split_segments(text, replace(syntax, zone=_find_offset(text, syntax) or zone))))


def _find_offset(text: str, syntax: Syntax) -> str:
    """Return the offset of MSH-7, which is that of every time without one (HL7 v2.5 §2.A.22); "" without it."""
    header = re.split(r"[\r\n]", text, maxsplit=1)[0].split(syntax.field)
    return find_offset(header[6].split(syntax.component)[0].strip()) if len(header) > 6 else ""


def parse_envelope(raw: bytes) -> Er7 | None:
    """Return as much of `raw` as an answer needs: the message, else only its MSH, with the standard's delimiters where
    its own cannot be used, else None. Never raises."""
    try:
        return parse(raw)
    except HubError:
        return _parse_header(raw)


def _parse_header(raw: bytes) -> Er7 | None:
    line = re.split(rb"[\r\n\x1c]", raw[:_MAX_HEADER_BYTES].lstrip(b" \t\r\n\x0b\x00\x1a\xef\xbb\xbf"), maxsplit=1)[0]
    codec = find_codec(_find_declared_charset(line)) or "cp1252"
    text = line.decode(codec, "replace")
    for find_syntax in (_read_syntax, _make_standard_syntax) if text.startswith("MSH") else ():
        try:
            syntax = replace(find_syntax(text), codec=codec)
            return Er7(syntax, (_split_segment(text, "MSH", syntax),))
        except Malformed:
            continue
    return None


def _find_declared_charset(message: bytes) -> str:
    """Return MSH-18 before the charset is known: the fields before it are counted in bytes."""
    header = re.split(rb"[\r\n]", message[:_MAX_HEADER_BYTES], maxsplit=1)[0].decode("latin-1")
    fields = header.split(header[3:4] or "|")
    return re.split(r"[~^]", fields[17])[0].strip() if len(fields) > 17 else ""


def _read_syntax(text: str) -> Syntax:
    """Return the delimiters of MSH-1 and MSH-2. One that MSH-2 leaves out is the standard's."""
    field = text[3:4]
    declared = re.split(r"[\r\n]", text[4:24].split(field or "|", 1)[0], maxsplit=1)[0][:4]
    marks = declared + Syntax().msh2[len(declared) :]
    if not declared or not _can_delimit(field + marks):
        raise Malformed("hl7-delimiters", where="MSH-2")
    return Syntax(field, *marks)


def _make_standard_syntax(text: str) -> Syntax:
    syntax = Syntax(field=text[3:4])
    if not _can_delimit(syntax.field + syntax.msh2):
        raise Malformed("hl7-delimiters", where="MSH-1")
    return syntax


def _can_delimit(marks: str) -> bool:
    """Return whether these are five different marks that no text consists of. MSH-1 is ASCII, because it is read before
    the charset is known."""
    return (
        marks[:1].isascii()
        and len(marks) == len(set(marks)) == 5
        and all(mark.isprintable() and not mark.isalnum() and mark not in ' "' for mark in marks)
    )


def _split_segments(text: str, syntax: Syntax) -> list[Segment]:
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    if len(lines) > MAX_SEGMENTS or text.count(syntax.repetition) > MAX_REPETITIONS:
        raise Malformed("hl7-too-many-parts")
    segments: list[Segment] = []
    counts: dict[str, int] = {}
    for line in _join_lines(lines, syntax):
        name = line[:3]
        counts[name] = counts.get(name, 0) + 1
        segments.append(_split_segment(line, name if counts[name] == 1 else f"{name}[{counts[name]}]", syntax))
    for name, count in counts.items():
        if count > MAX_OF_TYPE.get(name, MAX_OF_ANY_TYPE):
            raise Malformed("hl7-too-many-parts", where=name)
    if counts["MSH"] > 1:
        raise Malformed("hl7-several-messages")
    return segments


def _join_lines(lines: list[str], syntax: Syntax) -> list[str]:
    """Return the lines, each line that continues a free text joined to it. Malformed: a line that is neither."""
    start = re.compile(rf"[A-Z][A-Z0-9]{{2}}({re.escape(syntax.field)}|\s*$)")
    joined: list[list[str]] = []
    for number, line in enumerate(lines, start=1):
        if start.match(line.lstrip()):
            joined.append([line.lstrip()])
        elif joined and joined[-1][0].startswith(_TEXT_SEGMENTS) and syntax.field not in line:
            joined[-1].append(line)
        else:
            raise Malformed("hl7-not-a-segment", where=f"line {number}")
    return ["\n".join(parts) for parts in joined]


def _split_segment(line: str, place: str, syntax: Syntax) -> Segment:
    fields = line.split(syntax.field, MAX_FIELDS)
    if len(fields) > MAX_FIELDS:
        raise Malformed("hl7-too-many-parts", where=place)
    if fields[0] == "MSH":  # MSH-1 is the separator itself, so its fields are counted one further
        fields.insert(1, syntax.field)
    return Segment(fields[0][:3], tuple(fields), place, syntax)
