"""Pages that say that there is nothing to show: what to do now, and nothing about what was asked."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.desk.error_pages import STATUSES, render_error_page
from tests.hub.desk.gallery import create_gallery


@pytest.fixture
def app() -> Flask:
    return create_gallery()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503])
def test_each_status_has_words_and_a_way_on(app: Flask, status: int) -> None:
    assert status in STATUSES
    with app.test_request_context("/"):
        answer = render_error_page(status)
    assert answer.status_code == status
    assert b'href="/aide"' in answer.data
    assert b'href="/"' in answer.data


def test_no_two_statuses_say_the_same(app: Flask) -> None:
    with app.test_request_context("/"):
        assert len({render_error_page(status).data for status in STATUSES}) == len(STATUSES)


@pytest.mark.parametrize(("status", "as_if"), [(418, 400), (451, 400), (502, 500), (504, 500)])
def test_another_status_is_said_as_its_class(app: Flask, status: int, as_if: int) -> None:
    with app.test_request_context("/"):
        answer = render_error_page(status)
        assert answer.status_code == status
        assert answer.data == render_error_page(as_if).data


def test_what_is_not_there_has_the_same_bytes_wherever_it_is_not(app: Flask) -> None:
    with app.test_request_context("/personnes/1"):
        one = render_error_page(404, "request-1")
    with app.test_request_context("/personnes/2/plan?page=3"):
        other = render_error_page(404, "request-2")
    assert one.data == other.data


def test_a_fault_of_the_hub_has_a_number_to_give(app: Flask) -> None:
    with app.test_request_context("/"):
        assert b"request-1" in render_error_page(503, "request-1").data
