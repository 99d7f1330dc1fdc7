"""The list of pages, and what happens where there is no browser."""

from __future__ import annotations

import shutil

import pytest

from tests.browser import NoBrowser, launch
from tests.pages.sites import GALLERY, SITES, Page, is_chosen


def test_pages_have_names_of_their_own() -> None:
    names = [(site.name, page.name) for site in SITES for page in site.pages]
    assert len(names) == len(set(names))
    assert Page("/demandes", "guichet").name == "demandes-guichet"


def test_pages_are_chosen_by_how_their_names_begin() -> None:
    assert all(is_chosen(page, []) for page in GALLERY.pages)
    assert [page.path for page in GALLERY.pages if is_chosen(page, ["galerie-planche"])] == ["/galerie/planche"]


def test_without_chromium_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(NoBrowser, match="apt-get install chromium"), launch():
        pass
