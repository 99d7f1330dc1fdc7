"""Usage errors as problems: click's own sentences are English only."""

from __future__ import annotations

from typing import Any

import click

from hub.domain.errors import Problem

# The type of a parameter → the code for a value that it refuses.
_CODES: tuple[tuple[type[click.ParamType[Any]], str], ...] = (
    (click.Choice, "cli-usage-choice"),
    (click.IntRange, "cli-usage-number"),
    (click.DateTime, "cli-usage-date"),
    (click.Path, "cli-usage-file"),
)


def explain(error: click.UsageError) -> Problem:
    """The problem that `error` is: its code, and the option, argument or command that it concerns."""
    match error:
        case click.NoSuchOption():
            return Problem("cli-usage-option", error.option_name)
        case click.NoSuchCommand():
            return Problem("cli-usage-command", error.command_name)
        case click.BadOptionUsage():
            return Problem("cli-usage-value", error.option_name)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return Problem("cli-usage-missing", _get_name(parameter, error.ctx))
        case click.BadParameter(param=click.Parameter() as parameter):
            codes = [code for kind, code in _CODES if isinstance(parameter.type, kind)]
            return Problem(codes[0] if codes else "cli-usage-value", _get_name(parameter, error.ctx))
        case _:
            return Problem("cli-usage-arguments")


def _get_name(parameter: click.Parameter, context: click.Context | None) -> str:
    if isinstance(parameter, click.Option) or context is None:
        return parameter.opts[0]
    return parameter.make_metavar(context)
