"""Client authentication (`docs/security.md` CA-1 to CA-11, T01 to T15, §1.6.1, §1.6.2, §1.6.8)."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from joserfc import jws
from joserfc.jwk import OctKey, import_key

from hub.administration.public_keys import strip_private_members
from hub.auth import create_auth_blueprint, make_assertion, make_key, parse_public_key
from hub.auth.config import AuthConfig
from hub.auth.proof import MAX_CHARACTERS, ClientAssertionAuth
from hub.domain.errors import Conflict
from hub.record.clients import registry
from hub.record.clients.keys import rotate
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.hub.auth.conftest import CONFIG, Machine, check_error

OVERLAP = 60_000_000


def encode_b64(text: str | bytes) -> str:
    return base64.urlsafe_b64encode(text.encode() if isinstance(text, str) else text).rstrip(b"=").decode()


def build_assertion(machine: Machine, header: str, payload: str, signature: str = "") -> str:
    """An assertion with these texts, and by default the signature of a right one."""
    return f"{encode_b64(header)}.{encode_b64(payload)}.{signature or machine.assertion().rsplit('.', 1)[1]}"


def get_claims(machine: Machine) -> str:
    payload = machine.assertion().split(".")[1]
    return base64.urlsafe_b64decode(payload + "==").decode()


def check_refused(answer: Any) -> None:
    check_error(answer, 401, "invalid_client")
    assert "WWW-Authenticate" not in answer.headers


def test_ca_1_both_algorithms_work(hosp: Machine, gp: Machine) -> None:
    assert hosp.request_token().status_code == 200
    assert gp.request_token().status_code == 200


@pytest.mark.parametrize("alg", ["RS256", "RS512", "PS384"])
def test_ca_2_t03_other_algorithms_of_a_good_key(gp: Machine, alg: str) -> None:
    check_refused(gp.request_token(gp.assertion({"alg": alg})))


def test_ca_2_t01_alg_none(hosp: Machine) -> None:
    for alg in ("none", "None", ""):
        header = json.dumps({"typ": "JWT", "alg": alg, "kid": "k1"})
        check_refused(hosp.request_token(f"{encode_b64(header)}.{encode_b64(get_claims(hosp))}."))


def test_ca_2_t02_the_public_key_as_a_secret(gp: Machine) -> None:
    public = import_key(strip_private_members(gp.jwk))
    for secret in (public.as_pem(private=False), json.dumps(strip_private_members(gp.jwk)).encode()):
        header = {"typ": "JWT", "alg": "HS384", "kid": "k1"}
        key = OctKey.import_key(encode_b64(secret).encode())
        check_refused(gp.request_token(jws.serialize_compact(header, get_claims(gp), key, algorithms=["HS384"])))


def test_ca_2_the_other_algorithm_of_the_two(hosp: Machine, gp: Machine) -> None:
    check_refused(
        hosp.request_token(
            build_assertion(hosp, json.dumps({"typ": "JWT", "alg": "RS384", "kid": "k1"}), get_claims(hosp))
        )
    )


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},
        {"typ": ""},
        {"kid": None},
        {"jku": "https://evil.example/jwks"},
        {"jku": CONFIG.jwks_url},
    ],
)
def test_ca_3_t05_header_rules(hosp: Machine, header: dict[str, Any]) -> None:
    check_refused(hosp.request_token(hosp.assertion(header)))


@pytest.mark.parametrize("crit", [["x"], ["exp"], ["alg"], ["b64"], [], "x", 5, [["x"]]])
def test_ca_3_t14_crit(hosp: Machine, crit: Any) -> None:
    header = json.dumps({"typ": "JWT", "alg": "ES384", "kid": "k1", "crit": crit, "x": 1, "b64": False})
    check_refused(hosp.request_token(build_assertion(hosp, header, get_claims(hosp))))


def test_ca_3_t04_a_key_in_the_header_is_not_looked_at(hosp: Machine, clock: FakeClock) -> None:
    stranger = make_key("k1")
    forged = Machine(hosp.http, clock, "hosp", stranger)
    check_refused(forged.request_token(forged.assertion({"jwk": strip_private_members(stranger)})))
    assert hosp.request_token(hosp.assertion({"jwk": strip_private_members(stranger)})).status_code == 200


@pytest.mark.parametrize("kid", ["k2", "", "../../etc/passwd", "' OR 1=1--", "\x00", "K1"])
def test_ca_4_t06_t07_unknown_kid(hosp: Machine, kid: str) -> None:
    check_refused(hosp.request_token(hosp.assertion({"kid": kid})))


@pytest.mark.parametrize("kid", [["k1"], 1, {"k1": 1}, True])
def test_ca_4_t07_kid_of_another_kind(hosp: Machine, kid: Any) -> None:
    check_refused(
        hosp.request_token(
            build_assertion(hosp, json.dumps({"typ": "JWT", "alg": "ES384", "kid": kid}), get_claims(hosp))
        )
    )


def test_ca_4_t08_two_keys_of_one_kid_cannot_be(store: Store, hosp: Machine, rsa: dict[str, Any]) -> None:
    for second in (strip_private_members(rsa), strip_private_members(make_key("k1"))):
        with pytest.raises(Conflict):
            rotate(store, "hosp", [parse_public_key(second)], OVERLAP)
    assert hosp.request_token().status_code == 200


def test_ca_4_t08_two_keys_of_one_kid_would_fail(store: Store, hosp: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = registry.find(store, "hosp")
    assert partner is not None
    monkeypatch.setattr("hub.auth.server.find", lambda *_: replace(partner, keys=partner.keys * 2))
    check_refused(hosp.request_token())


def test_ca_4_rotation(store: Store, hosp: Machine, clock: FakeClock) -> None:
    new = make_key("k2")
    rotate(store, "hosp", [parse_public_key(strip_private_members(new))], OVERLAP)
    rotated = replace(hosp, jwk=new)
    assert (hosp.request_token().status_code, rotated.request_token().status_code) == (200, 200)
    clock.tick(OVERLAP / 1_000)
    check_refused(hosp.request_token())
    assert rotated.request_token().status_code == 200


@pytest.mark.parametrize("claims", [{"iss": "gp"}, {"iss": None}, {"iss": ["hosp"]}, {"sub": None}, {"sub": "nobody"}])
def test_ca_5_t10_issuer_and_subject(hosp: Machine, gp: Machine, claims: dict[str, Any]) -> None:
    check_refused(hosp.request_token(hosp.assertion(**claims)))


@pytest.mark.parametrize("subject", [5, ["hosp"], {}, "\x00", "\ud800", "x" * 3000, ""])
def test_ca_5_subjects_that_are_no_name(hosp: Machine, subject: Any) -> None:
    check_refused(hosp.request_token(hosp.assertion(iss=subject, sub=subject)))


def test_ca_5_client_id_in_the_form(hosp: Machine, gp: Machine) -> None:
    assert hosp.request_token(client_id="hosp").status_code == 200
    check_refused(hosp.request_token(client_id="gp"))


@pytest.mark.parametrize(
    "audience",
    [
        "https://other.example/oauth/token",
        [CONFIG.token_url, "https://evil.example"],
        [CONFIG.token_url, CONFIG.token_url],
        [CONFIG.fhir_base],
        [[CONFIG.token_url]],
        [],
        CONFIG.token_url + "/",
        CONFIG.issuer,
        CONFIG.fhir_base,
        None,
        {"x": 1},
        5,
    ],
)
def test_ca_6_t09_l127_audience(hosp: Machine, audience: Any) -> None:
    check_refused(hosp.request_token(hosp.assertion(aud=audience)))


def test_ca_6_the_host_header_is_no_audience(hosp: Machine) -> None:
    body = {
        "grant_type": "client_credentials",
        "scope": "system/Task.r",
        "client_assertion": hosp.assertion(aud="https://evil.example/oauth/token"),
    }
    body["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    check_refused(
        hosp.http.post("/oauth/token", data=body, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    )


def test_ca_6_the_issuer_may_be_allowed(store: Store, hosp: Machine, clock: FakeClock) -> None:
    proof = ClientAssertionAuth(AuthConfig(CONFIG.issuer, issuer_audience=True), lambda: store)
    right = {"iss": "hosp", "sub": "hosp", "exp": clock() // 1_000_000 + 9}
    proof.verify_claims({**right, "aud": CONFIG.issuer, "jti": "1"})
    proof.verify_claims({**right, "aud": CONFIG.token_url, "jti": "2"})


@pytest.mark.parametrize("seconds", [331, 360, 10 * 365 * 86400, -30, -3600])
def test_ca_7_t11_expiry_is_neither_far_nor_past(hosp: Machine, clock: FakeClock, seconds: int) -> None:
    check_refused(hosp.request_token(hosp.assertion(exp=clock() // 1_000_000 + seconds)))


@pytest.mark.parametrize("seconds", [330, 1, 0, -29])
def test_ca_7_expiry_within_bounds(hosp: Machine, clock: FakeClock, seconds: int) -> None:
    assert hosp.request_token(hosp.assertion(exp=clock() // 1_000_000 + seconds)).status_code == 200


@pytest.mark.parametrize("expiry", [None, True, "soon", [1], float("inf"), float("nan"), 10**30])
def test_ca_7_t11_expiry_is_an_integer(hosp: Machine, expiry: Any) -> None:
    check_refused(hosp.request_token(hosp.assertion(exp=expiry)))


@pytest.mark.parametrize("seconds", [60.5, 240.0, 329.999, -29.5])
def test_c10_expiry_may_have_a_fraction(hosp: Machine, clock: FakeClock, seconds: float) -> None:
    """RFC 7519 §2: a NumericDate is a JSON number, in which "non-integer values can be represented"."""
    assertion = hosp.assertion(exp=clock() // 1_000_000 + seconds)
    assert hosp.request_token(assertion).status_code == 200
    check_refused(hosp.request_token(assertion))


@pytest.mark.parametrize("seconds", [330.5, -30.0, -31.5])
def test_c10_expiry_with_a_fraction_has_the_same_bounds(hosp: Machine, clock: FakeClock, seconds: float) -> None:
    check_refused(hosp.request_token(hosp.assertion(exp=clock() // 1_000_000 + seconds)))


def test_c10_the_audience_may_be_an_array_of_one(hosp: Machine) -> None:
    """RFC 7519 §4.1.3: "in the general case, the aud value is an array"; common libraries for Go send it so."""
    assert hosp.request_token(hosp.assertion(aud=[CONFIG.token_url])).status_code == 200


@pytest.mark.parametrize("typ", [None, "jwt", "Jwt", "application/jwt", "application/JWT"])
def test_c10_the_type_may_be_absent_or_in_any_case(hosp: Machine, typ: str | None) -> None:
    """RFC 7519 §5.1: the use of `typ` is optional; RFC 7515 §4.1.9: a media type, "application/" left out or not."""
    assert hosp.request_token(hosp.assertion({"typ": typ})).status_code == 200


@pytest.mark.parametrize(
    ("header", "claims", "reason"),
    [
        ({"typ": "at+jwt"}, {}, "typ"),
        ({"kid": "k9"}, {}, "kid"),
        ({"jku": CONFIG.jwks_url}, {}, "jku, crit or b64"),
        ({}, {"aud": "x"}, "aud"),
        ({}, {"exp": 5}, "exp"),
        ({}, {"nbf": "x"}, "nbf"),
        ({}, {"jti": None}, "jti"),
        ({}, {"iss": "gp"}, "iss"),
        ({}, {"iss": "nobody", "sub": "nobody"}, "sub"),
    ],
)
def test_c10_in_the_demo_the_refusal_names_the_claim(
    hosp: Machine, store: Store, header: dict[str, Any], claims: dict[str, Any], reason: str
) -> None:
    app = Flask("demo")
    app.register_blueprint(create_auth_blueprint(replace(CONFIG, names_reasons=True), lambda: store))
    answer = replace(hosp, http=app.test_client()).request_token(hosp.assertion(header, **claims))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.json["error_description"].endswith(f" {reason}.")


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_ca_7_not_before(hosp: Machine, clock: FakeClock, name: str) -> None:
    assert hosp.request_token(hosp.assertion(**{name: clock() // 1_000_000 + 30})).status_code == 200
    assert hosp.request_token(hosp.assertion(**{name: clock() // 1_000_000 - 0.5})).status_code == 200
    for wrong in (clock() // 1_000_000 + 31, "now", True, float("nan")):
        check_refused(hosp.request_token(hosp.assertion(**{name: wrong})))


def test_ca_8_t12_an_assertion_works_once(hosp: Machine) -> None:
    assertion = hosp.assertion()
    assert hosp.request_token(assertion).status_code == 200
    check_refused(hosp.request_token(assertion))
    check_refused(hosp.post(assertion, path="/oauth/introspect", token="x"))


def test_ca_8_an_assertion_is_used_up_even_when_the_request_fails(hosp: Machine) -> None:
    assertion = hosp.assertion()
    check_error(hosp.request_token(assertion, scope="system/Goal.r"), 400, "invalid_scope")
    check_refused(hosp.request_token(assertion))


def test_ca_8_t12_of_two_at_once_one_wins(hosp: Machine) -> None:
    assertion = hosp.assertion()

    def ask(_: int) -> int:
        return replace(hosp, http=hosp.http.application.test_client()).request_token(assertion).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == [200, 401]


def test_ca_8_t13_a_name_is_used_by_one_client(hosp: Machine, gp: Machine) -> None:
    assert hosp.request_token(hosp.assertion(jti="same")).status_code == 200
    assert gp.request_token(gp.assertion(jti="same")).status_code == 200


@pytest.mark.parametrize("jti", [None, "", "x" * 256, 5, ["x"], "a\x00b", "\ud800", "a\nb"])
def test_ca_8_jti_is_a_short_text(hosp: Machine, jti: Any) -> None:
    check_refused(hosp.request_token(hosp.assertion(jti=jti)))


def test_ca_10_every_failure_is_the_same(hosp: Machine, gp: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assertions = [
        hosp.assertion(sub="nobody", iss="nobody"),
        hosp.assertion({"kid": "k9"}),
        hosp.assertion(aud="x"),
        replace(hosp, jwk=make_key("k1")).assertion(),
        "x",
    ]
    answers = [hosp.request_token(assertion) for assertion in assertions]
    lines = capsys.readouterr().out.splitlines()
    assert len({(answer.status_code, answer.data, str(answer.headers)) for answer in answers}) == 1
    # The log gives the reason, in words of the hub only.
    reasons = [json.loads(line)["reason"] for line in lines]
    assert reasons == ["sub", "kid", "aud", "signature", "form"]


def test_ca_11_t15_an_assertion_is_at_most_8_kib(hosp: Machine) -> None:
    short, long = (hosp.assertion(pad="x" * size) for size in (4_000, 6_500))
    assert len(short) < MAX_CHARACTERS < len(long)
    assert hosp.request_token(short).status_code == 200
    check_refused(hosp.request_token(long))


def test_ca_11_a_header_of_more_than_512_bytes_is_refused(hosp: Machine) -> None:
    header = json.dumps({"typ": "JWT", "alg": "ES384", "kid": "k1", "x5c": ["A" * 600]})
    check_refused(hosp.request_token(build_assertion(hosp, header, get_claims(hosp))))


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ('{"typ":"JWT","alg":"a\\"b","kid":"k1"}', "{}"),
        ('{"typ":"JWT","alg":"é","kid":"k1"}', "{}"),
        ('{"typ":"JWT","alg":["ES384"],"kid":"k1"}', "{}"),
        ('{"typ":"JWT","alg":"ES384","kid":"k1","more":1}', "{}"),
        ('{"typ":"JWT","alg":"ES384","kid":"k1"}', "[" * 5000),
        ('{"typ":"JWT","alg":"ES384","kid":"k1"}', "[]"),
        ('{"typ":"JWT","alg":"ES384","kid":"k1"}', "null"),
        ('{"typ":"JWT","alg":"ES384","kid":"k1"}', ""),
        ('{"typ":"JWT","alg":"ES384","kid":"k1"}', '{"sub":"hosp","exp":' + "9" * 5000 + "}"),
        ("[" * 300, "{}"),
        ("[]", "{}"),
        ("5", "{}"),
        ("", ""),
    ],
)
def test_t15_hostile_text_is_refused_at_once(hosp: Machine, header: str, payload: str) -> None:
    assertion = build_assertion(hosp, header, payload)
    started = time.perf_counter()
    check_refused(hosp.request_token(assertion))
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("text", ["x", "..", "a.b", "a.b.c.d", "é.é.é", "%00", "=.=.=", "{}"])
def test_texts_that_are_no_assertion(hosp: Machine, text: str) -> None:
    check_refused(hosp.request_token(text))


def test_l127_a_signature_of_another_key(hosp: Machine, clock: FakeClock) -> None:
    check_refused(Machine(hosp.http, clock, "hosp", make_key("k1")).request_token())
    header, payload, signature = hosp.assertion().split(".")
    check_refused(hosp.request_token(f"{header}.{encode_b64(get_claims(hosp).replace('hosp-', 'hosp+'))}.{signature}"))
    check_refused(hosp.request_token(f"{header}.{payload}."))


def test_l127_another_clients_key_of_the_same_name(hosp: Machine, gp: Machine) -> None:
    check_refused(gp.request_token(hosp.assertion(iss="gp", sub="gp")))


def test_a_suspended_client_is_refused(store: Store, hosp: Machine) -> None:
    registry.suspend(store, "hosp")
    check_refused(hosp.request_token())


def test_an_assertion_of_another_type(hosp: Machine) -> None:
    body = {"grant_type": "client_credentials", "scope": "system/Task.r", "client_assertion": hosp.assertion()}
    check_refused(hosp.http.post("/oauth/token", data=body))
    check_refused(hosp.http.post("/oauth/token", data={**body, "client_assertion_type": "x"}))


def test_make_assertion_makes_a_right_assertion(hosp: Machine, clock: FakeClock) -> None:
    assertion = make_assertion(hosp.jwk, "hosp", CONFIG.token_url, clock() // 1_000_000, "j1")
    assert hosp.request_token(assertion).status_code == 200
