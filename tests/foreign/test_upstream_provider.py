"""Sign-in at npm `oidc-provider` (`provider.mjs`), by HTTPS as a browser does it. `make clients` installs it.

The hub calls providers by the rules of production, and has the operator's page of HUB_IDP_FILE and the presets of `config/idp`
as they are. Only names are resolved otherwise: every host is a port of 127.0.0.1, with a certificate that browser and hub trust.
"""

from __future__ import annotations

import datetime
import json
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import html
from werkzeug.serving import make_server

from hub.accounts.upstream.presets import load_presets
from hub.accounts.upstream.providers import make_redirect_uri
from hub.app import create_app
from hub.desk.web.visit import Desk
from hub.record.accounts.events import list_events
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.foreign.conftest import FOLDER
from tests.hub.accounts.conftest import DAC
from tests.people import Somebody, enrol
from tests.territory import settle_territory

pytestmark = pytest.mark.xdist_group("running")

HUB = "https://hub.example"
SECRET = "a secret that the provider gave to the hub"
CLAIMS = {
    "given_name": "Odile",
    "family_name": "Fictive",
    "usual_name": "Fictive",
    "uid": "odile",
    "siret": "00000000000000",
    "SubjectNameID": "899700000001",
    "SubjectRole": ["10^1.2.250.1.213.1.1.5.5"],
}


class WallClock:
    """The time of this machine, which the provider has too, with what a test let pass in addition (`value`, microseconds)."""

    def __init__(self) -> None:
        self.value = 0

    def __call__(self) -> int:
        return time.time_ns() // 1000 + self.value


class Detour(httpx.BaseTransport):
    """Connects to the port of 127.0.0.1 that has the host's name. TLS still verifies that name."""

    def __init__(self, ports: dict[str, int], trusted: ssl.SSLContext) -> None:
        self._ports = ports
        self._transport = httpx.HTTPTransport(verify=trusted, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        local = request.url.copy_with(host="127.0.0.1", port=self._ports[host])
        extensions = {**request.extensions, "sni_hostname": host}
        sent = httpx.Request(
            request.method, local, headers=request.headers, stream=request.stream, extensions=extensions
        )
        return self._transport.handle_request(sent)

    def close(self) -> None:
        self._transport.close()


@dataclass
class Trial:
    """The certificate of all hosts, the ports at which they are, and the browsers that are open."""

    certificate: str
    key: str = field(repr=False)
    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    clients: list[httpx.Client] = field(default_factory=list)

    def make_transport(self) -> Detour:
        return Detour(self.ports, ssl.create_default_context(cadata=self.certificate))


class Browser:
    """Keeps cookies, follows redirects and sends forms. `page`: the last answer."""

    def __init__(self, trial: Trial) -> None:
        self.client = httpx.Client(transport=trial.make_transport(), timeout=30)
        trial.clients.append(self.client)
        self.page: httpx.Response

    def get(self, url: str, stop: str = "") -> httpx.Response:
        """Open a page and follow redirects, but for one to an address that begins with `stop`."""
        return self._send(self.client.build_request("GET", url, headers={"Accept": "text/html"}), stop)

    def submit(self, name: str = "", stop: str = "", **values: str) -> httpx.Response:
        """Fill and send the form of the last page; of a page of the hub, that of this name."""
        [form] = html.fromstring(self.page.text).xpath("//form[@data-forme=$name or $name='']", name=name)
        url = self.page.url.join(form.get("action") or "")
        origin = f"{self.page.url.scheme}://{self.page.url.host}"
        headers = {"Accept": "text/html", "Origin": origin, "Referer": str(self.page.url)}
        filled = {key: value or "" for key, value in form.form_values()} | values
        return self._send(self.client.build_request("POST", url, data=filled, headers=headers), stop)

    def _send(self, request: httpx.Request, stop: str) -> httpx.Response:
        following: httpx.Request | None = request
        while following is not None:
            self.page = self.client.send(following)
            following = self.page.next_request
            if stop and following is not None and str(following.url).startswith(stop):
                break
        return self.page

    def get_return(self) -> str:
        """The address to which the provider sends the browser back, before the browser goes there."""
        return self.page.headers["Location"]

    def has_session(self) -> bool:
        return "__Host-sid" in {cookie.name for cookie in self.client.cookies.jar}


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def database(sqlite_database: str) -> str:
    return sqlite_database


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """A certificate that signs itself, for the hub and the hosts of all presets."""
    hosts = ["hub.example", *(host for preset in load_presets().values() for host in sorted(preset.hosts))]
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    folder = tmp_path_factory.mktemp("trial")
    (folder / "cert.pem").write_bytes(public)
    (folder / "key.pem").write_bytes(private)
    return Trial(public.decode(), private.decode(), folder)


@pytest.fixture
def providers(node: str, trial: Trial) -> Iterator[None]:
    """One `oidc-provider` for each preset, with whom the hub is registered."""
    registered = [
        {
            "issuer": preset.issuer,
            "discovery": preset.discovery,
            "acr": preset.acr,
            "scope": preset.scope,
            "client_id": f"hub-{name}",
            "client_secret": SECRET,
            "redirect_uri": make_redirect_uri(HUB, name),
            "post_logout_redirect_uri": f"{HUB}/connexion",
            "userinfo": preset.userinfo,
            "auth_time_required": preset.auth_time_required,
            "claims": CLAIMS,
        }
        for name, preset in load_presets().items()
    ]
    described = json.dumps({"certificate": trial.certificate, "key": trial.key, "providers": registered})
    with (trial.folder / "provider.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [node, "provider.mjs"], cwd=FOLDER, env=os.environ | {"HUB_IDP_TRIAL": described},
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            # The library warns on the standard output too, of a version of node that it does not support.
            port = next((line for line in process.stdout if line.strip().isdigit()), "")
            assert port, (trial.folder / "provider.log").read_text("utf-8")
            hosts = [urlsplit(preset.issuer).netloc for preset in load_presets().values()]
            trial.ports |= dict.fromkeys(hosts, int(port))
            yield
        finally:
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture
def nadia(store: Store) -> Somebody:
    settle_territory(store)
    return enrol(store, "nadia@dac.example", (DAC, "guichet"))


@pytest.fixture
def browser(
    providers: None, trial: Trial, settings: Settings, store: Store, nadia: Somebody, tmp_path: Path
) -> Iterator[Browser]:
    """A browser, once the hub answers at its address."""
    page, secret = tmp_path / "idp.toml", tmp_path / "secret"
    tables = [f'[{name}]\nclient_id = "hub-{name}"\nclient_secret_file = "{secret}"\n' for name in load_presets()]
    for path, text in ((page, "".join(tables)), (secret, SECRET)):
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    app = create_app(replace(settings, env="production", base_url=HUB, idp_file=page), store)
    desk: Desk = app.extensions["desk"]
    for provider in desk.providers.values():
        provider.caller = replace(provider.caller, make_transport=trial.make_transport)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trial.folder / "cert.pem", trial.folder / "key.pem")
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    trial.ports["hub.example"] = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Browser(trial)
    finally:
        while trial.clients:
            trial.clients.pop().close()
        server.shutdown()
        thread.join(timeout=20)
        server.server_close()


def list_reasons(store: Store) -> list[str]:
    """Why sign-ins were refused, the latest first."""
    with store.read() as connection:
        return [event.why.split()[1] for event in list_events(connection, "") if event.act == "sign-in-refused"]


def stop_before_return(browser: Browser, login: str = "odile", **typed: str) -> str:
    """Sign in at the provider; the address that leads back to the hub."""
    browser.get(f"{HUB}/connexion/psc?suite=/compte")
    browser.submit(login=login, stop=f"{HUB}/connexion/psc/retour", **typed)
    return browser.get_return()


def sign_in_by_password(browser: Browser, person: Somebody) -> None:
    browser.get(f"{HUB}/connexion?suite=/compte")
    browser.submit("connexion", identifiant=person.login, mot_de_passe=person.password, code=person.next_code())
    assert browser.has_session(), browser.page.text


def test_somebody_signs_in_at_oidc_provider_and_out_again(browser: Browser) -> None:
    assert "Pro Santé Connect" in browser.get(f"{HUB}/connexion").text
    browser.get(f"{HUB}/connexion/psc?suite=/compte")
    assert browser.page.url.host == "auth.esw.esante.gouv.fr"
    browser.submit(login="odile")
    assert (browser.page.status_code, str(browser.page.url)) == (200, f"{HUB}/compte"), browser.page.text
    assert "Odile Fictive" in browser.page.text
    assert browser.has_session()
    browser.submit("deconnexion")
    assert not browser.has_session()
    [link] = html.fromstring(browser.page.text).xpath("//a[contains(@href, 'id_token_hint')]/@href")
    assert browser.get(link).status_code == 200, browser.page.text
    browser.submit(logout="yes")
    assert str(browser.page.url).partition("?")[0] == f"{HUB}/connexion", browser.page.text
    assert str(browser.get(f"{HUB}/compte").url).startswith(f"{HUB}/connexion")
    # The provider has forgotten the browser too: it asks who is there.
    browser.get(f"{HUB}/connexion/psc")
    assert browser.page.url.host == "auth.esw.esante.gouv.fr"


@pytest.mark.parametrize("name", ["psc", "proconnect", "franceconnect"])
def test_an_account_is_linked_to_oidc_provider_and_signs_in_there(browser: Browser, nadia: Somebody, name: str) -> None:
    sign_in_by_password(browser, nadia)
    browser.get(f"{HUB}/compte")
    browser.submit(f"identite-{name}")
    browser.submit(login="odile")
    assert str(browser.page.url) == f"{HUB}/compte", browser.page.text
    browser.submit("deconnexion")
    assert not browser.has_session()
    browser.get(f"{HUB}/connexion/{name}?suite=/compte")
    if name == "franceconnect":
        browser.submit("code", code=nadia.next_code())
    assert browser.page.status_code == 200, browser.page.text
    assert nadia.login in browser.get(f"{HUB}/compte").text


def test_a_step_up_asks_oidc_provider_again(browser: Browser) -> None:
    browser.get(f"{HUB}/connexion/psc?suite=/compte")
    browser.submit(login="odile")
    before = browser.client.cookies["__Host-sid"]
    browser.get(f"{HUB}/compte/preuve?suite=/compte")
    browser.submit("preuve-1")
    assert browser.page.url.host == "auth.esw.esante.gouv.fr", "the provider knows the browser, and asks all the same"
    browser.submit(login="odile")
    assert (browser.page.status_code, str(browser.page.url)) == (200, f"{HUB}/compte"), browser.page.text
    assert browser.client.cookies["__Host-sid"] != before


def test_a_return_from_oidc_provider_counts_once(browser: Browser, trial: Trial, store: Store) -> None:
    address = stop_before_return(browser)
    cookie = browser.client.cookies["__Host-lg"]
    assert browser.get(address).status_code == 200
    browser.submit("deconnexion")
    browser.client.cookies.set("__Host-lg", cookie, domain="hub.example", path="/")
    assert browser.get(address).status_code == 403
    # The code in a sign-in that the hub expects: the provider has redeemed it already.
    code = parse_qs(urlsplit(address).query)["code"][0]
    thief = Browser(trial)
    query = parse_qs(urlsplit(stop_before_return(thief)).query)
    fresh = httpx.URL(address).copy_merge_params({"state": query["state"][0], "code": code})
    assert thief.get(str(fresh)).status_code == 403
    assert not browser.has_session()
    assert not thief.has_session()
    assert list_reasons(store) == ["status", "state"]


def test_a_state_that_the_hub_did_not_give_to_this_browser_is_refused(
    browser: Browser, trial: Trial, store: Store
) -> None:
    address = stop_before_return(browser)
    wrong = httpx.URL(address).copy_merge_params({"state": "0" * 43})
    assert browser.get(str(wrong)).status_code == 403
    victim = Browser(trial)
    assert victim.get(stop_before_return(Browser(trial))).status_code == 403
    assert not browser.has_session()
    assert not victim.has_session()
    assert list_reasons(store) == ["browser", "state"]


def test_who_is_not_linked_or_proves_too_little_is_refused(browser: Browser, trial: Trial, store: Store) -> None:
    browser.get(f"{HUB}/connexion/franceconnect")
    browser.submit(login="somebody-else")
    assert browser.page.status_code == 403
    assert "Connexion impossible" in browser.page.text
    for typed in ({"acr": "password"}, {"abort": "1"}):
        other = Browser(trial)
        assert other.get(stop_before_return(other, **typed)).status_code == 403
        assert not other.has_session()
    assert not browser.has_session()
    assert list_reasons(store) == ["denied", "acr", "unknown"]
