"""Tokens: asked for, refused in each way, looked into, revoked, expired."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.corpus.cast import Cast
from tests.corpus.client import TOKEN_URL, Client


def play(cast: Cast) -> None:
    ccas = cast.ccas
    for scope in (
        *(
            "system/*.cruds",
            "system/Task.rs",
            "system/Task.rs system/Patient.r",
            "system/*.r",
            "system/*.read",
            "system/Task.*",
        ),
        *(
            "user/*.r",
            "patient/*.r",
            "nonsense",
            "",
            "system/Nothing.r",
            "system/Task.sr",
            "system/Task.rs?status=requested",
        ),
    ):
        ccas.sign_in(scope=scope)
    _assertions(cast, ccas)
    for form in (
        {"grant_type": "password"},
        {"grant_type": ""},
        {"client_id": "other"},
        {"client_assertion_type": "x"},
    ):
        ccas.sign_in(scope="system/*.cruds", **form)
    ccas.post_form("/oauth/token", {})
    ccas.post_form("/oauth/token", {"client_assertion": "a.b.c", "scope": "system/*.r"})
    ccas.post_form("/oauth/token", {}, Authorization="Basic Y2NhczpzZWNyZXQ=")
    for path in ("/oauth/token", "/oauth/introspect", "/oauth/revoke"):
        for method in ("GET", "PUT", "HEAD", "OPTIONS"):
            cast.hub.ask(method, path, None, {}, who="")
        cast.hub.ask("POST", path, b"{}", {"Content-Type": "application/json"}, who="")
        cast.hub.ask(
            "POST",
            path,
            urlencode({"a": "b"}).encode() + b"&a=c",
            {"Content-Type": "application/x-www-form-urlencoded"},
            who="",
        )
    _scopes(cast)
    _tokens(cast, ccas)


def _assertions(cast: Cast, ccas: Client) -> None:
    now = cast.hub.fixed.seconds
    usual = {"iat": now, "exp": now + 240}
    for claims in (
        {"exp": now - 100},
        {"exp": now + 1000},
        {"aud": "https://elsewhere.example"},
        {"aud": [TOKEN_URL]},
        {"sub": "other"},
        {"iss": "other", "sub": "other"},
        {"jti": "x" * 300},
        {"jti": 1},
        {"nbf": now + 100},
        {"exp": "soon"},
    ):
        ccas.post_form("/oauth/token", {"client_assertion": ccas.assertion(**usual | claims), "scope": "system/*.r"})
    for header in ({"kid": "other"}, {"typ": "x"}, {"jku": "https://elsewhere.example"}):
        ccas.post_form("/oauth/token", {"client_assertion": ccas.assertion(header, **usual), "scope": "system/*.r"})
    once = ccas.assertion(**usual)
    for _ in range(2):
        ccas.post_form("/oauth/token", {"client_assertion": once, "scope": "system/*.r"})
    tampered = once[:-4] + ("AAAA" if not once.endswith("AAAA") else "BBBB")
    ccas.post_form("/oauth/token", {"client_assertion": tampered, "scope": "system/*.r"})


def _scopes(cast: Cast) -> None:
    """What a token of few scopes opens."""
    for scope in (
        "system/Task.rs",
        "system/Task.s",
        "system/Patient.r",
        "system/Task.c",
        "system/Patient.cruds system/Task.r",
    ):
        client = Client(cast.hub, "ccas", cast.ccas.party, scope)
        for path in (
            *(
                "Task",
                cast.task,
                cast.jeanne,
                f"{cast.jeanne}/$everything",
                "Task?_include=Task:patient",
                "Patient?_revinclude=Task:patient",
            ),
            *(
                "Task?patient.family=Fictive",
                f"{cast.task}/_history",
                f"{cast.jeanne}/$validate",
                "metadata",
                f"{cast.jeanne}/Task",
            ),
        ):
            client.get(path)
        client.put(cast.task, description="x")
        client.get("$export", prefer="respond-async")


def _tokens(cast: Cast, ccas: Client) -> None:
    token = str(ccas.sign_in(scope="system/Task.rs").json.get("access_token"))
    other = str(cast.ssiad.sign_in(scope="system/Task.rs").json.get("access_token"))
    for client in (ccas, cast.ssiad, cast.admin_sys):
        for text in (token, other, "nonsense", ""):
            client.sign_in("/oauth/introspect", token=text)
        client.post_form("/oauth/introspect", {"token": token}, Authorization=f"Bearer {client.token()}")
    cast.hub.ask("GET", "/fhir/Task", None, {"Authorization": f"Bearer {token}"}, who="a token")
    for client in (cast.ssiad, ccas, ccas):
        client.sign_in("/oauth/revoke", token=token, token_type_hint="access_token")
        cast.hub.ask("GET", "/fhir/Task", None, {"Authorization": f"Bearer {token}"}, who="a token")
    ccas.sign_in("/oauth/introspect", token=token)
    cast.hub.fixed.pass_time(400)
    cast.hub.ask("GET", "/fhir/Task", None, {"Authorization": f"Bearer {other}"}, who="a token that ended")
    cast.ssiad.sign_in("/oauth/introspect", token=other)
