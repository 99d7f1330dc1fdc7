"""`python -m hub <command>`: each command is a module, listed here (`docs/contract.md` §3)."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from hub.cli import (
    backup,
    check,
    demo,
    endpoint,
    grants,
    import_,
    init,
    key,
    organisation,
    partner,
    policy,
    purge,
    reindex,
    relabel,
    replay,
    serve,
    source,
    token,
    user,
    version,
    worker,
)
from hub.cli.exits import Exit, Stop
from hub.cli.help import HubGroup
from hub.cli.terminal import make_terminal
from hub.cli.usage import explain
from hub.domain.errors import HubError

# A new command is a module, a line here and its help in `hub.cli.texts`.
COMMANDS: tuple[click.Command, ...] = (
    init.run,
    demo.run,
    serve.run,
    worker.run,
    organisation.group,
    partner.group,
    user.group,
    key.group,
    source.group,
    endpoint.group,
    token.run,
    import_.run,
    replay.run,
    grants.group,
    reindex.run,
    relabel.run,
    purge.run,
    policy.group,
    check.run,
    backup.run_backup,
    backup.run_restore,
    version.run,
)


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (`docs/contract.md` §3)."""
    # Files that the hub writes, such as an SQLite record, are readable by its own account alone.
    os.umask(0o077)
    terminal = make_terminal(arguments, os.environ)
    group = HubGroup("hub", commands={str(command.name): command for command in COMMANDS})
    try:
        code = group.main(list(arguments), prog_name="hub", standalone_mode=False, obj=terminal)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Exit.USAGE
    except click.UsageError as error:
        if error.ctx is not None and not terminal.as_json:
            click.echo(error.ctx.get_usage(), err=True)
        terminal.report_problems([explain(error)])
        return Exit.USAGE
    except click.Abort:
        return Exit.FAULT
    except Stop as stop:
        terminal.report_problems(stop.problems)
        return stop.exit
    except HubError as error:
        terminal.report_problems(error.problems)
        return Exit.FAULT
    return code if isinstance(code, int) else Exit.OK
