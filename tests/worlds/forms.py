"""The same reading in the forms that an answer has: XML, pretty, compressed, in part, by its head alone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace

from tests.worlds.doors import Answer, HttpDoor

_XML = "application/fhir+xml"
_PARTS = (
    "_summary=true",
    "_summary=text",
    "_summary=data",
    "_summary=count",
    "_elements=status,telecom",
    "_elements=code",
)


def in_forms(door: HttpDoor, name: str, query: str) -> Iterator[tuple[str, Answer]]:
    """(kind, answer) of readings of the resource `name`, of its past, and of a search of its type."""
    inner = name.partition("/")[0]
    for path in (name, f"{name}/_history", f"{inner}?{query}"):
        and_so = "&" if "?" in path else "?"
        yield "form", door.ask("GET", f"/fhir/{path}", Accept=_XML)
        yield "form", door.ask("HEAD", f"/fhir/{path}{and_so}_format=xml&_pretty=true")
        yield "form", _expanded(door.ask("GET", f"/fhir/{path}", Accept_Encoding="gzip"))
        for part in _PARTS:
            yield "form", door.ask("GET", f"/fhir/{path}{and_so}{part}")


def _expanded(answer: Answer) -> Answer:
    """As text, in which hidden words can be looked for; the headers still tell the compressed length."""
    packed = ("Content-Encoding", "gzip") in answer.headers
    return replace(answer, body=gzip.decompress(answer.body)) if packed else answer
