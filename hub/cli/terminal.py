"""How a command writes: results on standard output, problems on standard error, as sentences or as JSON.

Sentences are French or English. They come from `hub.domain.messages`, which gives one for each code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import click

from hub.cli.texts import FACTS, choose
from hub.domain.errors import Problem
from hub.domain.messages import get_text

LANGUAGES = ("fr", "en")
# The variables of the locale, the first that is set deciding (POSIX, Base Definitions, chapter 8).
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Terminal:
    """`language`: of the sentences. `as_json`: one JSON object a line in place of a sentence."""

    language: str = "fr"
    as_json: bool = False

    def report(self, code: str, **facts: Any) -> None:
        """Write one result: the sentence of `code` and its `facts`, or one JSON object of both."""
        if self.as_json:
            click.echo(json.dumps({"code": code, **facts}, ensure_ascii=False, default=str))
            return
        pairs = ((choose(FACTS[key], self.language), value) for key, value in facts.items())
        click.echo(" ".join([get_text(code, self.language), *(self._join(name, str(value)) for name, value in pairs)]))

    def report_problems(self, problems: Iterable[Problem]) -> None:
        """Write each problem on a line: where it is, and what is wrong."""
        for problem in problems:
            sentence = get_text(problem.code, self.language)
            fields = {"code": problem.code, "where": problem.where, "text": sentence}
            line = json.dumps(fields, ensure_ascii=False) if self.as_json else self._join(problem.where, sentence)
            click.echo(line, err=True)

    def _join(self, name: str, value: str) -> str:
        return f"{name}{': ' if self.language == 'en' else ' : '}{value}" if name else value


def make_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> Terminal:
    """The terminal that the command line asks for.

    The arguments are read here, before click parses them, so that help and usage errors follow `--lang` and `--json`
    wherever these are.
    """
    return Terminal(_find_language(arguments) or _find_locale_language(environment), "--json" in arguments)


def get_terminal(context: click.Context | None = None) -> Terminal:
    """The terminal of `context`, by default of the command that runs."""
    return (context or click.get_current_context()).find_root().ensure_object(Terminal)


def _find_language(arguments: Sequence[str]) -> str:
    """The value of `--lang` if it is a known language, else ""."""
    values = [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    values += [value for option, value in pairwise(arguments) if option == "--lang"]
    return next((value for value in values if value in LANGUAGES), "")


def _find_locale_language(environment: Mapping[str, str]) -> str:
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    return "en" if locale.startswith("en") else "fr"
