import pytest

from hub.domain.errors import NotFound
from hub.record.admission import inbox
from hub.record.admission.inbox import Said
from hub.record.tables import message

SAID = Said(b"no", "text/plain")


def keep(store, raw=b"raw", party="Organization/chu", **changes):
    sent = {"source": "chu-hl7", "client": "chu", "party": party, "media_type": "application/hl7-v2", **changes}
    return inbox.keep(store, raw=raw, **sent)


def rows(store):
    with store.read() as connection:
        return [dict(row) for row in connection.execute(message.select().order_by(message.c.mid)).mappings()]


def test_a_message_is_there_with_who_sent_it_and_when(store, clock):
    kept = keep(store)
    [row] = rows(store)
    assert (row["mid"], row["raw"], row["received"], row["state"]) == (kept.mid, b"raw", clock.value, "received")
    assert (row["client"], row["party"], len(row["sha256"])) == ("chu", "Organization/chu", 64)
    assert kept.said is None


def test_bytes_that_wait_are_found_not_stored_again(store, clock):
    first = keep(store)
    clock.tick()
    assert keep(store) == first
    assert len(rows(store)) == 1


def test_the_same_bytes_of_another_organisation_are_another_message(store):
    first, other = keep(store), keep(store, party="Organization/cabinet")
    inbox.close(store, first, SAID)
    assert keep(store, party="Organization/cabinet") == other
    assert other.mid != first.mid


def test_bytes_that_were_answered_give_their_answer(store):
    inbox.close(store, keep(store), SAID)
    again = keep(store)
    assert (again.said, again.raw) == (SAID, b"raw")
    assert sorted((row["state"], row["raw"]) for row in rows(store)) == [("admitted", b"raw"), ("repeated", b"")]
    assert keep(store, again=True).said is None


def test_dead_letters_by_cause_and_time(store, clock):
    inbox.bury(store, keep(store, b"1"), "bad-date@PID-7, required-missing@PID-5", SAID)
    later = clock.tick()
    second = keep(store, b"2")
    inbox.bury(store, second, "x" * 300, SAID)
    assert [one.cause for one in inbox.dead_letters(store, cause="required-missing")] == [
        "bad-date@PID-7, required-missing@PID-5"
    ]
    assert inbox.dead_letters(store, cause="bad") == []
    assert [one.mid for one in inbox.dead_letters(store, since=later)] == [second.mid]
    assert len(inbox.dead_letters(store, most=1)) == 1
    assert len(inbox.dead_letters(store)[1].cause) == 200


def test_a_letter_reopens_as_its_first_sender_sent_it(store):
    kept = keep(store)
    for _ in range(2):
        inbox.bury(store, kept, "bad-date", SAID)
        assert inbox.reopen(store, kept.mid) == kept
    with pytest.raises(NotFound):
        inbox.reopen(store, "nothing")


def test_what_was_admitted_is_never_buried(store):
    kept = keep(store)
    inbox.close(store, kept, SAID)
    inbox.bury(store, kept, "bad-date", Said(b"other", "text/plain"))
    assert [(row["state"], row["answer"]) for row in rows(store)] == [("admitted", b"no")]


def test_a_row_has_the_same_name_whenever_its_file_comes(store):
    file = keep(store)
    row = file.part(3, b"row")
    inbox.bury(store, row, "bad-date@row 3", SAID)
    inbox.bury(store, keep(store).part(3, b"row"), "bad-date@row 3", SAID)
    assert [(one["mid"], one["raw"]) for one in rows(store)] == [(file.mid, b"raw"), (f"{file.mid}.3", b"row")]
    # The row's bytes are not a message that someone sent.
    assert keep(store, b"row").mid not in (file.mid, row.mid)
