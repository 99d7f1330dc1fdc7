"""What is known of providers, and with which of them an operator has registered."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.accounts.upstream.presets import list_presets, load_preset, load_presets, read_preset
from hub.accounts.upstream.providers import make_redirect_uri, read_providers
from hub.accounts.upstream.transport import Caller, UpstreamFault
from hub.domain.config_pages import CONFIG, PageError

PSC = (CONFIG / "idp" / "psc.toml").read_text("utf-8")


@pytest.mark.parametrize("name", list_presets())
@pytest.mark.parametrize("sandbox", [False, True])
def test_a_preset_is_at_its_own_hosts(name: str, sandbox: bool) -> None:
    preset = load_preset(name, sandbox=sandbox)
    caller = Caller(preset.hosts)
    assert caller.check_address(preset.issuer) == preset.issuer
    assert caller.check_address(preset.discovery) == preset.discovery
    assert "none" not in preset.algorithms
    assert not any(algorithm.startswith("HS") for algorithm in preset.algorithms)


def test_pro_sante_connect_is_what_its_agency_says() -> None:
    preset = load_preset("psc")
    assert preset.discovery == f"{preset.issuer}/.well-known/wallet-openid-configuration"
    assert (preset.acr, preset.algorithms) == (("eidas1",), ("RS256",))
    assert preset.hosts == {"auth.esw.esante.gouv.fr", "wallet.esw.esante.gouv.fr"}
    assert load_preset("psc", sandbox=True).issuer.startswith("https://auth.bas.psc.esante.gouv.fr/")


def test_two_factors_for_all() -> None:
    """PGSSI-S: a provider that is one factor has another asked for besides."""
    assert {name for name in list_presets() if load_preset(name).second_factor} == {"franceconnect"}
    assert "eidas1" not in load_preset("proconnect").acr


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('issuer = "https:', 'issuer = "http:', "issuer"),
        ('algorithms = ["RS256"]', 'algorithms = ["none"]', "unknown algorithm none"),
        ('algorithms = ["RS256"]', 'algorithms = ["HS256"]', "unknown algorithm HS256"),
        ("medecin_traitant =", "docteur =", "unknown role docteur"),
        ('acr = ["eidas1"]', "acr = []", "acr"),
        ('userinfo = "json"', 'userinfo = "json"\ntea = 1', "tea: unknown key"),
        ('title = "', 'title = ""', "psc.toml"),
    ],
)
def test_a_wrong_page_stops(before: str, after: str, problem: str) -> None:
    assert before in PSC
    with pytest.raises(PageError, match=problem):
        read_preset(PSC.replace(before, after, 1), "psc")


def test_the_presets_are_the_three_of_the_contract() -> None:
    assert sorted(load_presets()) == ["franceconnect", "proconnect", "psc"]


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        load_preset("../roles")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """An operator's page."""
    (tmp_path / "secret").write_text("secret of the client\n")
    (tmp_path / "secret").chmod(0o600)
    path = tmp_path / "idp.toml"
    path.write_text(
        f'[psc]\nclient_id = "hub"\nclient_secret_file = "{tmp_path}/secret"\nenvironment = "sandbox"\n'
        f'[proconnect]\nclient_id = "hub2"\nclient_secret_file = "{tmp_path}/secret"\n'
    )
    path.chmod(0o600)
    return path


def test_the_operators_registrations(page: Path) -> None:
    providers = read_providers(page)
    assert sorted(providers) == ["proconnect", "psc"]
    psc = providers["psc"]
    assert (psc.client_id, psc.client_secret) == ("hub", "secret of the client")
    assert "bas.psc" in psc.preset.issuer
    assert "secret of the client" not in repr(psc)


@pytest.mark.parametrize("name", ["idp.toml", "secret"])
def test_what_other_accounts_may_read_is_refused(page: Path, name: str) -> None:
    (page.parent / name).chmod(0o640)
    with pytest.raises(PageError, match="other accounts may read it"):
        read_providers(page)


def test_a_secret_that_is_not_there(page: Path) -> None:
    (page.parent / "secret").unlink()
    with pytest.raises(PageError, match="cannot be read"):
        read_providers(page)


@pytest.mark.parametrize(
    ("text", "problem"), [("[tea]\n", "unknown provider tea"), ("[psc]\n", "client_id"), ("[", "idp.toml")]
)
def test_a_wrong_registration(page: Path, text: str, problem: str) -> None:
    page.write_text(text)
    with pytest.raises(PageError, match=problem):
        read_providers(page)


def test_w09_people_come_back_to_the_hubs_own_origin() -> None:
    assert make_redirect_uri("https://hub.example", "psc") == "https://hub.example/connexion/psc/retour"


@pytest.fixture
def server() -> Iterator[int]:
    """A server on this machine that answers JSON."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(b'{"a": 1}')

        def log_message(self, *_: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_address[1]
    listening.shutdown()
    listening.server_close()


def test_a_call_over_the_network(server: int) -> None:
    url = f"http://127.0.0.1:{server}/x"
    reply = Caller(frozenset({"127.0.0.1"}), loopback=True).get(url)
    assert (reply.kind, reply.read_object()) == ("application/json", {"a": 1})
    with pytest.raises(UpstreamFault, match="address"):
        Caller(frozenset({"127.0.0.1"})).get(url)
    with pytest.raises(UpstreamFault, match="address"):
        Caller(frozenset({"hub.example"}), loopback=True).get(url)
