from __future__ import annotations

from typing import Any

import pytest
from msgspec.json import decode

from tests.territory import PERSON, Json, Territory, condition, person

DORA = "Patient/dora"


class Ward:
    """The territory with two persons in it, and what their journals say to whom."""

    def __init__(self, here: Territory) -> None:
        self.here = here

    def opens(self, role: str, name: str) -> None:
        """`role` reads `name`; a second goes by."""
        self.here.open(role, session=f"jti-{role}").read(name)
        self.here.pass_time()

    def page(self, role: str, *asked: tuple[str, str], patient: str = PERSON, cursor: str | None = None) -> Any:
        """The page that `role` is shown; a second goes by."""
        whose = [("patient", patient)] if patient and cursor is None else []
        found = self.here.open(role).search("AuditEvent", [*whose, *asked], cursor=cursor)
        self.here.pass_time()
        return found

    def events(self, role: str, *asked: tuple[str, str], patient: str = PERSON) -> list[Json]:
        return [decode(one.body) for one in self.page(role, *asked, patient=patient).slices]

    def told(self, role: str, *asked: tuple[str, str], patient: str = PERSON) -> list[tuple[str, list[str]]]:
        """(who, what) of each event that is shown to `role`, the newest first."""
        return [
            (one["agent"][0]["who"]["reference"], [entity["what"]["reference"] for entity in one["entity"]])
            for one in self.events(role, *asked, patient=patient)
        ]


@pytest.fixture
def ward(here: Territory) -> Ward:
    """Jeanne in the circle of most; Dora whom the hub itself registered, and nobody else knows."""
    here.join_circle("medecin_traitant", "ssiad", "gestionnaire", "psy_cmp")
    here.write(condition("c"), condition("psy", "F20.0"))
    here.write(person() | {"id": "dora", "identifier": []}, by="Organization/dac")
    here.write(condition("d", subject={"reference": DORA}))
    here.pass_time()
    return Ward(here)
