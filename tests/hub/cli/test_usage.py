"""Usage errors: exit 2, nothing on standard output, and one problem that names its place."""

import json

import pytest

from hub.cli import main
from hub.cli.exits import Exit
from tests.hub.cli.test_main import environment

__all__ = ["environment"]

CASES = [
    (["nothing"], "cli-usage-command", "nothing"),
    (["version", "--nothing"], "cli-usage-option", "--nothing"),
    (["version", "extra"], "cli-usage-arguments", ""),
    (["--lang", "de", "version"], "cli-usage-choice", "--lang"),
    (["import", __file__], "cli-usage-missing", "--source"),
    (["import", "--source", "s"], "cli-usage-missing", "FILE"),
    (["import", "/nowhere/file", "--source", "s"], "cli-usage-file", "FILE"),
    (["import", __file__, "--source"], "cli-usage-value", "--source"),
    (["replay", "--since", "yesterday"], "cli-usage-date", "--since"),
    (["partner", "rotate", "a", "--key", __file__, "--overlap", "-1"], "cli-usage-number", "--overlap"),
    (["check", "--json=yes"], "cli-usage-value", "--json"),
]


@pytest.mark.parametrize(("arguments", "code", "where"), CASES)
def test_a_usage_error_is_a_problem(arguments, code, where, capsys):
    assert main([*arguments, "--json"] if arguments[-1] != "--source" else ["--json", *arguments]) == Exit.USAGE
    output = capsys.readouterr()
    (problem,) = (json.loads(line) for line in output.err.splitlines())
    assert (problem["code"], problem["where"], output.out) == (code, where, "")


def test_people_see_the_usage_line_first(capsys):
    assert main(["import", __file__, "--lang", "en"]) == Exit.USAGE
    assert capsys.readouterr().err == "Usage: hub import [OPTIONS] FILE\n--source: Missing\n"
