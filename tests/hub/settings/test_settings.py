import ast
import base64
import re
from pathlib import Path

import pytest

from hub.domain.errors import Invalid
from hub.settings import seal_keys
from hub.settings.environment import NAMES
from hub.settings.settings import load

KEY = base64.b64encode(bytes(range(64))).decode()
OTHER_KEY = base64.b64encode(bytes(range(64, 128))).decode()
PRODUCTION = {"HUB_BASE_URL": "https://hub.example.org", "HUB_SEAL_KEY": KEY}


def faults(**environment):
    with pytest.raises(Invalid) as caught:
        load(environment)
    return {(problem.where, problem.code) for problem in caught.value.problems}


def test_production_is_what_one_gets_without_a_word_and_it_needs_words():
    assert faults(HUB_VAR="/nonexistent") == {("HUB_BASE_URL", "setting-missing"), ("HUB_SEAL_KEY", "setting-missing")}


def test_all_faults_are_told_at_once():
    told = faults(
        HUB_ENV="staging",
        HUB_VAR="/nonexistent",
        HUB_DATABASE_URL="mysql://x/y",
        HUB_WORKERS="0",
        PORT="eighty",
        HUB_SEAL_KEY="c2hvcnQ=",
        HUB_METRICS_TOKEN="short",
        HUB_BASE_URL="http://hub.example.org",
    )
    assert told == {
        ("HUB_ENV", "setting-not-a-choice"),
        ("HUB_DATABASE_URL", "setting-not-a-database"),
        ("HUB_WORKERS", "setting-out-of-range"),
        ("PORT", "setting-not-a-number"),
        ("HUB_SEAL_KEY", "setting-weak"),
        ("HUB_METRICS_TOKEN", "setting-weak"),
        ("HUB_BASE_URL", "setting-not-https"),
    }


def test_a_production_that_says_what_it_needs(tmp_path):
    found = load({**PRODUCTION, "HUB_VAR": str(tmp_path), "HUB_BASE_URL": "https://hub.example.org/"})
    assert (found.demo, found.base_url, found.port) == (False, "https://hub.example.org", 8000)
    assert found.database_url == f"sqlite:///{tmp_path}/hub.sqlite"
    assert found.seal_keys == (bytes(range(64)),)
    assert found.limits.rate > 0


@pytest.mark.parametrize(
    "url",
    [
        "https://hub.example.org/path",
        "https://hub.example.org?x=1",
        "https://me@hub.example.org",
        "https://",
        "hub.example.org",
        "https://[::1",
    ],
)
def test_se_8_the_base_url_is_an_origin(url):
    assert faults(**PRODUCTION | {"HUB_BASE_URL": url}) == {("HUB_BASE_URL", "setting-not-an-origin")}


def test_http_is_for_loopback_in_the_demo(tmp_path):
    demo = {"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)}
    assert load({**demo, "PORT": "8123"}).base_url == "http://127.0.0.1:8123"
    assert load({**demo, "HUB_BASE_URL": "http://localhost:9"}).base_url == "http://localhost:9"
    assert faults(**demo, HUB_BASE_URL="http://192.0.2.1") == {("HUB_BASE_URL", "setting-not-https")}
    assert faults(**PRODUCTION | {"HUB_BASE_URL": "http://127.0.0.1"}) == {("HUB_BASE_URL", "setting-not-https")}


def test_the_demo_makes_its_key_once_for_itself_alone(tmp_path):
    demo = {"HUB_ENV": "demo", "HUB_VAR": str(tmp_path)}
    first, second = load(demo), load(demo)
    assert first.seal_keys == second.seal_keys
    assert len(first.seal_keys[0]) == 64
    path = seal_keys.get_path(tmp_path / "demo")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_that_others_read_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o644)
    given = {"HUB_BASE_URL": "https://hub.example.org", "HUB_SEAL_KEY_FILE": str(path)}
    assert faults(**given) == {("HUB_SEAL_KEY", "setting-open-file")}
    path.chmod(0o400)
    assert load(given).seal_keys == (bytes(range(64)),)
    path.unlink()
    assert faults(**given) == {("HUB_SEAL_KEY", "setting-no-file")}


@pytest.mark.parametrize("key", ["", "not base64 at all", base64.b64encode(b"0" * 64).decode(), KEY[:-4]])
def test_a_weak_key_is_refused(key):
    with pytest.raises(Invalid, match="setting-weak"):
        seal_keys.decode(key)


def test_the_former_key_comes_second():
    assert load(PRODUCTION | {"HUB_SEAL_KEY_PREVIOUS": OTHER_KEY}).seal_keys == (
        bytes(range(64)),
        bytes(range(64, 128)),
    )


def test_limits_can_be_moved_within_bounds():
    moved = load(PRODUCTION | {"HUB_LIMIT_BATCH": "10", "HUB_LIMIT_RATE": "0"}).limits
    assert (moved.batch, moved.rate, moved.body) == (10, 0, 2 * 1024 * 1024)


def test_settings_show_no_secret_when_printed():
    shown = repr(load(PRODUCTION | {"HUB_METRICS_TOKEN": "t" * 40}))
    assert "t" * 40 not in shown
    assert "\\x01\\x02" not in shown


def test_the_example_and_the_settings_name_the_same_things():
    page = (Path(__file__).parents[3] / ".env.example").read_text()
    named = re.findall(r"^(?:# )?([A-Z_]+)=", page, re.MULTILINE)
    assert sorted(set(named)) == sorted({*NAMES, "HUB_TEST_POSTGRES_URL"})


def test_the_example_shows_the_defaults():
    page = (Path(__file__).parents[3] / ".env.example").read_text()
    shown = dict(
        re.findall(r"^# ((?:HUB_)?(?:HOST|PORT|VAR|WORKERS|THREADS|PROXY|LIMIT_\w+))=(.+)$", page, re.MULTILINE)
    )
    assert len(shown) == 11
    assert load(PRODUCTION | shown) == load(PRODUCTION)


def test_nothing_else_reads_the_environment():
    hub = Path(__file__).parents[3] / "hub"
    readers = {str(path.relative_to(hub)) for path in hub.rglob("*.py") if _reads_environment(path)}
    # The command line passes the environment to `load` and reads the locale; prometheus-client finds its folder there; authlib
    # has a switch there with which the hub refuses to start.
    assert readers <= {
        "cli/__init__.py",
        "cli/settings.py",
        "cli/init.py",
        "cli/check.py",
        "cli/demo.py",
        "http/metrics.py",
        "auth/config.py",
    }
    assert "cli/settings.py" in readers


def _reads_environment(path):
    nodes = ast.walk(ast.parse(path.read_text()))
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node) for node in nodes
    )


def _is_os(node):
    return isinstance(node.value, ast.Name) and node.value.id == "os"
