"""When a request is whole: by every cut of its bytes the same."""

import pytest

from hub.http.arrival import HEAD_LIMIT, Arrival

LIMIT = 1000
GET = b"GET /livez HTTP/1.1\r\nHost: hub.example.org\r\n\r\n"
POST = b"POST /x HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:  5 \r\n\r\n"
CHUNKED = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"


def collect(*pieces):
    arrival = Arrival(LIMIT)
    for piece in pieces:
        arrival.feed(piece)
    return arrival


@pytest.mark.parametrize(
    "message",
    [
        GET,
        POST + b"hello",
        POST + b"\r\n\r\n!",
        CHUNKED + b"0\r\n\r\n",
        CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"4;name=value\r\n\r\n\r\n\r\nA\r\n0123456789\r\n000\r\nTrailer: x\r\nOther: y\r\n\r\n",
    ],
)
def test_a_request_is_whole_with_its_last_byte(message):
    arrival = Arrival(LIMIT)
    for byte in message[:-1]:
        arrival.feed(bytes([byte]))
        assert not (arrival.is_whole or arrival.refusal)
    arrival.feed(message[-1:])
    assert arrival.is_whole and not arrival.is_cut
    assert collect(message).is_whole
    assert collect(message, b"GET /next").is_whole


@pytest.mark.parametrize(
    "message",
    [
        b"GET /livez HTTP/1.1\n",
        b"GET /livez HTTP/1.1\r\nHost: h\n",
        POST.replace(b"5 ", b"x") + b"h",
        POST.replace(b"5 ", b"-5"),
        POST.replace(b"Host: h", b"Content-Length: 4"),
        POST.replace(b"Host: h", b"Transfer-Encoding: chunked"),
        CHUNKED.replace(b": chunked", b": gzip, chunked"),
        CHUNKED + b"five\r\n",
        CHUNKED + b"5" * 9000,
    ],
)
def test_what_is_malformed_is_not_waited_for(message):
    assert collect(message).is_whole


def test_a_body_beyond_the_limit_is_for_the_application_to_refuse():
    arrival = collect(POST.replace(b"5 ", b"%d" % (LIMIT + 1)))
    assert arrival.is_whole and arrival.is_cut
    assert not collect(POST.replace(b"5 ", b"%d" % LIMIT)).is_whole


def test_chunks_without_end_are_refused():
    arrival = collect(CHUNKED, *[b"1\r\nx\r\n"] * 400)
    assert (arrival.is_whole, arrival.refusal) == (False, 413)


def test_headers_without_end_are_refused():
    arrival = collect(b"GET / HTTP/1.1\r\n", *[b"A: b\r\n"] * (HEAD_LIMIT // 6))
    assert (arrival.is_whole, arrival.refusal) == (False, 431)
    assert collect(GET.replace(b"Host", b"A: " + b"b" * HEAD_LIMIT + b"\r\nHost")).refusal == 431


@pytest.mark.parametrize(("value", "expected"), [(b"100-Continue", True), (b"200-ok", False)])
def test_a_client_that_waits_to_go_on_is_known(value, expected):
    assert collect(POST.replace(b"Host: h", b"Expect: " + value)).expects_continue is expected
