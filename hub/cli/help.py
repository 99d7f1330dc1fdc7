"""The help pages of commands, from `hub.cli.texts`, in the language of the terminal.

click writes its own words in English and takes help texts when a command is defined, before the language is known; so each
part of the page is written here.
"""

from __future__ import annotations

from typing import Any

import click

from hub.cli.terminal import LANGUAGES, get_terminal
from hub.cli.texts import HELP, PLACEHOLDERS, WORDS, choose


class HubCommand(click.Command):
    """A command with `--lang` and `--json`, whose help is in `HELP` under its path, such as `hub partner add`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # `make_terminal` has read both; here they are checked and listed.
        self.params.append(click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False))
        self.params.append(click.Option(["--json"], is_flag=True, expose_value=False))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [_translate(piece, ctx) for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), f"{_find_word('usage', ctx)} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(choose(HELP[ctx.command_path], get_terminal(ctx).language))

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (_translate(parameter.make_metavar(ctx), ctx), describe(parameter, ctx))
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Argument)
        ]
        _write_rows(rows, "arguments", ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option):
                placeholder = "" if parameter.is_flag else f" {_translate(parameter.make_metavar(ctx), ctx)}"
                required = f"  {_find_word('required', ctx)}" if parameter.required else ""
                rows.append((", ".join(parameter.opts) + placeholder, describe(parameter, ctx) + required))
        _write_rows(rows, "options", ctx, formatter)


class HubGroup(click.Group, HubCommand):
    """All commands, or some that belong together (`hub partner …`)."""

    command_class = HubCommand

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = get_terminal(ctx).language
        rows = [(name, choose(HELP[f"{ctx.command_path} {name}"], language)) for name in self.list_commands(ctx)]
        _write_rows(rows, "commands", ctx, formatter)


def describe(parameter: click.Parameter, context: click.Context) -> str:
    """The help of an argument or option: that of its command, or the one that all commands share.

    Raises KeyError when the catalogue has neither.
    """
    name = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(context)
    return choose(HELP.get(f"{context.command_path} {name}") or HELP[name], get_terminal(context).language)


def _find_word(name: str, context: click.Context) -> str:
    return choose(WORDS[name], get_terminal(context).language)


def _translate(placeholder: str, context: click.Context) -> str:
    return placeholder if get_terminal(context).language == "en" else PLACEHOLDERS.get(placeholder, placeholder)


def _write_rows(
    rows: list[tuple[str, str]], heading: str, context: click.Context, formatter: click.HelpFormatter
) -> None:
    if rows:
        with formatter.section(_find_word(heading, context)):
            formatter.write_dl(rows)
