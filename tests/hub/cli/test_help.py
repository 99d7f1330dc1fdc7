"""The help of commands, in both languages, and that its catalogue is complete."""

import ast
from pathlib import Path

import click
import pytest

from hub.cli import COMMANDS, main
from hub.cli.exits import Exit
from hub.cli.help import HubGroup, describe
from hub.cli.terminal import Terminal, make_terminal
from hub.cli.texts import FACTS, HELP, PLACEHOLDERS
from tests.hub.cli.test_main import environment

__all__ = ["environment"]

CLI = Path(__file__).parents[3] / "hub" / "cli"


def list_contexts():
    """A click context for each command, groups and the whole included."""

    def walk(command, parent, name):
        context = click.Context(command, parent, name, obj=Terminal())
        yield context
        for child in getattr(command, "commands", {}).values():
            yield from walk(child, context, child.name)

    return list(walk(HubGroup("hub", commands={command.name: command for command in COMMANDS}), None, "hub"))


CONTEXTS = list_contexts()


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.command_path)
def test_every_command_and_parameter_has_help_in_french_and_english(capsys, context):
    path = context.command_path.split()[1:]
    for language, side in (("en", 0), ("fr", 1)):
        assert main([*path, "--lang", language, "--help"]) == Exit.OK
        page = " ".join(capsys.readouterr().out.split())
        assert HELP[context.command_path][side] in page
        context.find_root().obj = Terminal(language)
        for parameter in context.command.get_params(context):
            assert describe(parameter, context) in page
        assert ("Usage: " in page, "Utilisation : " in page) == (language == "en", language == "fr")


def test_the_catalogue_has_nothing_else():
    used = set()
    for context in CONTEXTS:
        used.add(context.command_path)
        for parameter in context.command.get_params(context):
            name = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(context)
            used.add(f"{context.command_path} {name}" if f"{context.command_path} {name}" in HELP else name)
    assert used == HELP.keys()


def test_every_placeholder_is_used_and_none_is_click_s_own():
    pieces = {piece for context in CONTEXTS for piece in context.command.collect_usage_pieces(context)}
    options = {
        parameter.make_metavar(context)
        for context in CONTEXTS
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Option) and not parameter.is_flag
    }
    assert PLACEHOLDERS.keys() <= pieces | options
    assert options.isdisjoint({"TEXT", "INTEGER", "INTEGER RANGE", "PATH"})


def test_every_fact_of_a_result_has_a_name():
    keys = {
        keyword.arg
        for path in CLI.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "report"
        for keyword in node.keywords
    }
    # `hub replay` reports each dead letter with these.
    assert (keys - {None}) | {"id", "source", "cause"} == FACTS.keys()


@pytest.mark.parametrize(
    ("arguments", "variables", "language"),
    [
        ([], {}, "fr"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "fr"),
        ([], {"LANG": "C.UTF-8"}, "fr"),
        ([], {"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US"}, "en"),
        ([], {"LANG": "en_US", "LC_MESSAGES": "fr_FR"}, "fr"),
        ([], {"LANG": "en_US", "LC_ALL": ""}, "en"),
        (["version", "--lang", "fr"], {"LANG": "en_US"}, "fr"),
        (["--lang=en", "version"], {}, "en"),
        (["--help", "--lang", "en"], {}, "en"),
        (["--lang", "de"], {"LANG": "en_US"}, "en"),
        (["--lang"], {}, "fr"),
    ],
)
def test_the_language_is_that_of_the_option_else_of_the_locale(arguments, variables, language):
    assert make_terminal(arguments, variables).language == language


def test_without_a_command_the_help_is_a_usage_error(capsys):
    assert main([]) == Exit.USAGE
    output = capsys.readouterr()
    assert (output.out, output.err[:11]) == ("", "Utilisation")
