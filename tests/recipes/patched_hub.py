"""The hub of the project in the current folder, for the checks: over HTTP, with a person whose circle is everyone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hub.record.db.store import Store
from tests.outside import Outside, outside

Json = dict[str, Any]


class PatchedHub(Outside):
    """`tests.outside`, with JSON in and out. Paths are under /fhir."""

    @property
    def store(self) -> Store:
        store: Store = self.app.extensions["store"]
        return store

    def get(self, role: str, path: str) -> Json:
        """The JSON that `role` reads at `path`; AssertionError unless the status is 200."""
        answer = self.ask(role, "GET", f"/fhir{path}")
        assert answer.status_code == 200, answer.text
        body: Json = answer.json
        return body

    def get_status(self, role: str, path: str) -> int:
        """The status that `role` gets at `path`."""
        return self.ask(role, "GET", f"/fhir{path}").status_code

    def create(self, role: str, resource: Json) -> str:
        """Create `resource` as `role`. `Type/id`; AssertionError unless the status is 201."""
        content = json.dumps(resource).encode()
        headers = {"Content_Type": "application/fhir+json"}
        answer = self.ask(role, "POST", f"/fhir/{resource['resourceType']}", content, **headers)
        assert answer.status_code == 201, answer.text
        return f"{resource['resourceType']}/{answer.json['id']}"

    def declare(self, resource_type: str) -> Json:
        """What the CapabilityStatement says of a type."""
        [rest] = self.get("", "/metadata")["rest"]
        declarations: dict[str, Json] = {resource["type"]: resource for resource in rest["resource"]}
        return declarations[resource_type]


@contextmanager
def open_patched_hub() -> Iterator[PatchedHub]:
    """A hub with a record of its own, which is deleted afterwards."""
    with TemporaryDirectory() as home:
        hub = outside(Path(home))
        yield PatchedHub(hub.app, hub.http, hub.tokens)
        hub.app.extensions["store"].dispose()
