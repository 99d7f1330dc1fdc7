"""A browser as far as pages need one: it keeps cookies, says where a post comes from, and sends the forms of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from tests.people import Somebody


@dataclass
class Browsing:
    """`page`: the last answer. `at`: its path, which the next post names as its Referer."""

    app: Flask
    page: TestResponse = field(init=False)
    at: str = field(default="/", init=False)
    csrf: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.base_url = self.app.extensions["settings"].base_url
        self.client = self.app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; redirects are not followed."""
        headers = {"Accept": "text/html", **options.pop("headers", {})}
        self.page, self.at = self.client.get(path, headers=headers, **options), path
        return self.page

    def post(self, path: str, values: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send `values` as a page of the hub does."""
        headers = {"Accept": "text/html", "Origin": self.base_url, "Referer": self.base_url + self.at}
        headers |= options.pop("headers", {})
        sent = {name: value for name, value in headers.items() if value is not None}
        self.page = self.client.post(path, data=values or {}, headers=sent, **options)
        return self.page

    def read_form(self, name: str) -> tuple[str, dict[str, str]]:
        """The address and the fields of the form `data-forme=name` of the last page, as they are before anybody types."""
        [form] = html.fromstring(self.page.data.decode()).xpath("//form[@data-forme=$name]", name=name)
        fields = {key: value or "" for key, value in form.form_values()}
        return form.get("action") or self.at, fields

    def read_hidden(self) -> dict[str, str]:
        """The token of the session's forms, from the last page that has one."""
        tokens = html.fromstring(self.page.data.decode() or "<p/>").xpath("//input[@name='csrf']/@value")
        if tokens:
            self.csrf = tokens[0]
        return {"csrf": self.csrf}

    def submit(self, name: str, **values: Any) -> TestResponse:
        """Fill the form `name` of the last page and send it."""
        action, fields = self.read_form(name)
        return self.post(action, {**fields, "suite": "", **values})

    def follow(self) -> TestResponse:
        """Follow redirects until a page is there."""
        while self.page.status_code == 303:
            self.get(self.page.headers["Location"].removeprefix(self.base_url))
        return self.page

    def get_cookie(self, name: str = "sid") -> str:
        """The value of a cookie, "" without one."""
        cookie = self.client.get_cookie(name)
        return cookie.value if cookie else ""

    def sign_in(self, person: Somebody, context: str = "") -> None:
        """Sign in with password and code, and choose an acting context if there are several."""
        self.get("/connexion")
        self.submit("connexion", identifiant=person.login, mot_de_passe=person.password, code=person.next_code())
        assert self.page.status_code == 303, self.page.text
        if context:
            self.get("/contexte")
            self.submit("contexte", contexte=context)
            assert self.page.status_code == 303, self.page.text
