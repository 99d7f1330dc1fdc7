"""The offset of MSH-7, which is that of every time without one."""

import pytest

from adapters.hl7v2.syntax.dtm import find_offset


@pytest.mark.parametrize(
    ("written", "offset"), [("202601140930+0400", "+0400"), ("202601140930", ""), ("soon+0400", "")]
)
def test_b_10_an_offset_ends_a_time(written: str, offset: str) -> None:
    assert find_offset(written) == offset
