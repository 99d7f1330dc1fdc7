"""The form of a request to the OAuth endpoints (`docs/security.md` TK-1 to TK-3, T16, T17, §1.6.7)."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError

from hub.auth.form import MAX_BYTES, MAX_FIELDS, parse_fields
from tests.hub.auth.conftest import FORM, Machine, check_error

ENDPOINTS = ("/oauth/token", "/oauth/introspect", "/oauth/revoke")


def make_form(hosp: Machine) -> dict[str, str]:
    """The fields of a request that every endpoint accepts."""
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    fields = {"grant_type": "client_credentials", "scope": "system/Task.r", "token": "x"}
    return {**fields, "client_assertion": hosp.assertion(), "client_assertion_type": kind}


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_tk_1_post_only(hosp: Machine, path: str, method: str) -> None:
    answer = hosp.http.open(path, method=method, data=urlencode(make_form(hosp)), content_type=FORM)
    assert (answer.status_code, answer.headers["Allow"], answer.headers["Cache-Control"]) == (405, "POST", "no-store")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_tk_1_urlencoded_only(hosp: Machine, path: str, kind: str) -> None:
    check_error(hosp.http.post(path, data=urlencode(make_form(hosp)), content_type=kind), 400, "invalid_request")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_tk_1_t17_nothing_in_the_url(hosp: Machine, path: str) -> None:
    fields = make_form(hosp)
    for query in ("grant_type=client_credentials", "x", "scope=system/Task.r&token=x"):
        answer = hosp.http.post(f"{path}?{query}", data=urlencode(fields), content_type=FORM)
        check_error(answer, 400, "invalid_request")
    check_error(hosp.http.post(f"{path}?{urlencode(fields)}", data="", content_type=FORM), 400, "invalid_request")


def test_tk_1_a_charset_does_not_matter(hosp: Machine) -> None:
    kind = f"{FORM}; charset=UTF-8"
    assert hosp.http.post("/oauth/token", data=urlencode(make_form(hosp)), content_type=kind).status_code == 200


def test_tk_2_64_kib(hosp: Machine) -> None:
    assert hosp.request_token(pad="x" * (MAX_BYTES - 2_000)).status_code == 200
    check_error(hosp.request_token(pad="x" * MAX_BYTES), 400, "invalid_request")


def test_tk_2_64_kib_without_content_length(hosp: Machine) -> None:
    body = urlencode({**make_form(hosp), "pad": "x" * MAX_BYTES}).encode()
    answer = hosp.http.post(
        "/oauth/token",
        input_stream=BytesIO(body),
        content_type=FORM,
        environ_overrides={"wsgi.input_terminated": True},
    )
    check_error(answer, 400, "invalid_request")


def test_tk_2_20_fields() -> None:
    assert len(parse_fields("&".join(f"a{n}=1" for n in range(MAX_FIELDS)).encode())) == MAX_FIELDS
    with pytest.raises(InvalidRequestError):
        parse_fields("&".join(f"a{n}=1" for n in range(MAX_FIELDS + 1)).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"scope=a&scope=b",
        b"scope=a&scope=a",
        b"scope=&scope=a",
        b"scope=a%00b",
        b"sc%00ope=a",
        b"scope=a%1Bb",
        b"scope=%ff",
        b"scope=\xc3\xa9",
        b"scope",
        b"&",
    ],
)
def test_tk_2_t17_broken_forms(body: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        parse_fields(body)


def test_a_field_without_a_value_is_not_there() -> None:
    assert parse_fields(b"scope=&token=%C3%A9+%2B") == {"token": "é +"}
    assert parse_fields(b"") == {}


@pytest.mark.parametrize("path", ENDPOINTS)
def test_tk_2_t17_broken_forms_are_refused_at_every_endpoint(hosp: Machine, path: str) -> None:
    body = urlencode(make_form(hosp))
    for broken in (body + "&scope=system/Goal.r", body + "&x=%00"):
        check_error(hosp.http.post(path, data=broken, content_type=FORM), 400, "invalid_request")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("authorization", ["Basic aG9zcDp4", "Bearer x", "Basic \xff"])
def test_tk_3_t16_one_credential_only(hosp: Machine, path: str, authorization: str) -> None:
    headers = {"Authorization": authorization}
    check_error(hosp.http.post(path, data=make_form(hosp), headers=headers), 400, "invalid_request")


def test_tk_3_a_secret_is_a_second_credential(hosp: Machine) -> None:
    check_error(hosp.request_token(client_secret="x"), 400, "invalid_request")


@pytest.mark.parametrize("fields", [{}, {"client_id": "hosp"}, {"client_id": "hosp", "client_secret": "x"}])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_tk_3_t36_no_credential(hosp: Machine, path: str, fields: dict[str, str]) -> None:
    body = {"grant_type": "client_credentials", "scope": "system/Task.r", "token": "x", **fields}
    answer = hosp.http.post(path, data=body)
    check_error(answer, 401, "invalid_client")
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("authorization", ["Basic aG9zcDp4", "Basic \xff", "Bearer x", "Digest y"])
def test_tk_5_a_challenge_for_a_request_with_authorization(hosp: Machine, authorization: str) -> None:
    fields = {"grant_type": "client_credentials", "scope": "system/Task.r"}
    answer = hosp.http.post("/oauth/token", data=fields, headers={"Authorization": authorization})
    check_error(answer, 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="oauth", error="invalid_token"'
