from dataclasses import replace

import pytest

from hub.domain.actor import Actor
from hub.domain.errors import Conflict
from hub.record.admission import inbox
from hub.record.admission.admit import Admission, Write, admit
from hub.record.admission.inbox import StoredAnswer
from hub.record.admission.message_key import MessageKey
from hub.record.tables import message, resource
from tests.territory import PERSON, request, settle_territory

KEY = MessageKey("app", "m-1")


@pytest.fixture
def territory(store):
    return settle_territory(store)


def keep(store, body=b"raw", party="Organization/chu"):
    return inbox.keep(store, Actor(party, "m2m_orienteur", "c"), source="s", media_type="text/plain", body=body)


def make_build(*writes, task="Task/t", calls=None):
    def build(lookup):
        if calls is not None:
            calls.append(lookup)
        return Admission(tuple(writes), StoredAnswer(b"yes", "text/plain", task))

    return build


def state(store, kept):
    with store.read() as connection:
        return connection.execute(message.select().where(message.c.mid == kept.mid)).mappings().one()


def names(store, resource_type):
    with store.read() as connection:
        return list(
            connection.scalars(
                resource.select().with_only_columns(resource.c.id).where(resource.c.type == resource_type)
            )
        )


def test_resources_answer_and_state_in_one(store, territory):
    kept = keep(store)
    done = admit(store, kept, KEY, make_build(Write(request("sr"), "Organization/chu")))
    assert (done.answer, done.is_repeated) == (StoredAnswer(b"yes", "text/plain", "Task/t"), False)
    row = state(store, kept)
    assert (row["state"], row["key"], row["task"], row["answer"]) == ("admitted", "app^m-1", "Task/t", b"yes")
    # Its author has a stake in it.
    assert territory.open("hosp_clinicien").read("ServiceRequest/sr").name == "ServiceRequest/sr"


def test_a_known_resource_gets_a_new_state(store, territory):
    patient = territory.whole(PERSON) | {"birthDate": "1938-02-04"}
    admit(store, keep(store), KEY, make_build(Write(patient, "", known=True)))
    assert territory.whole(PERSON)["birthDate"] == "1938-02-04"


def test_nothing_to_write_is_noted(store):
    kept = keep(store)
    admit(store, kept, KEY, make_build(task=""))
    assert (state(store, kept)["state"], state(store, kept)["task"]) == ("noted", None)


def test_a_copy_gets_the_answer_and_makes_nothing(store, territory):
    calls = []
    first, copy = keep(store), None
    with store.write() as connection:
        # A copy that was kept at the same moment as the first.
        connection.execute(message.insert(), dict(state_of(connection, first)) | {"mid": "copy"})
    copy = replace(first, mid="copy")
    admit(store, first, KEY, make_build(Write(request("sr"), ""), calls=calls))
    done = admit(store, copy, KEY, make_build(Write(request("sr2"), ""), calls=calls))
    assert (done.answer.task, done.is_repeated, len(calls)) == ("Task/t", True, 1)
    assert (state(store, copy)["state"], state(store, copy)["raw"]) == ("repeated", b"")
    assert names(store, "ServiceRequest") == ["sr"]


def state_of(connection, kept):
    return connection.execute(message.select().where(message.c.mid == kept.mid)).mappings().one()


def test_other_content_under_a_known_key_is_refused(store):
    admit(store, keep(store), KEY, make_build())
    other = keep(store, b"other")
    with pytest.raises(Conflict, match="message-id-reused"):
        admit(store, other, KEY, make_build())
    assert state(store, other)["state"] == "received"


@pytest.mark.parametrize(
    ("party", "key"), [("Organization/cabinet", KEY), ("Organization/chu", MessageKey("other", "m-1"))]
)
def test_a_8_ids_of_another_sender_or_application_are_its_own(store, party, key):
    admit(store, keep(store), KEY, make_build())
    assert not admit(store, keep(store, b"other", party), key, make_build()).is_repeated


def test_a_8_a_message_of_before_has_its_id_alone_as_key(store):
    kept = keep(store)
    admit(store, kept, KEY, make_build())
    with store.write() as connection:
        connection.execute(message.update().values(key="m-1", content=kept.sha256))
    assert admit(store, keep(store, b"raw"), KEY, make_build()).is_repeated
    with pytest.raises(Conflict, match="message-id-reused"):
        admit(store, keep(store, b"other"), KEY, make_build())


def test_what_fails_leaves_nothing(store, territory):
    kept = keep(store)
    lost = request("sr", subject={"reference": "Patient/nobody"})
    for build in (make_build(Write(request("sr0"), ""), Write(lost, "")), lambda _: 1 / 0):
        with pytest.raises(Exception, match=r"reference-unresolved|division"):
            admit(store, kept, KEY, build)
        assert (state(store, kept)["state"], names(store, "ServiceRequest")) == ("received", [])


def test_a_very_long_key_is_a_key(store):
    admit(store, keep(store), MessageKey("app", "k" * 5000), make_build())
    with pytest.raises(Conflict):
        admit(store, keep(store, b"other"), MessageKey("app", "k" * 5000), make_build())
    admit(store, keep(store, b"third"), MessageKey("app", "k" * 4999), make_build())
