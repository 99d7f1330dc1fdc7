"""The desk's own way in: what an agent writes down of a call is a message like any other, stored before it is mapped."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hub.domain.actor import Actor
from hub.domain.errors import Conflict, Invalid, Refused
from hub.domain.roles import load_roles
from hub.intake.pipeline import Pipeline, keep_message
from hub.intake.sources import CALLS
from hub.record.db.store import Store
from hub.settings.settings import Settings


def receive_call(store: Store, actor: Actor, form: Mapping[str, str], *, settings: Settings) -> str:
    """Take a demand that an agent of the desk wrote down, and return its intake Task, `Task/<id>`.

    `form` has a text for each field of `adapters/call/fields.toml`. The same form sent twice is one demand.

    Refused `write-closed`: the actor is not of the desk. Invalid: each field that is missing or wrong; nothing is then stored.
    Conflict `message-id-reused`: another form was saved under this number. Unavailable: the database gave up."""
    if not load_roles()[actor.role].is_desk:
        raise Refused("write-closed")
    body = msgspec.json.encode(dict(sorted(form.items())))
    CALLS.adapter.read(body, CALLS)
    message = keep_message(store, actor, CALLS, CALLS.adapter.media_types[0], body)
    answer = Pipeline(store, CALLS, settings).run(message)
    if answer.status == 409:
        raise Conflict(*answer.problems)
    if answer.problems:
        raise Invalid(*answer.problems)
    return answer.location.removeprefix(f"{settings.base_url}/fhir/")
