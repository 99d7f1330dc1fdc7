"""`/admin/droits`: the matrix, the reasons of each cell, the versions and who gains and loses by one."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from hub.domain.config_pages import read_config
from hub.domain.roles import load_roles
from hub.record.tables import policy_version
from tests.hub.desk.web.browsing import Browsing
from tests.territory import Territory


def add_version(here: Territory, number: int, before: str = "", after: str = "") -> None:
    """A version as it was applied, whose page of roles had `after` in place of `before`."""
    roles = read_config("roles.toml")
    assert before in roles
    values = {
        "at": here.store.now(),
        "by": "operator:root",
        "fingerprint": "x",
        "sections": read_config("sections.toml"),
    }
    with here.store.write() as connection:
        connection.execute(
            insert(policy_version).values(
                number=number, roles=roles.replace(before, after, 1) if before else roles, **values
            )
        )


def test_the_matrix_has_every_role_of_people_and_the_version_in_force(admin: Browsing) -> None:
    page = admin.get("/admin/droits").text
    assert "version 1" in page.replace("\xa0", " ")
    assert 'data-motif="Policy"' in page
    for name in load_roles():
        assert f'href="/admin/droits/roles/{name}"' in page


@pytest.mark.parametrize("role", sorted(load_roles()))
def test_each_role_has_its_reasons(admin: Browsing, role: str) -> None:
    assert admin.get(f"/admin/droits/roles/{role}").status_code == 200


def test_a_reason_names_ties_and_agreement(admin: Browsing) -> None:
    page = admin.get("/admin/droits/roles/gestionnaire").text
    assert "être dans le cercle de la personne" in page
    assert "Et l&#39;accord de la personne" in page
    assert admin.get("/admin/droits/roles/notaire").status_code == 404


def test_two_versions_are_compared_by_who_gains_and_who_loses(admin: Browsing, here: Territory) -> None:
    assert "qu'une version" in admin.get("/admin/droits/versions").text
    old = '[saad.sections]\nidentity = { level = "summary", shows = ["usual"] }\ncontacts = "read"'
    add_version(here, 2, old, '[saad.sections]\nidentity = "read"\ncontacts = "none"')
    page = admin.get("/admin/droits/versions?de=1&a=2").text.replace("\xa0", " ")
    assert page.count(">gagne</span>") == 1
    assert page.count(">perd</span>") == 1
    page = admin.get("/admin/droits/versions?de=2&a=1").text
    assert page.count(">gagne</span>") == 1
    assert "2 changements depuis la version 1" in admin.get("/admin/droits").text.replace("\xa0", " ")
    assert admin.get("/admin/droits/versions?de=1&a=1").status_code == 200


def test_pages_that_wait_to_be_applied_are_said(admin: Browsing, here: Territory) -> None:
    assert "hub policy apply" not in admin.get("/admin/droits").text
    add_version(here, 2)
    assert "hub policy apply" in admin.get("/admin/droits").text


@pytest.mark.parametrize("number", ["0", "7", "x", "-1", "1" * 30, "٣"])
def test_a_version_that_is_not_there(admin: Browsing, number: str) -> None:
    assert admin.get(f"/admin/droits/versions?de={number}").status_code == 404
