"""`python -m hub <command>`: one module a command, listed here (`docs/contract.md` §3)."""

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
    partner,
    policy,
    reindex,
    replay,
    serve,
    token,
    version,
    worker,
)
from hub.cli.exits import Exit, Stop
from hub.cli.speech import HubGroup, Terminal
from hub.domain.errors import HubError

# A new command is one module that has `command`, and one word here.
COMMANDS: tuple[click.Command, ...] = (
    init.run,
    demo.run,
    serve.run,
    worker.run,
    partner.group,
    endpoint.group,
    token.run,
    import_.run,
    replay.run,
    grants.group,
    reindex.run,
    policy.group,
    check.run,
    backup.backup,
    backup.restore,
    version.run,
)


def main(arguments: Sequence[str]) -> int:
    """Run one command; the number is what `docs/contract.md` §3 promises to shells."""
    # What the hub writes, such as an SQLite record, is for its own account alone.
    os.umask(0o077)
    speech = Terminal()
    group = HubGroup("hub", commands={str(command.name): command for command in COMMANDS}, help="cli-hub")
    try:
        ended = group.main(list(arguments), prog_name="hub", standalone_mode=False, obj=speech)
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except click.Abort:
        return Exit.FAULT
    except Stop as end:
        speech.complain(end.problems)
        return end.exit
    except HubError as fault:
        speech.complain(fault.problems)
        return Exit.FAULT
    return ended if isinstance(ended, int) else Exit.OK
