import pytest

from hub.domain.actor import Actor
from hub.domain.errors import NotFound
from hub.record.admission import inbox
from hub.record.admission.inbox import StoredAnswer
from hub.record.tables import message

ANSWER = StoredAnswer(b"no", "text/plain")


def keep(store, body=b"raw", party="Organization/chu", **changes):
    sent = {"source": "chu-hl7", "media_type": "application/hl7-v2", **changes}
    return inbox.keep(store, Actor(party, "m2m_orienteur", "chu"), body=body, **sent)


def rows(store):
    with store.read() as connection:
        return [dict(row) for row in connection.execute(message.select().order_by(message.c.mid)).mappings()]


def test_a_message_is_there_with_who_sent_it_and_when(store, clock):
    kept = keep(store)
    [row] = rows(store)
    assert (row["mid"], row["raw"], row["received"], row["state"]) == (kept.mid, b"raw", clock.value, "received")
    assert (row["client"], row["party"], len(row["sha256"])) == ("chu", "Organization/chu", 64)
    assert kept.answer is None


def test_bytes_that_wait_are_found_not_stored_again(store, clock):
    first = keep(store)
    clock.tick()
    assert keep(store) == first
    assert len(rows(store)) == 1


def test_r04_the_same_bytes_of_another_organisation_are_another_message(store):
    first, other = keep(store), keep(store, party="Organization/cabinet")
    inbox.close_table(store, first, ANSWER)
    assert keep(store, party="Organization/cabinet") == other
    assert other.mid != first.mid


def test_bytes_that_were_answered_give_their_answer(store):
    inbox.close_table(store, keep(store), ANSWER)
    again = keep(store)
    assert (again.answer, again.body) == (ANSWER, b"raw")
    assert sorted((row["state"], row["raw"]) for row in rows(store)) == [("admitted", b"raw"), ("repeated", b"")]
    assert keep(store, process_again=True).answer is None


def test_dead_letters_by_cause_and_time(store, clock):
    inbox.dead_letter(store, keep(store, b"1"), "bad-date@PID-7, required-missing@PID-5", ANSWER)
    later = clock.tick()
    second = keep(store, b"2")
    inbox.dead_letter(store, second, "x" * 300, ANSWER)
    assert [one.cause for one in inbox.list_dead_letters(store, cause="required-missing")] == [
        "bad-date@PID-7, required-missing@PID-5"
    ]
    assert inbox.list_dead_letters(store, cause="bad") == []
    assert [one.mid for one in inbox.list_dead_letters(store, since=later)] == [second.mid]
    assert len(inbox.list_dead_letters(store, limit=1)) == 1
    assert len(inbox.list_dead_letters(store)[1].cause) == 200


def test_a_letter_reopens_as_its_first_sender_sent_it(store):
    kept = keep(store)
    for _ in range(2):
        inbox.dead_letter(store, kept, "bad-date", ANSWER)
        assert inbox.reopen(store, kept.mid) == kept
    with pytest.raises(NotFound):
        inbox.reopen(store, "nothing")


def test_what_was_admitted_is_never_buried(store):
    kept = keep(store)
    inbox.close_table(store, kept, ANSWER)
    inbox.dead_letter(store, kept, "bad-date", StoredAnswer(b"other", "text/plain"))
    assert [(row["state"], row["answer"]) for row in rows(store)] == [("admitted", b"no")]


def test_a_row_has_the_same_name_whenever_its_file_comes(store):
    file = keep(store)
    row = file.extract_row(3, b"row")
    inbox.dead_letter(store, row, "bad-date@row 3", ANSWER)
    inbox.dead_letter(store, keep(store).extract_row(3, b"row"), "bad-date@row 3", ANSWER)
    assert [(one["mid"], one["raw"]) for one in rows(store)] == [(file.mid, b"raw"), (f"{file.mid}.3", b"row")]
    # The row's bytes are not a message that someone sent.
    assert keep(store, b"row").mid not in (file.mid, row.mid)
