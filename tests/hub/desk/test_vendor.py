"""What others wrote is named, licensed, and byte for byte what its hash says."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.desk.tools import purge
from hub.desk.tools.vendor import FOLDERS, VendoredPackage, compute_sha256, read_manifest

ROOT = Path(__file__).parents[3]
PACKAGES = [package for folder in FOLDERS for package in read_manifest(folder)]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_files_are_what_their_hashes_say(package: VendoredPackage) -> None:
    assert {file.path.name: compute_sha256(file.path.read_bytes()) for file in package.files} == {
        file.path.name: file.sha256 for file in package.files
    }


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_has_its_licence_and_an_entry_in_the_notice(package: VendoredPackage) -> None:
    assert package.source == f"npm: {package.name}@{package.version}"
    assert "LICENSE" in {file.path.name for file in package.files}
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert f"{package.name} {package.version}" in notice
    assert package.licence in notice


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_nothing_is_in_a_folder_that_its_manifest_does_not_name(folder: Path) -> None:
    named = {file.path for package in read_manifest(folder) for file in package.files} | {folder / "VENDOR.toml"}
    assert {path for path in folder.rglob("*") if path.is_file()} == named


def test_the_sheet_of_bootstrap_is_what_the_program_writes() -> None:
    assert purge.OUTPUT.read_text("utf-8") == purge.build(), "run `make sheets`"


def test_rules_of_other_classes_and_unread_properties_are_left_out() -> None:
    sheet = (
        '/*! licence */:root,[data-bs-theme=light]{--a:1;--b:var(--c);--c:url("data:;x}")}.btn{color:var(--a)}'
        ".btn,.card{margin:0}.card .btn{top:0}@media print{.card{top:0}}@media (x){.btn{top:1px}}a{top:0}"
    )
    assert purge.purge(sheet, frozenset({"btn"}), "") == (
        "/*! licence */\n:root{--a:1;}\n.btn{color:var(--a)}\n.btn{margin:0}\n@media (x){.btn{top:1px}}\na{top:0}\n"
    )
