"""The topics that one may subscribe to: `fhir_profiles/subscription_topics/`, as the code reads them. Pure.

They stand there as R4 writes them, a Basic with the elements of R5's SubscriptionTopic as extensions
(https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics-in-r4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir_profiles.definitions import definitions


@dataclass(frozen=True)
class Topic:
    """`url`: its canonical. `resource`: the type whose changes it tells. `filters`: search parameters to narrow it by."""

    url: str
    resource: str
    filters: frozenset[str]


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its canonical URL."""
    return {found.url: found for found in map(_read, definitions("Basic"))}


@cache
def told_types() -> frozenset[str]:
    """The types of which some topic tells."""
    return frozenset(topic.resource for topic in topics().values())


def _read(page: dict[str, Any]) -> Topic:
    (url,) = _values(page, "url", "valueUri")
    (trigger,) = (list(_parts(said)) for said in _said(page, "resourceTrigger"))
    resource = next(value for name, value in trigger if name == "resource").rpartition("/")[2]
    filters = (dict(_parts(said))["filterParameter"] for said in _said(page, "canFilterBy"))
    return Topic(url, resource, frozenset(filters))


def _said(page: dict[str, Any], element: str) -> Iterator[dict[str, Any]]:
    return (one for one in page["extension"] if one["url"].endswith(f"SubscriptionTopic.{element}"))


def _values(page: dict[str, Any], element: str, kind: str) -> Iterator[str]:
    return (one[kind] for one in _said(page, element))


def _parts(extension: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, value) of each part of a complex extension."""
    for part in extension["extension"]:
        yield part["url"], next(str(value) for name, value in part.items() if name.startswith("value"))
