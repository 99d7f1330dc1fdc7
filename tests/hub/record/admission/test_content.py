"""What two copies of a message have in common."""

import pytest

from hub.record.admission.content import hash_content

MESSAGE = b"MSH|^~\\&|A\rPID|1\r"


@pytest.mark.parametrize(
    "copy",
    [
        b"MSH|^~\\&|A\r\nPID|1\r\n",
        b"MSH|^~\\&|A\nPID|1\n",
        b"MSH|^~\\&|A\rPID|1",
        b"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r",
        b"\xef\xbb\xbfMSH|^~\\&|A\rPID|1\r",
        b"\x0b\xef\xbb\xbfMSH|^~\\&|A\nPID|1\x1c\r\n",
    ],
)
def test_b_5_frame_line_ends_and_byte_order_mark_are_no_content(copy):
    assert hash_content(copy) == hash_content(MESSAGE)


@pytest.mark.parametrize("other", [b"MSH|^~\\&|A\rPID|2\r", b"MSH|^~\\&|A\r\rPID|1\r", b"MSH|^~\\&|A\rPID|1 \r", b""])
def test_other_content_is_another_message(other):
    assert hash_content(other) != hash_content(MESSAGE)
