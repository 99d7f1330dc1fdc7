"""What is checked before the authorization server starts (`docs/security.md` D1, §1.6.15, P02)."""

from __future__ import annotations

import pytest

from hub.auth import config
from hub.auth.blueprint import create_auth_blueprint
from hub.domain.errors import Invalid
from hub.record.db.store import Store


def list_problems(environment: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as raised:
        config.refuse_unsafe_start(environment)
    return [(problem.code, problem.where) for problem in raised.value.problems]


def test_the_installed_versions_are_accepted() -> None:
    config.refuse_unsafe_start({})


@pytest.mark.parametrize("installed", ["1.9.8", "1.9", "0.15.6", "2.0.0", "1.9.9rc1"])
def test_d1_another_authlib(monkeypatch: pytest.MonkeyPatch, installed: str) -> None:
    monkeypatch.setattr(config, "version", lambda name: installed if name == "authlib" else "1.8.0")
    assert list_problems({}) == [("auth-version", "authlib")]


@pytest.mark.parametrize("value", ["1", "0", ""])
def test_p02_the_transport_check_is_not_switched_off(value: str) -> None:
    assert list_problems({config.INSECURE_TRANSPORT: value}) == [("auth-insecure-transport", config.INSECURE_TRANSPORT)]


def test_p02_the_blueprint_looks_at_the_real_environment(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv(config.INSECURE_TRANSPORT, "0")
    with pytest.raises(Invalid):
        create_auth_blueprint(config.AuthConfig("https://hub.example"), lambda: store)
