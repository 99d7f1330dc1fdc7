"""`hub organisation`: the organisations for which partners and people act (`docs/contract.md` §3)."""

from __future__ import annotations

import click

from hub.cli.help import HubGroup
from hub.cli.operator import make_operator
from hub.cli.record import open_record
from hub.cli.terminal import get_terminal
from hub.domain.errors import Conflict

group = HubGroup("organisation")


@group.command("add")
@click.argument("organisation", metavar="ID")
@click.option("--name", metavar="NAME", required=True)
@click.option("--category", metavar="CODE", default="")
@click.option("--dry-run", is_flag=True)
def add(organisation: str, name: str, category: str, dry_run: bool) -> None:
    """Enter `organisation` in the directory."""
    from hub.record.accounts.organisations import add_organisation, check_organisation, is_known

    check_organisation(organisation, name, category)
    with open_record() as store:
        if not dry_run:
            add_organisation(store, organisation, name, category, make_operator().agent)
        elif is_known(store, organisation):
            raise Conflict("organisation-known")
    get_terminal().report(
        "cli-organisation-would" if dry_run else "cli-organisation-done", party=f"Organization/{organisation}"
    )


@group.command("list")
def list_all() -> None:
    """Report each organisation of the directory with the roles that act for it."""
    from hub.record.accounts.organisations import list_organisations

    with open_record() as store:
        organisations = list_organisations(store)
    for organisation in organisations:
        get_terminal().report(
            "cli-organisation-is" if organisation.active else "cli-organisation-inactive",
            party=f"Organization/{organisation.id}",
            name=organisation.name,
            roles=" ".join(organisation.roles),
        )
