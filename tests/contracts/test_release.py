"""The release has one number, wherever it is said, and a licence."""

import json
import re
import tomllib
from pathlib import Path

from packaging.licenses import canonicalize_license_expression

from hub.cli import main
from hub.version import VERSION

ROOT = Path(__file__).parents[2]
# A version of Keep a Changelog: its number, and its date once it is released.
HEADING = re.compile(r"## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2}|unreleased)")


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_project_file_says_it():
    assert PROJECT["version"] == VERSION


def test_the_licence_is_named_as_spdx_does_and_its_files_are_there():
    assert canonicalize_license_expression(PROJECT["license"]) == PROJECT["license"]
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])


def test_the_newest_heading_of_the_changelog_says_it():
    headings = [line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")]
    versions = [HEADING.fullmatch(line) for line in headings]
    assert all(versions), headings
    assert versions[0][1] == VERSION
    # What is under an older heading is released.
    assert [match[2] for match in versions[1:] if match[2] == "unreleased"] == []


def test_the_command_line_says_it(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_ENV", "demo")
    monkeypatch.setenv("HUB_VAR", str(tmp_path))
    assert main(["--json", "version"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == VERSION


def test_the_server_says_it(http):
    assert http.get("/version").json["version"] == VERSION
    assert http.get("/fhir/metadata").json["software"]["version"] == VERSION
