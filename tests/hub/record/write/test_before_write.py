"""What a type requires before it is written, and that no other type has a requirement of its own."""

from __future__ import annotations

import pytest

from hub.domain.resource_types import RESOURCE_TYPES
from hub.record.subscriptions.request import EXTENSIONS
from hub.record.write.before_write import BEFORE_WRITE, Prepared, list_extensions, prepare
from hub.record.write.writer import Writer
from hub.slices import load_labels


def test_every_hook_is_of_a_type_that_clients_write() -> None:
    assert {name for name in BEFORE_WRITE if RESOURCE_TYPES[name].only_hub_writes} == set()


@pytest.mark.parametrize("resource_type", sorted(RESOURCE_TYPES.keys() - BEFORE_WRITE.keys()))
def test_a_type_without_a_hook_is_written_as_it_was_sent(resource_type: str) -> None:
    resource = {"resourceType": resource_type, "id": "a"}
    writer: Writer = None  # type: ignore[assignment]
    assert prepare(writer, resource, None) == Prepared(resource)


def test_a_subscription_has_extensions_of_its_own() -> None:
    assert list_extensions("Subscription") == EXTENSIONS
    assert list_extensions("Task") == load_labels().extensions.keys()
