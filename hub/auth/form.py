"""Requests to the OAuth endpoints: POST of a urlencoded form, each field once, nothing in the URL.

authlib reads `request.values`, which includes the query string (`docs/security.md` §1.6.7). So the body is parsed here, strictly,
and authlib gets the result only.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

MAX_BYTES = 64 * 1024
MAX_FIELDS = 20

# Tabs and line ends are allowed: a scope with a tab is a wrong scope, not a wrong form.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FormRequest(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """The request as authlib sees it: the form, the Authorization header, and the public URL of the endpoint.

    From the URL authlib decides whether the transport is secure. Behind a proxy the URL of the request itself would be http, and
    every call would be refused as `insecure_transport`.
    """

    def __init__(self, uri: str, form: dict[str, str], authorization: str | None) -> None:
        super().__init__("POST", uri, headers={"Authorization": authorization} if authorization else {})
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        fields: dict[str, str] = self.payload.data
        return fields


def parse_request(request: Request, uri: str) -> FormRequest:
    """The form in `request` to the endpoint `uri`. Raises authlib's InvalidRequestError (TK-1, TK-2, TK-3)."""
    request.max_content_length = MAX_BYTES
    if request.query_string or request.mimetype != "application/x-www-form-urlencoded":
        raise InvalidRequestError
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise InvalidRequestError from None
    form = parse_fields(body)
    authorization = request.headers.get("Authorization")
    credentials = (authorization, form.get("client_assertion"), form.get("client_secret"))
    if sum(credential is not None for credential in credentials) > 1:
        raise InvalidRequestError
    return FormRequest(uri, form, authorization)


def parse_fields(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body, without those whose value is empty (RFC 6749 §3.2).

    Raises InvalidRequestError for more than 20 fields, a repeated field, text that is not UTF-8, or a control character.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise InvalidRequestError from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or any(_CONTROL.search(part) for pair in pairs for part in pair):
        raise InvalidRequestError
    return {name: value for name, value in fields.items() if value}
