"""Pages use classes that a sheet defines, and no more of Bootstrap than its list says."""

from __future__ import annotations

import re
from pathlib import Path

from hub.desk.tools.purge import KEPT, OUTPUT, STYLES, VENDORED, read_kept
from tests.hub.desk.gallery import ERROR_PATHS, PAGES, create_gallery

CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
KEPT_CLASSES = read_kept(KEPT.read_text("utf-8"))


def read_classes(path: Path) -> set[str]:
    """The classes that a sheet has rules for."""
    return set(CLASS.findall(re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text("utf-8"), flags=re.DOTALL)))


def test_every_class_of_the_gallery_is_defined() -> None:
    ours = {name for path in STYLES.glob("*.css") if path != OUTPUT for name in read_classes(path)}
    client = create_gallery().test_client()
    pages = [client.get(path).text for path in (*(f"/galerie/{name}" for name in PAGES), *ERROR_PATHS)]
    used = {name for page in pages for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}
    assert len(used) > 100
    assert used - ours - KEPT_CLASSES - read_classes(Path(__file__).parent / "gallery.css") == set()


def test_what_is_kept_of_bootstrap_is_there() -> None:
    assert read_classes(VENDORED) >= KEPT_CLASSES
