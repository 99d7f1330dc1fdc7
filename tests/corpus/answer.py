"""An answer of the hub, read leniently: what is missing is "absent", so that a scene goes on after a difference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ABSENT = "absent"


@dataclass(frozen=True)
class Answer:
    """`headers`: as they came, in order."""

    status: int
    headers: list[tuple[str, str]]
    data: bytes

    def header(self, name: str) -> str:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), ABSENT)

    @property
    def json(self) -> dict[str, Any]:
        """The body, if it is a JSON object."""
        try:
            body = json.loads(self.data)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def etag(self) -> str:
        return self.header("ETag")

    @property
    def name(self) -> str:
        """`Type/id` of the resource."""
        return f"{self.json.get('resourceType', ABSENT)}/{self.json.get('id', ABSENT)}"

    @property
    def version(self) -> str:
        return str(self.json.get("meta", {}).get("versionId", ABSENT))

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of a Bundle."""
        return [entry["resource"] for entry in self.json.get("entry", ()) if "resource" in entry]

    def first(self) -> dict[str, Any]:
        """The first resource of a Bundle."""
        return self.resources[0] if self.resources else {"resourceType": ABSENT, "id": ABSENT}

    def link(self, relation: str) -> str:
        """The path and query of a link of a Bundle."""
        urls = (link["url"] for link in self.json.get("link", ()) if link["relation"] == relation)
        return path_of(next(urls, f"/{ABSENT}"))


def path_of(url: str) -> str:
    """The path and query of an absolute address."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
