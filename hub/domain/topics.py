"""The topics of Subscriptions: the files of `fhir_profiles/subscription_topics/`, as the code reads them. Pure.

R4 has no SubscriptionTopic. Each file is a Basic whose extensions carry the elements of R5's resource
(https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics-in-r4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import fields

from fhir_profiles.definitions import load_definitions
from hub.domain.config_pages import PageError, PageSchema, load_tables
from hub.domain.resource_types import TYPES

Json = dict[str, Any]


@dataclass(frozen=True)
class Topic:
    """`url`: its canonical. `resource`: the type whose changes it announces. `filters`: search parameters that narrow it."""

    url: str
    resource: str
    filters: frozenset[str]


class _OnceField(fields.Tuple):
    """A text that a topic has exactly once."""

    def __init__(self) -> None:
        super().__init__((fields.String(),), required=True)


class _TriggerSchema(PageSchema):
    """A `resourceTrigger`: which changes of which type."""

    description = _OnceField()
    resource = _OnceField()
    supportedInteraction = fields.List(fields.String(), required=True)  # noqa: N815 - the name of R5's element


class _FilterSchema(PageSchema):
    """A `canFilterBy`: one search parameter of the type."""

    description = _OnceField()
    resource = _OnceField()
    filterParameter = _OnceField()  # noqa: N815


class _ShapeSchema(PageSchema):
    """The `notificationShape`: the type that a notification is about."""

    resource = _OnceField()


class _TopicSchema(PageSchema):
    """The elements of R5's SubscriptionTopic that a topic of the hub has."""

    url = _OnceField()
    version = _OnceField()
    name = _OnceField()
    title = _OnceField()
    date = _OnceField()
    description = _OnceField()
    resourceTrigger = fields.Tuple((fields.Nested(_TriggerSchema),), required=True)  # noqa: N815
    canFilterBy = fields.List(fields.Nested(_FilterSchema), required=True)  # noqa: N815
    notificationShape = fields.Tuple((fields.Nested(_ShapeSchema),), required=True)  # noqa: N815


@cache
def load_topics() -> dict[str, Topic]:
    """Return every topic by its canonical URL. PageError stops start-up."""
    return {topic.url: topic for topic in map(read_topic, load_definitions("Basic"))}


@cache
def list_topic_types() -> frozenset[str]:
    """Return the types of which some topic announces changes."""
    return frozenset(topic.resource for topic in load_topics().values())


def read_topic(basic: Mapping[str, Any]) -> Topic:
    """Return the topic that a Basic describes. PageError: an element is missing, unknown or repeated, or a type is not kept."""
    page = f"subscription_topics/{basic['id']}.json"
    topic = load_tables(_collect(basic["extension"]), page, fields.Nested(_TopicSchema))
    resource = topic["resourceTrigger"][0]["resource"][0].rpartition("/")[2]
    if resource not in TYPES:
        raise PageError(f"{page}: resourceTrigger.resource: unknown type {resource}")
    filters = frozenset(entry["filterParameter"][0] for entry in topic["canFilterBy"])
    return Topic(topic["url"][0], resource, filters)


def _collect(extensions: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of extensions by the last name of their URLs; of a complex one, its parts in the same form."""
    values: dict[str, list[Any]] = {}
    for extension in extensions:
        name = extension["url"].rpartition(".")[2]
        value = next((value for key, value in extension.items() if key.startswith("value")), None)
        values.setdefault(name, []).append(_collect(extension["extension"]) if value is None else value)
    return values
