"""The pages of people over HTTP: sign-in, first link, own account, acting context, sessions (`docs/security.md` §2)."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from lxml import html

from hub.accounts.management.enrolment import make_link
from hub.accounts.management.people import add_account, give_role, offboard
from hub.app import create_app
from hub.desk.headers import CONTENT_SECURITY_POLICY
from hub.desk.table import PAGES
from hub.desk.web.access import VISITOR
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import CCAS, DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import OPERATOR, PASSWORD, Somebody, enrol, pass_time
from tests.territory import settle_territory

MINUTE = 60_000_000
PROTECTED = [
    route.path for route in PAGES if route.access != VISITOR and route.method == "GET" and "<" not in route.path
]


@pytest.fixture
def nadia(store: Store) -> Somebody:
    """An agent of the desk, who is a social worker elsewhere too."""
    settle_territory(store)
    return enrol(store, "nadia@dac.example", (DAC, "guichet"), (CCAS, "ccas"))


@pytest.fixture
def browsing(nadia: Somebody, app: Flask) -> Browsing:
    return Browsing(app)


@pytest.fixture
def inside(browsing: Browsing, nadia: Somebody) -> Browsing:
    """Nadia at the desk."""
    browsing.sign_in(nadia, "dac:guichet")
    return browsing


@pytest.mark.parametrize("path", PROTECTED)
def test_without_a_session_every_page_leads_to_sign_in(http, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["Location"].partition("=")[0]) == (303, "/connexion?suite")


@leak(kills="sign-in keeps the id that the browser sent (SE-1)")
def test_se_1_the_id_changes_at_sign_in_and_with_the_context(browsing: Browsing, nadia: Somebody) -> None:
    browsing.client.set_cookie("sid", "chosen-by-somebody-else")
    browsing.sign_in(nadia)
    first = browsing.get_cookie()
    assert first not in ("", "chosen-by-somebody-else")
    browsing.get("/contexte")
    browsing.submit("contexte", contexte="dac:guichet")
    assert browsing.get_cookie() not in ("", first)
    browsing.get("/")
    assert browsing.page.headers["Location"] == "/demandes"


def test_se_1_a_revoked_session_is_gone_at_the_next_request(inside: Browsing, nadia: Somebody, app: Flask) -> None:
    other = Browsing(app)
    other.sign_in(nadia, "dac:guichet")
    inside.get("/compte")
    inside.submit("autres-sessions")
    assert inside.page.status_code == 303
    assert inside.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 303


def test_se_1_a_session_ends_when_it_is_left_alone(inside: Browsing, store: Store) -> None:
    pass_time(store, 21 * MINUTE)
    assert inside.get("/accueil").headers["Location"] == "/connexion?suite=%2Faccueil"


def test_w01_an_id_in_the_address_opens_nothing(inside: Browsing, app: Flask) -> None:
    other, token = Browsing(app), inside.get_cookie()
    for query in ({"sid": token}, {"__Host-sid": token}, {"session": token}):
        answer = other.get("/accueil", query_string=query)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/connexion")
        assert other.get_cookie() == ""


def test_w10_a_leaver_is_out_at_the_next_request(inside: Browsing, nadia: Somebody, store: Store) -> None:
    assert inside.get("/accueil").status_code == 200
    offboard(store, OPERATOR, nadia.account_id)
    assert inside.get("/accueil").status_code == 303


def test_w02_w08_a_cookie_opens_nothing_after_sign_out(inside: Browsing) -> None:
    cookie = inside.get_cookie()
    inside.get("/accueil")
    left = inside.submit("deconnexion")
    assert (left.status_code, left.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    inside.client.set_cookie("sid", cookie)
    assert inside.get("/accueil").status_code == 303


def test_se_2_the_cookie_over_http_and_https(
    browsing: Browsing, nadia: Somebody, settings: Settings, store: Store
) -> None:
    browsing.get("/connexion")
    sent = browsing.submit("connexion", identifiant=nadia.login, mot_de_passe=PASSWORD, code=nadia.next_code())
    assert sent.headers["Set-Cookie"].partition("=")[2].partition("; ")[2] == "HttpOnly; Path=/; SameSite=Lax"
    secured = Browsing(create_app(replace(settings, base_url="https://hub.example"), store))
    secured.get("/connexion")
    sent = secured.submit("connexion", identifiant=nadia.login, mot_de_passe=PASSWORD, code=nadia.next_code())
    cookie = sent.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None, "Sec-Fetch-Site": "cross-site"},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("form", ["deconnexion", "langue"])
def test_se_3_w03_a_post_from_elsewhere_is_refused(inside: Browsing, headers: dict[str, str | None], form: str) -> None:
    inside.get("/accueil")
    action, fields = inside.read_form(form)
    assert inside.post(action, fields, headers=headers).status_code == 403
    assert inside.get("/accueil").status_code == 200


@leak(kills="a post may come from anywhere (SE-3)")
def test_se_3_w03_sign_in_from_elsewhere_is_refused(browsing: Browsing, nadia: Somebody) -> None:
    values = {"identifiant": nadia.login, "mot_de_passe": PASSWORD, "code": nadia.next_code()}
    assert browsing.post("/connexion", values, headers={"Origin": "https://evil.example"}).status_code == 403
    assert browsing.get_cookie() == ""


@leak(kills="a form needs no token (SE-3)")
def test_se_3_the_token_is_that_of_the_session_alone(inside: Browsing, store: Store, app: Flask) -> None:
    other = Browsing(app)
    other.sign_in(enrol(store, "autre@dac.example", (DAC, "guichet")))
    other.get("/accueil")
    stolen = other.read_form("deconnexion")[1]["csrf"]
    inside.get("/accueil")
    own = inside.read_form("deconnexion")[1]["csrf"]
    for token in ("", "x", stolen):
        assert inside.post("/deconnexion", {"csrf": token}).status_code == 403
    inside.get("/compte")
    assert inside.read_form("deconnexion")[1]["csrf"] == own != stolen
    assert (
        inside.post(
            "/deconnexion", {"csrf": own}, headers={"Origin": None, "Sec-Fetch-Site": "same-origin"}
        ).status_code
        == 303
    )


@pytest.mark.parametrize("path", ["/deconnexion", "/langue", "/connexion/demo", "/compte/sessions"])
def test_se_3_w03_get_changes_nothing(inside: Browsing, path: str) -> None:
    assert inside.get(path).status_code in (404, 405)
    assert inside.get("/accueil").status_code == 200


@pytest.mark.parametrize("path", ["/connexion", "/accueil", "/compte", "/contexte", "/session", "/aide", "/nothing"])
def test_se_5_se_6_w04_w08_the_headers_of_a_page(inside: Browsing, path: str) -> None:
    headers = inside.get(path).headers
    assert headers.getlist("Content-Security-Policy") == [CONTENT_SECURITY_POLICY]
    assert headers.getlist("Referrer-Policy") == ["same-origin"]
    assert headers.getlist("Cache-Control") == ["no-store"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "style=" not in inside.page.text


def test_la_5_w05_refusals_have_the_same_bytes(browsing: Browsing, nadia: Somebody) -> None:
    answers = []
    for login, password in ((nadia.login, "wrong"), ("nobody@dac.example", "wrong"), ("", ""), (nadia.login, PASSWORD)):
        browsing.get("/connexion")
        answers.append(browsing.submit("connexion", identifiant=login, mot_de_passe=password, code="000000"))
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.data for answer in answers}) == 1
    kept = [{key: value for key, value in answer.headers if key != "X-Request-Id"} for answer in answers]
    assert all(headers == kept[0] for headers in kept)


def test_la_6_d06_tries_are_slowed_down(browsing: Browsing) -> None:
    browsing.get("/connexion")
    for _ in range(5):
        browsing.submit("connexion", identifiant="nobody@dac.example", mot_de_passe="x", code="1")
        assert browsing.page.status_code == 422
    slowed = browsing.submit("connexion", identifiant="nobody@dac.example", mot_de_passe="x", code="1")
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) >= 1


@leak(kills="a page leads on to any address (W07)")
@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/compte", "/compte"),
        ("/compte?x=1", "/compte?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:evil.example", "/"),
        ("%2f%2fevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/compte\r\nX: y", "/"),
        ("/connexion", "/"),
        ("/deconnexion", "/"),
        ("", "/"),
    ],
)
def test_w07_only_own_pages_are_gone_on_to(browsing: Browsing, nadia: Somebody, target: str, expected: str) -> None:
    values = {"identifiant": nadia.login, "mot_de_passe": PASSWORD, "code": nadia.next_code()}
    answer = browsing.post("/connexion", values, query_string={"suite": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, expected)


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example"])
def test_w07_a_context_and_a_proof_lead_to_own_pages_alone(inside: Browsing, nadia: Somebody, target: str) -> None:
    inside.get("/contexte")
    _, fields = inside.read_form("contexte")
    chosen = inside.post("/contexte", {**fields, "contexte": "ccas:ccas"}, query_string={"suite": target})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/")
    inside.get("/compte/preuve")
    _, fields = inside.read_form("preuve")
    values = {**fields, "mot_de_passe": PASSWORD, "code": nadia.next_code()}
    proven = inside.post("/compte/preuve", values, query_string={"suite": target})
    assert (proven.status_code, proven.headers["Location"]) == (303, "/")


@leak(kills="a form leads back to any address (W07)")
@pytest.mark.parametrize(
    "referrer", ["https://evil.example/compte", "//evil.example/compte", "x:/compte", "http://[", ""]
)
def test_w07_a_form_leads_back_to_own_pages_alone(inside: Browsing, referrer: str) -> None:
    inside.get("/accueil")
    action, fields = inside.read_form("langue")
    answer = inside.post(action, {**fields, "langue": "en"}, headers={"Referer": referrer})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_lg_3_one_context_at_a_time(inside: Browsing) -> None:
    assert "Agent du guichet" in inside.get("/accueil").text
    inside.get("/contexte")
    inside.submit("contexte", contexte="ccas:ccas")
    page = inside.follow()
    assert "Centre communal" in page.text
    assert "Agent du guichet" not in page.text
    inside.get("/contexte")
    assert inside.submit("contexte", contexte="dac:admin_sys").status_code == 422


def test_lg_1_who_has_no_role_is_told_so(browsing: Browsing, store: Store) -> None:
    browsing.sign_in(enrol(store, "neuve@dac.example"))
    page = browsing.follow()
    assert (page.status_code, inside_title(page.text)) == (200, "Aucune fonction ne vous est encore ouverte")


def inside_title(text: str) -> str:
    return str(html.fromstring(text).xpath("string(//h1)"))


def test_la_7_a_link_sets_both_factors_once(browsing: Browsing, store: Store) -> None:
    account = add_account(store, OPERATOR, "neuve@dac.example", "Neuve Fictive")
    give_role(store, OPERATOR, account.account_id, DAC, "guichet")
    path = f"/enrolement/{make_link(store, OPERATOR, account.account_id)}"
    browsing.get(path)
    seed = html.fromstring(browsing.page.text).xpath("string(//*[@data-graine])")
    totp = pyotp.TOTP(seed)
    refused = browsing.submit("enrolement", mot_de_passe="court", code=totp.at(store.now() // 1_000_000))
    assert (refused.status_code, "12 caractères" in refused.text) == (422, True)
    made = browsing.submit("enrolement", mot_de_passe=PASSWORD, code=totp.at(store.now() // 1_000_000))
    assert made.status_code == 303
    codes = html.fromstring(browsing.follow().text).xpath("//ol[@class='codes']/li/code/text()")
    assert len(codes) == 10
    assert '<ol class="codes">' not in browsing.get("/enrolement/fait").text
    used, unknown = browsing.get(path), browsing.get("/enrolement/unknown")
    assert (used.status_code, used.data) == (410, unknown.data)
    browsing.get("/connexion")
    browsing.submit("connexion", identifiant="neuve@dac.example", mot_de_passe=PASSWORD, code=codes[0])
    assert browsing.follow().status_code == 200


def test_la_8_own_factors_ask_for_a_fresh_proof(inside: Browsing, nadia: Somebody, store: Store) -> None:
    pass_time(store, 6 * MINUTE)
    inside.get("/compte")
    assert not html.fromstring(inside.page.text).xpath("//form[@data-forme='mot-de-passe']")
    token = inside.read_form("deconnexion")[1]["csrf"]
    asked = inside.post("/compte/mot-de-passe", {"csrf": token, "mot_de_passe": "trois chats verts"})
    assert asked.headers["Location"] == "/compte/preuve?suite=%2Fcompte"
    before = inside.get_cookie()
    inside.follow()
    assert inside.submit("preuve", mot_de_passe="wrong", code="1").status_code == 422
    inside.submit("preuve", mot_de_passe=PASSWORD, code=nadia.next_code())
    assert (inside.page.status_code, inside.get_cookie() != before) == (303, True)
    inside.follow()
    inside.submit("mot-de-passe", mot_de_passe="trois chats verts")
    assert inside.page.status_code == 303
    nadia.password = "trois chats verts"
    inside.client.delete_cookie("sid")
    inside.sign_in(nadia)


def test_la_4_new_recovery_codes_are_shown_once(inside: Browsing) -> None:
    inside.get("/compte")
    inside.submit("codes")
    assert inside.page.headers["Location"] == "/compte/codes"
    assert inside.follow().text.count("<li><code>") == 10
    assert "<li><code>" not in inside.get("/compte/codes").text


def test_the_demo_opens_by_a_name_and_proves_itself_so(inside: Browsing, nadia: Somebody, store: Store) -> None:
    inside.post("/connexion/demo", {"compte": nadia.login})
    assert inside.page.status_code == 303
    pass_time(store, 6 * MINUTE)
    inside.get("/compte/preuve?suite=/compte")
    inside.submit("preuve")
    assert inside.page.headers["Location"] == "/compte"
    assert inside.post("/connexion/demo", {"compte": "nobody"}).status_code == 422


def test_elsewhere_than_in_the_demo_nobody_enters_by_a_name(settings: Settings, store: Store, nadia: Somebody) -> None:
    browsing = Browsing(create_app(replace(settings, env="production"), store))
    assert browsing.post("/connexion/demo", {"compte": nadia.login}).status_code == 404
    assert 'data-forme="demo"' not in browsing.get("/connexion").text


def test_the_language_is_kept_in_the_session(inside: Browsing) -> None:
    inside.get("/accueil")
    inside.submit("langue", langue="en")
    assert inside.page.headers["Location"] == "/accueil"
    assert '<html lang="en"' in inside.follow().text
    inside.client.delete_cookie("langue")
    assert "Hello Nadia" in inside.get("/accueil").text


def test_a_session_is_extended_without_leaving_the_page(inside: Browsing) -> None:
    inside.get("/accueil")
    action, fields = inside.read_form("session")
    extended = inside.post(action, fields, headers={"Accept": "*/*"})
    assert extended.json["idle"] == 1200
    assert extended.json["csrf"] == fields["csrf"]
    assert inside.post(action, fields).status_code == 303


def test_what_is_not_there_has_the_same_bytes(inside: Browsing) -> None:
    pages = [inside.get(path) for path in ("/nothing", "/admin/comptes", "/connexion/nobody")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1
