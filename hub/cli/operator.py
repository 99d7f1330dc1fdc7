"""Who runs a command at the machine, for the traces of what it does."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.accounts.management.authority import Authority


def make_operator() -> Authority:
    """The operator, who may do everything. Its name is that of the account at the machine."""
    from hub.accounts.management.authority import as_operator

    return as_operator(getpass.getuser())
