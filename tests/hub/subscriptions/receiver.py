"""What a subscriber runs: an endpoint that keeps what it was sent, checks who signed it, and answers as a test wants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.conformance import check
from hub.outgoing import Unsent

Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """One POST as it came."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def kind(self) -> str:
        return values(self.status, "type")[0]

    @property
    def status(self) -> Json:
        found: Json = json.loads(self.body)["entry"][0]["resource"]
        return found

    @property
    def numbers(self) -> list[int]:
        return [int(values({"parameter": part}, "event-number")[0]) for part in self._events()]

    @property
    def focuses(self) -> list[str]:
        """`Type/id` of each event that names one."""
        found = [values({"parameter": part}, "focus") for part in self._events()]
        return ["/".join(one["reference"].split("/")[-2:]) for focus in found for one in focus]

    def _events(self) -> list[list[Json]]:
        return [one["part"] for one in self.status["parameter"] if one["name"] == "notification-event"]


def values(parameters: Mapping[str, Any], name: str) -> list[Any]:
    """The values of the parameters of that name."""
    found = [one for one in parameters["parameter"] if one["name"] == name]
    return [next(value for key, value in one.items() if key.startswith("value")) for one in found]


@dataclass
class Receiver:
    """Stands for `hub.outgoing.Fetcher`. `answers`: what it says in turn, a status or the code of an `Unsent`; then 200."""

    answers: list[int | str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
        self.received.append(Received(url, body, dict(headers)))
        said = self.answers.pop(0) if self.answers else 200
        if isinstance(said, str):
            raise Unsent(said)
        return said

    def notifications(self) -> list[Received]:
        return [one for one in self.received if one.kind == "event-notification"]


def check_bundle(bundle: Json) -> None:
    """Nothing if `bundle` and each resource in it are valid R4; the checker takes one resource at a time."""
    entries = bundle.get("entry", [])
    for entry in entries:
        check(entry["resource"], known=frozenset({"Parameters", "Basic"}))
    alone = [{name: value for name, value in entry.items() if name != "resource"} for entry in entries]
    check(bundle | ({"entry": alone} if entries else {}), known=frozenset({"Bundle"}))
