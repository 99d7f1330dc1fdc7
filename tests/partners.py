"""The client that tests of partners and access start from."""

from __future__ import annotations

from hub.record.clients.registry import Partner

SSIAD = Partner("ssiad", "Soins à domicile fictifs", "Organization/ssiad", "ssiad", ("system/*.crus",), ("ssiad-csv",))
