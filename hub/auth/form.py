"""The one form in which the OAuth endpoints are asked: POST, urlencoded, each field once, nothing in the URL.

authlib reads `request.values`, which mixes the query in (`docs/security.md` §1.6.7); so the body is read here, strictly,
and authlib sees only this.
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

# Tabs and line ends are left to whoever reads the field: a scope with a tab is a wrong scope, not a broken form.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FormRequest(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """What authlib sees of a request: the form, the headers, and the endpoint's own URL, which says whether transport
    is secure (with the URL of the request, behind a proxy, every call would be `insecure_transport`)."""

    def __init__(self, uri: str, form: dict[str, str], authorization: str | None) -> None:
        super().__init__("POST", uri, headers={"Authorization": authorization} if authorization else {})
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        fields: dict[str, str] = self.payload.data
        return fields


def parse_request(request: Request, uri: str) -> FormRequest:
    """`request` as a form asked of the endpoint `uri`. Raises authlib's InvalidRequestError (TK-1, TK-2, TK-3)."""
    request.max_content_length = MAX_BYTES
    if request.query_string or request.mimetype != "application/x-www-form-urlencoded":
        raise InvalidRequestError
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise InvalidRequestError from None
    form = parse_fields(body)
    authorization = request.headers.get("Authorization")
    proofs = (authorization, form.get("client_assertion"), form.get("client_secret"))
    if sum(proof is not None for proof in proofs) > 1:
        raise InvalidRequestError
    return FormRequest(uri, form, authorization)


def parse_fields(body: bytes) -> dict[str, str]:
    """The fields of an urlencoded body; one without a value is as if it were not there (RFC 6749 §3.2).

    Raises InvalidRequestError: more than 20 fields, a field twice, not UTF-8, a control character.
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
