import time

import httpcore
import pytest

from hub.outgoing.pinned import compute_seconds_left


def test_a_step_may_take_its_timeout_or_the_time_left():
    later = time.monotonic() + 100
    assert compute_seconds_left(later, 3.0, httpcore.ReadTimeout) == 3.0
    assert 99 < compute_seconds_left(later, None, httpcore.ReadTimeout) <= 100


def test_after_the_deadline_no_step_begins():
    with pytest.raises(httpcore.WriteTimeout):
        compute_seconds_left(time.monotonic() - 1, 3.0, httpcore.WriteTimeout)
