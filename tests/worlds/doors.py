"""The doors of a side, asked in the same way: over HTTP, and of the record itself.

An `Answer` is all that leaves: status, headers but those that are new each time, body.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Connection

from hub.api.patches import parse_json_patch
from hub.app import create_app
from hub.domain.actor import Actor
from hub.domain.errors import HubError
from hub.intake import receive
from hub.record.read.history import Past
from hub.record.read.slice import Slice
from hub.record.repository.record import Page, Record
from hub.record.write.transaction import Entry
from hub.settings.settings import Settings
from tests.clients import EVERY_SCOPE, let_in
from tests.worlds.messages import SOURCES
from tests.worlds.scene import ACTORS, Json
from tests.worlds.twin import Side

Pairs = list[tuple[str, str]]
# Fresh at each answer, whatever the data.
_FRESH = frozenset({"date", "x-request-id"})


@dataclass(frozen=True)
class Answer:
    """What left by a door. `version`: that of the one slice in it; `next`: the query of the next page; each or ""."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    version: str = ""
    next: str = ""

    @property
    def ok(self) -> bool:
        return self.status.startswith("2")

    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found


class Door(Protocol):
    """One way in, as one actor. `name` is `Type/id`."""

    def read(self, name: str) -> Answer: ...
    def vread(self, name: str, version: str) -> Answer: ...
    def history(self, name: str) -> Answer: ...
    def past(self, of: str, pairs: Pairs) -> Answer: ...
    def patch(self, name: str, operations: list[Json], version: str) -> Answer: ...
    def conditional(self, method: str, resource: Json, pairs: Pairs) -> Answer: ...
    def search(self, resource_type: str, pairs: Pairs) -> Answer: ...
    def create(self, resource: Json) -> Answer: ...
    def edit(self, name: str, resource: Json, version: str) -> Answer: ...
    def transact(self, entries: list[tuple[str, str, Json, str]]) -> Answer: ...
    def send(self, source: str, media_type: str, message: bytes) -> Answer: ...


def register_clients(connection: Connection, now: int) -> None:
    """A client with a token that does not end for every actor of the worlds."""
    for party, role in ACTORS:
        let_in(connection, party, role, client_of(party, role), token_of(party, role), now, " ".join(SOURCES))


def client_of(party: str, role: str) -> str:
    return f"{role}-{party.partition('/')[2]}"


def token_of(party: str, role: str) -> str:
    """The secret of the tests: of the form that the hub issues."""
    return urlsafe_b64encode(hashlib.sha256(f"{party} {role}".encode()).digest()).decode().rstrip("=")


class HttpDoor:
    """`/fhir` over HTTP. `Http.ask` takes any request."""

    def __init__(self, http: Http, party: str, role: str) -> None:
        self._http = http
        self._bearer = {"Authorization": f"Bearer {token_of(party, role)}"}

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        return self._http.ask(method, path, body, self._bearer | {k.replace("_", "-"): v for k, v in headers.items()})

    def read(self, name: str) -> Answer:
        return self.ask("GET", f"/fhir/{name}")

    def vread(self, name: str, version: str) -> Answer:
        return self.ask("GET", f"/fhir/{name}/_history/{version}")

    def history(self, name: str) -> Answer:
        return self.ask("GET", f"/fhir/{name}/_history")

    def past(self, of: str, pairs: Pairs) -> Answer:
        return self.ask("GET", f"/fhir/{of}/_history?{urlencode(pairs)}")

    def patch(self, name: str, operations: list[Json], version: str) -> Answer:
        body = json.dumps(operations).encode()
        form = "application/json-patch+json"
        return self.ask("PATCH", f"/fhir/{name}", body, Content_Type=form, If_Match=f'W/"{version}"')

    def conditional(self, method: str, resource: Json, pairs: Pairs) -> Answer:
        query, kind = urlencode(pairs), resource["resourceType"]
        if method == "POST":
            return self._send("POST", f"/fhir/{kind}", resource, If_None_Exist=query)
        return self._send(method, f"/fhir/{kind}?{query}", resource)

    def search(self, resource_type: str, pairs: Pairs) -> Answer:
        return self.ask("GET", f"/fhir/{resource_type}?{urlencode(pairs)}")

    def create(self, resource: Json) -> Answer:
        return self._send("POST", f"/fhir/{resource['resourceType']}", resource)

    def edit(self, name: str, resource: Json, version: str) -> Answer:
        return self._send("PUT", f"/fhir/{name}", resource, If_Match=f'W/"{version}"')

    def transact(self, entries: list[tuple[str, str, Json, str]]) -> Answer:
        """`entries`: (method, url, resource, fullUrl)."""
        found = [
            {"fullUrl": full, "resource": resource, "request": {"method": method, "url": url}}
            for method, url, resource, full in entries
        ]
        return self._send("POST", "/fhir", {"resourceType": "Bundle", "type": "transaction", "entry": found})

    def send(self, source: str, media_type: str, message: bytes) -> Answer:
        return self.ask("POST", f"/intake/{source}", message, Content_Type=media_type)

    def _send(self, method: str, path: str, resource: Json, **headers: str) -> Answer:
        body = json.dumps(resource).encode()
        return self.ask(method, path, body, Content_Type="application/fhir+json", **headers)


class Http:
    """The hub's application on one side."""

    def __init__(self, side: Side, settings: Settings) -> None:
        self._client = create_app(settings, side.store).test_client()

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        found = self._client.open(path, method=method, data=body, headers=headers)
        kept = tuple((name, value) for name, value in found.headers if name.lower() not in _FRESH)
        etag = found.headers.get("ETag", "")
        return Answer(str(found.status_code), kept, found.data, etag.removeprefix('W/"').rstrip('"'), _next(found.data))


def _next(body: bytes) -> str:
    if b'"relation":"next"' not in body:
        return ""
    # In a batch the searches are inside: their pages are not followed.
    links = {link["relation"]: link["url"] for link in json.loads(body).get("link", ())}
    return urlsplit(links.get("next", "")).query


class RecordDoor:
    """`hub.record.repository.record.Record`, without HTTP around it."""

    def __init__(self, side: Side, party: str, role: str, settings: Settings) -> None:
        self._store, self._settings = side.store, settings
        self._actor = Actor(party, role, client_of(party, role), (EVERY_SCOPE,), sources=tuple(SOURCES))
        self._record = Record(side.store, self._actor, "https://hub.example/fhir")

    def read(self, name: str) -> Answer:
        return _said(lambda: self._record.read(name))

    def vread(self, name: str, version: str) -> Answer:
        return _said(lambda: self._record.vread(name, version))

    def history(self, name: str) -> Answer:
        return _said(lambda: self._record.history(name).slices)

    def search(self, resource_type: str, pairs: Pairs) -> Answer:
        cursor = next((value for name, value in pairs if name == "_cursor"), None)
        asked = [pair for pair in pairs if pair[0] != "_cursor"]
        return _said(lambda: self._record.search(resource_type, asked, cursor=cursor))

    def past(self, of: str, pairs: Pairs) -> Answer:
        cursor = next((value for name, value in pairs if name == "_cursor"), None)
        asked = [pair for pair in pairs if pair[0] != "_cursor"]
        return _said(lambda: self._record.history(of, asked, cursor=cursor))

    def patch(self, name: str, operations: list[Json], version: str) -> Answer:
        amend = parse_json_patch(json.dumps(operations).encode())
        return _said(lambda: self._record.write(Entry("PATCH", name, {}, version, apply_patch=amend)).slice)

    def conditional(self, method: str, resource: Json, pairs: Pairs) -> Answer:
        entry = Entry(method, self._record.new_name(resource["resourceType"]), resource, condition=tuple(pairs))
        return _said(lambda: self._record.write(entry).slice)

    def create(self, resource: Json) -> Answer:
        return _said(lambda: self._record.create(resource))

    def edit(self, name: str, resource: Json, version: str) -> Answer:
        return _said(lambda: self._record.edit(name, resource, version))

    def transact(self, entries: list[tuple[str, str, Json, str]]) -> Answer:
        def all_of_them() -> list[Slice]:
            names = {full: self._record.new_name(url) if method == "POST" else url for method, url, _, full in entries}
            staged = [
                Entry(method, names[full], _linked(resource, names), None) for method, _, resource, full in entries
            ]
            return [one.slice for one in self._record.transact(staged)]

        return _said(all_of_them)

    def send(self, source: str, media_type: str, message: bytes) -> Answer:
        try:
            answer = receive(self._store, self._actor, source, media_type, message, settings=self._settings)
        except HubError as error:
            return Answer(type(error).__name__, tuple((one.code, one.where) for one in error.problems), b"")
        return Answer(str(answer.status), (("location", answer.location),), answer.body)


def _linked(resource: Json, names: dict[str, str]) -> Json:
    text = json.dumps(resource)
    for full, name in names.items():
        text = text.replace(f'"{full}"', f'"{name}"')
    found: Json = json.loads(text)
    return found


def _said(ask: Any) -> Answer:
    try:
        found = ask()
    except HubError as error:
        return Answer(type(error).__name__, tuple((one.code, one.where) for one in error.problems), b"")
    if isinstance(found, Slice):
        return Answer("200", (("updated", str(found.updated)),), found.body, found.version)
    if isinstance(found, Past):
        body = b"\n".join(one.body for one in found.slices)
        more = _further(found)
        return Answer("200", (("total", str(found.total)), ("next", more)), body, next=more)
    if isinstance(found, Page):
        body = b"\n".join(one.body for one in (*found.slices, *found.included))
        more = _further(found)
        return Answer("200", (("total", str(found.total)), ("next", more)), body, next=more)
    return Answer("200", tuple((one.version, str(one.updated)) for one in found), b"\n".join(one.body for one in found))


def _further(page: Page | Past) -> str:
    sizes = [pair for pair in page.asked if pair[0] == "_count"]
    return urlencode([("_cursor", page.next), *sizes]) if page.next else ""
