import pytest

from hub.cli.exits import Exit, Stop
from hub.cli.settings import load_demo_settings


def test_a_command_of_the_demo_assumes_the_demo_and_refuses_production(monkeypatch, tmp_path):
    monkeypatch.delenv("HUB_ENV", raising=False)
    monkeypatch.setenv("HUB_VAR", str(tmp_path))
    monkeypatch.delenv("HUB_BASE_URL", raising=False)
    assert load_demo_settings().demo
    monkeypatch.setenv("HUB_ENV", "production")
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org")
    with pytest.raises(Stop) as stop:
        load_demo_settings()
    assert stop.value.exit == Exit.NOT_READY
