"""README's "The first partner", word by word on an empty record in production, until the partner's referral is read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from hub.administration import sources
from hub.app import create_app
from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.cli.settings import load_settings
from hub.domain.config_pages import CONFIG
from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from tests.people import set_up

ROOT = Path(__file__).parents[2]
MESSAGE = (CONFIG / "demo" / "demande.hl7").read_bytes()
FORM = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def read_commands() -> list[list[str]]:
    """The commands of the first block, without their comments."""
    section = (ROOT / "README.md").read_text("utf-8").split("### The first partner")[1]
    block = section.split("```")[1].replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in block.strip().splitlines()]


def make_real(message: bytes) -> bytes:
    """The message of the demo with a number of the hospital alone: production refuses identities of the test range."""
    return re.sub(rb"~[0-9]{15}\^[^|~]*INS\b", b"", message)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder on a machine that has the settings of production alone, and a copy of the page of sources."""
    for name in [name for name in os.environ if name.startswith(("HUB_", "LC_")) or name in ("PORT", "LANG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_ENV", "production")
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org")
    monkeypatch.setenv("HUB_PROXY", "1")
    monkeypatch.setenv("HUB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    page = shutil.copy(CONFIG / "sources.toml", tmp_path / "sources.toml")
    monkeypatch.setattr(sources, "get_page", lambda: Path(page))
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what runs from now on know the page of sources as it is."""
    known = sources.load(sources.get_page())
    modules = (
        "administration.partners",
        "administration.sources",
        "administration.missing",
        "intake",
        "intake.sources",
    )
    for module in (*modules, "intake.pipeline"):
        monkeypatch.setattr(f"hub.{module}.load_sources", lambda: known)


def test_d1_the_first_partner_of_the_readme(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (bare / "message.hl7").write_bytes(make_real(MESSAGE))
    assert main(["init"]) == Exit.OK
    commands = read_commands()
    assert {command[0] for command in commands} == {"hub"}
    links = {}
    for command in commands:
        if command[1:3] == ["partner", "add"]:
            start_again(monkeypatch)
        capsys.readouterr()
        assert main(command[1:]) == Exit.OK, command
        output = capsys.readouterr()
        if command[1:3] == ["user", "add"]:
            links[command[3]] = output.out.rpartition("/")[2].strip()
        if command[1] == "check":
            # The administrator has not used her link yet.
            assert output.err.splitlines() == [
                "hub user add --role admin_sys: Nobody who can sign in is an administrator"
            ]
    with open_record() as store:
        for login, link in links.items():
            assert set_up(store, "", login, link).login == login
    capsys.readouterr()
    assert main(["check"]) == Exit.OK
    assert capsys.readouterr().out == "Ready. env: production\n"
    send_and_read(make_real(MESSAGE), capsys)


def send_and_read(message: bytes, capsys: pytest.CaptureFixture) -> None:
    """What the second block does with curl, and the desk's own reading."""
    assert main(["key", "assertion", "chu-dpi", "--file", "chu.jwk"]) == Exit.OK
    assertion = capsys.readouterr().out.strip()
    with open_record() as store:
        app = create_app(load_settings(), store)
        http = app.test_client()
        options = {"base_url": "https://hub.example.org", "headers": {"X-Forwarded-Proto": "https"}}
        form = {"grant_type": "client_credentials", "scope": "system/Bundle.c system/*.rs"}
        form |= {"client_assertion_type": FORM, "client_assertion": assertion}
        token = http.post("/oauth/token", data=form, **options).json["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/hl7-v2"}
        answer = http.post("/intake/chu", data=message, headers=headers)
        assert b"MSA|AA|" in answer.data, answer.data
        [entry] = http.get("/fhir/Task", headers=headers).json["entry"]
        assert entry["resource"]["status"] == "requested"
        assert entry["resource"]["owner"]["reference"] == "Organization/dac"
        register(store, Partner("desk", "Guichet", "Organization/dac", "guichet", ("system/*.rs",)))
        headers = {"Authorization": f"Bearer {issue_token(store, 'desk', ('system/*.rs',))}"}
        person = http.get(f"/fhir/{entry['resource']['for']['reference']}", headers=headers).json
        assert person["name"][0]["family"] == "FICTIVE"
