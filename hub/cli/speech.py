"""What every command shares: `--lang`, `--json`, and one way to speak.

Results go to standard output and problems to standard error, so that a pipe reads results alone. With `--json`
both are JSON. Sentences are in French unless `--lang en`, and come from the catalogue `hub.domain.messages`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from hub.domain.errors import Problem
from hub.domain.messages import text


@dataclass
class Terminal:
    """Where a command speaks: its language and its form."""

    language: str = "fr"
    as_json: bool = False

    def say(self, code: str, **facts: Any) -> None:
        """One result: the sentence of `code`, then its `facts` (`name: value`), or all of it as one JSON object."""
        if self.as_json:
            click.echo(json.dumps({"code": code, **facts}, ensure_ascii=False, default=str))
            return
        click.echo(" ".join([text(code, self.language), *(f"{name}: {value}" for name, value in facts.items())]))

    def complain(self, problems: Iterable[Problem]) -> None:
        """Each problem on a line: where, and what is wrong there."""
        for problem in problems:
            told = {"code": problem.code, "where": problem.where, "text": text(problem.code, self.language)}
            place = f"{problem.where} : " if problem.where else ""
            click.echo(json.dumps(told, ensure_ascii=False) if self.as_json else place + told["text"], err=True)


def get_terminal() -> Terminal:
    """The terminal of the command that runs."""
    return click.get_current_context().find_root().ensure_object(Terminal)


def _make_setter(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            setattr(context.find_root().ensure_object(Terminal), name, value)

    return remember


def _build_shared_options() -> list[click.Parameter]:
    """`--lang` and `--json`, before the command's name or after it. Read first, for `--help` to speak the language."""
    languages = click.Choice(["fr", "en"])
    quiet: Mapping[str, Any] = {"expose_value": False, "is_eager": True}
    return [
        click.Option(["--lang"], type=languages, callback=_make_setter("language"), help="fr, en", **quiet),
        click.Option(["--json"], is_flag=True, callback=_make_setter("as_json"), help="JSON", **quiet),
    ]


class HubCommand(click.Command):
    """A command whose help is the catalogue's sentence `help`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.extend(_build_shared_options())

    def get_short_help_str(self, limit: int = 45) -> str:
        del limit
        return text(self.help or "", get_terminal().language)

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        del context
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text(self.help or "", get_terminal().language))


class HubGroup(click.Group, HubCommand):
    """The group of all commands, or of some that belong together (`hub partner …`)."""

    command_class = HubCommand
