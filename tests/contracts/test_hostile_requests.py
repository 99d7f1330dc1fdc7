"""Lines and headers that no honest client sends: addresses, parameters, cursors, headers, lengths (`docs/security.md` I01, I02,
I12, I15, I18–I20, D02, D03, D05, D08). None brings a fault; each is refused, or taken to the letter."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from tests.contracts.hostile_bodies import RIGHT
from tests.outside import Outside, outside

ROLE = "gestionnaire"
FHIR_JSON, FORM = "application/fhir+json", "application/x-www-form-urlencoded"
LONG, DIGITS = "x" * 100_000, "9" * 10_000
COSTLY = "(a+)+$" + "a" * 50 + "!"

# What a search refuses, wherever it stands.
REFUSED_QUERIES = {
    "ten thousand parameters": "&".join(["status=draft"] * 10_000),
    "ten thousand names": "&".join(f"p{rank}=x" for rank in range(10_000)),
    "a NUL": "status=%00",
    "a NUL in a name": "sta%00tus=draft",
    "bytes that are not UTF-8": "status=%ff",
    "surrogates as UTF-8": "status=%ed%a0%80",
    "an overlong slash": "status=%c0%af",
    "an unknown name": "' OR '1'='1=x",
    "a name of 100 000 characters": f"{LONG}=x",
    "an unknown modifier": "status:zz=x",
    "a modifier of 100 000 characters": f"status:{LONG}=x",
    "a chain 100 deep": f"{'part-of.' * 100}status=draft",
    "_has 100 deep": f"{'_has:Task:part-of:' * 100}status=draft",
    "_has of nothing": "_has:::=x",
    "a chain to nowhere": "owner.=x",
    "a chain through a token": "status.owner=x",
    "an order by SQL": "_sort=status;DROP TABLE part",
    "an order by nothing": "_sort=-",
    "a count below nothing": "_count=-1",
    "a count in hexadecimal": "_count=0x10",
    "a count in Arabic digits": "_count=%D9%A1",
    "a count beyond measure": "_count=1000000",
    "a count of 10 000 digits": f"_count={DIGITS}",
    "a count twice": "_count=1&_count=2",
    "a day that never was": "authored-on=2026-02-30",
    "a year of 10 000 digits": f"authored-on=ge{DIGITS}",
    "a zone that never was": "authored-on=2026-01-01T00:00:00%2B99:99",
    "a date of a costly pattern": f"authored-on={quote(COSTLY)}",
    "an unknown prefix": "authored-on=zz2026",
    "includes of everything": "_include=*",
    "an include of 100 000 characters": f"_include=Task:{LONG}",
    "a cursor that is none": "_cursor=x",
    "a cursor of 100 000 characters": f"_cursor={LONG}",
    "a cursor of base64": "_cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "a cursor of another alphabet": "_cursor=%C3%A9%E2%82%AC",
    "a cursor twice": "_cursor=a&_cursor=b",
    "a total of nothing": "_total=zz",
    "a form of answer that nobody has": "_format=text/turtle",
}

# What a search takes for the words that they are.
LITERAL_QUERIES = {
    "SQL in a token": "identifier=" + quote("' OR '1'='1"),
    "SQL in an id": "_id=" + quote("1)/**/OR(1"),
    "a token with many bars": "status=" + quote("|" * 50),
    "a token of a costly pattern": f"identifier={quote(COSTLY)}",
    "a reference with a path": "owner=" + quote("../../../etc/passwd"),
    "a reference to another server": "owner=" + quote("http://169.254.169.254/Organization/x"),
    "a template": "identifier=" + quote("{{7*7}}${jndi:ldap://a.example}"),
    "line ends": "identifier=" + quote("a\r\nSet-Cookie: x=y"),
    "an empty cursor": "_cursor=",
    "nothing": "",
    "ampersands": "&&&",
    "broken escapes": "identifier=%zz%",
}

REFUSED_PATHS = [
    "/fhir//Task",
    "/fhir/Task//v",
    "/fhir/%2e%2e/fhir/Task",
    "/fhir/Task/..;/v",
    "/fhir/Task/v;jsessionid=1",
    "/fhir/Task/v%00",
    "/fhir/Task/%00",
    "/fhir/Task/%ff",
    "/fhir/task/v",
    "/FHIR/Task/v",
    "/fhir/Task/v//",
    f"/fhir/Task/{'a' * 65}",
    f"/fhir/Task/{LONG}",
    f"/fhir/{LONG}",
    "/fhir/Task/v/_history/%F0%9F%92%A9",
    f"/fhir/Task/v/_history/{LONG}",
    "/fhir" + "/Task" * 1000,
    "/fhir/$" + LONG,
    "/fhir/Task/v/$%00",
    "/.git/config",
    "/config/roles.toml",
    "/fhir/docs/../../../../etc/passwd",
    "/fhir/docs/%2e%2e%2f%2e%2e%2fapp.py",
    "/intake/../fhir/Task",
]

# Header → values. All are let pass or refused, none brings a fault.
HEADERS = {
    "Accept": [
        LONG,
        "application/fhir+json," * 5_000,
        "q",
        ";q=",
        "a/b;q=nan",
        "*/*;q=-1",
        "application/fhir+json;q=1e999",
        "\xff\xfe",
        ",,,",
    ],
    "Accept-Encoding": [LONG, "gzip;q=zz", "identity;q=0, *;q=0", "br;q=", ","],
    "Accept-Language": [LONG, "fr;q=zz", "-,-;q=1", "\xff"],
    "If-Match": [LONG, '"', 'W/"', 'W/"' + LONG + '"', '"a","b"', "W/", "\xff", '""'],
    "If-None-Match": [LONG, '"a",' * 20_000, 'W/"', ",", "\xff"],
    "If-Modified-Since": [LONG, "yesterday", "Sat, 99 Zzz 99999 99:99:99 GMT", "Thu, 01 Jan 0000 00:00:00 GMT", DIGITS],
    "If-None-Exist": [
        LONG,
        "?",
        "identifier=%ff",
        "&".join(["identifier=x"] * 10_000),
        "\xff",
        "_cursor=x",
        "identifier",
    ],
    "Prefer": [LONG, "return=", "return=minimal, return=representation", "=;,=", "\xff"],
    "Content-Type": [
        LONG,
        "application/fhir+json; charset=utf-7",
        "application/fhir+json; charset=utf-16",
        "/",
        ";",
        "application/fhir+json;" * 5_000,
        "\xff",
    ],
    "Content-Encoding": ["gzip", "deflate, gzip", "br", LONG, "identity"],
    "X-Request-Id": [LONG, "\x1b[31m", "${jndi:ldap://a.example}", "\xff"],
    "X-Forwarded-For": [LONG, "127.0.0.1", "\xff"],
    "X-HTTP-Method-Override": ["DELETE", "GET", LONG],
    "Host": ["evil.example", "a" * 300, "[::1", "a:b:c", "\xff"],
    "Range": ["bytes=0-0", "bytes=0-,0-,0-", LONG],
    "Cookie": [LONG, "a=b; " * 10_000, "\xff"],
    "Expect": ["100-continue", "200-ok"],
    "Transfer-Encoding": ["chunked", "gzip", "zz"],
}

AUTHORIZATIONS = [
    "",
    "Bearer",
    "Bearer ",
    "bearer x",
    "Bearer x y",
    "Basic eDp5",
    f"Bearer {LONG}",
    "Bearer \xff",
    "Bearer é",
    "Digest a=b",
    "x" * 8_000,
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    return outside(tmp_path_factory.mktemp("requests"))


def _is_plain(answer: TestResponse) -> None:
    """No fault, no machinery, no line of the caller's in the headers."""
    assert answer.status_code < 500, answer.data[:300]
    assert b"Traceback" not in answer.data and b"sqlite" not in answer.data
    assert "Set-Cookie" not in answer.headers
    assert "evil" not in str(answer.headers)


def _three_ways(hub: Outside, query: str) -> list[tuple[int, bytes]]:
    """The same search by GET, by POST, and in a batch."""
    got = hub.ask(ROLE, "GET", f"/fhir/Task?{query}")
    posted = hub.ask(ROLE, "POST", "/fhir/Task/_search", query.encode(), Content_Type=FORM)
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": f"Task?{query}"}}],
    }
    batch = hub.ask(ROLE, "POST", "/fhir", json.dumps(bundle).encode(), Content_Type=FHIR_JSON)
    for answer in (got, posted, batch):
        _is_plain(answer)
    [entry] = batch.json["entry"]
    return [(answer.status_code, answer.data) for answer in (got, posted)] + [
        (int(entry["response"]["status"][:3]), b"")
    ]


@pytest.mark.parametrize("name", REFUSED_QUERIES)
def test_i01_i15_ac07_d02_d03_d08_a_search_refuses(hub: Outside, name: str) -> None:
    for status, body in _three_ways(hub, REFUSED_QUERIES[name]):
        assert status in (400, 406, 422), (status, body[:300])
        assert len(body) < 20_000


@pytest.mark.parametrize("name", LITERAL_QUERIES)
def test_i01_i16_d05_a_search_takes_words_for_words(hub: Outside, name: str) -> None:
    found = _three_ways(hub, LITERAL_QUERIES[name])
    assert {status for status, _ in found} == {200}, found
    assert ("entry" in json.loads(found[0][1])) == (name in ("nothing", "ampersands", "an empty cursor"))


def test_ac10_a_cursor_opens_nothing_else(hub: Outside) -> None:
    """It is bound to its actor and its question, and an edited one is none."""
    for _ in range(3):
        assert hub.ask(ROLE, "POST", "/fhir/Task", RIGHT, Content_Type=FHIR_JSON).status_code == 201
    page = hub.ask(ROLE, "GET", "/fhir/Task?_count=1").json
    [following] = [link["url"].partition("/fhir")[2] for link in page["link"] if link["relation"] == "next"]
    cursor = following.partition("_cursor=")[2].partition("&")[0]
    assert hub.ask(ROLE, "GET", f"/fhir{following}").status_code == 200
    for other in (
        hub.ask("guichet", "GET", f"/fhir{following}"),
        hub.ask(ROLE, "GET", f"/fhir/Task?_count=1&status=draft&_cursor={cursor}"),
        hub.ask(ROLE, "GET", f"/fhir/Condition?_count=1&_cursor={cursor}"),
        *(
            hub.ask(ROLE, "GET", f"/fhir/Task?_count=1&_cursor={_edited(cursor, at)}")
            for at in range(0, len(cursor), 7)
        ),
        hub.ask(ROLE, "GET", f"/fhir/Task?_count=1&_cursor={cursor}{cursor}"),
        hub.ask(ROLE, "GET", f"/fhir/Task?_count=1&_cursor={cursor[:-8]}"),
    ):
        assert other.status_code == 400, other.data[:200]


def _edited(cursor: str, at: int) -> str:
    return cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]


@pytest.mark.parametrize("path", REFUSED_PATHS, ids=lambda path: path[:40])
def test_i15_i19_p01_an_address_that_names_nothing(hub: Outside, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        body = RIGHT if method in ("POST", "PUT", "PATCH") else None
        answer = hub.ask(ROLE, method, path, body, Content_Type=FHIR_JSON)
        _is_plain(answer)
        assert answer.status_code in (400, 403, 404, 405, 414, 415, 428), (method, answer.status_code)
        if path.startswith("/fhir/"):
            without = hub.ask("", method, path, body, Content_Type=FHIR_JSON)
            assert without.status_code in (401, 404, 405), (method, without.status_code)


@pytest.mark.parametrize("name", HEADERS)
def test_i12_i20_a_header_brings_no_fault(hub: Outside, name: str) -> None:
    for value in HEADERS[name]:
        for method, path, body in (
            *(("GET", "/fhir/Task/v", None), ("GET", "/fhir/Task", None), ("GET", "/fhir/metadata", None)),
            *(("GET", "/fhir/docs", None), ("POST", "/fhir/Task", RIGHT), ("PUT", "/fhir/Task/v", RIGHT)),
            ("PATCH", "/fhir/Task/v", b"[]"),
            ("POST", "/intake/cabinet-fhir", RIGHT),
        ):
            sent = {} if body is None else {"Content-Type": FHIR_JSON}
            _is_plain(hub.ask(ROLE, method, path, body, **sent | {name: value}))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_i18_no_compressed_body_is_taken(hub: Outside, encoding: str) -> None:
    for path in ("/fhir/Task", "/fhir", "/intake/cabinet-fhir"):
        answer = hub.ask(ROLE, "POST", path, b"\x1f\x8b" + RIGHT, Content_Type=FHIR_JSON, Content_Encoding=encoding)
        assert 400 <= answer.status_code < 500, path


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "utf-32", "latin-1", "zz", ""])
def test_i18_no_other_charset_is_taken(hub: Outside, charset: str) -> None:
    answer = hub.ask(ROLE, "POST", "/fhir/Task", RIGHT, Content_Type=f"{FHIR_JSON}; charset={charset}")
    assert answer.status_code == 415, answer.data[:200]


@pytest.mark.parametrize("value", AUTHORIZATIONS, ids=lambda value: value[:12])
def test_a_token_that_is_none(hub: Outside, value: str) -> None:
    for path in ("/fhir/Task/v", "/fhir/Task", "/intake/cabinet-fhir"):
        answer = hub.ask("", "GET", path, Authorization=value)
        assert answer.status_code in (400, 401), (answer.status_code, answer.data[:200])
        _is_plain(answer)


@pytest.mark.parametrize(
    "length", ["-1", "abc", "1e3", "٣", " 5", "99999999999999999999", "5", str(len(RIGHT) + 1000), ""]
)
@pytest.mark.parametrize("path", ["/fhir/Task", "/fhir", "/fhir/Task/_search", "/intake/cabinet-fhir", "/oauth/token"])
def test_d09_a_length_that_is_not_so(hub: Outside, path: str, length: str) -> None:
    kind = FORM if path.endswith(("_search", "token")) else FHIR_JSON
    answer = hub.http.open(
        path,
        method="POST",
        input_stream=BytesIO(RIGHT),
        content_type=kind,
        headers={"Authorization": f"Bearer {hub.tokens[ROLE]}"},
        environ_overrides={"CONTENT_LENGTH": length},
    )
    _is_plain(answer)
    assert answer.status_code >= 400 or path.endswith("_search"), answer.data[:200]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "PROPFIND", "get", "x" * 1000])
def test_i20_a_method_that_no_route_takes(hub: Outside, method: str) -> None:
    for path in ("/fhir/Task/v", "/fhir/Task", "/fhir", "/intake/cabinet-fhir", "/oauth/token", "/fhir/docs"):
        answer = hub.ask(ROLE, method, path)
        _is_plain(answer)
        assert answer.status_code in (404, 405) or method == "get", (path, answer.status_code)
