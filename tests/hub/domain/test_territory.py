"""`config/territory.toml`, and which names its page refuses."""

from __future__ import annotations

import pytest

from hub.domain.config_pages import PageError
from hub.domain.territory import load_territory, read_territory

PAGE = 'name = "Le Port"\norganisation = "CCAS"\n'


def test_the_page_names_a_zone() -> None:
    assert load_territory().timezone.key == load_territory().zone
    assert read_territory(PAGE).zone == "Europe/Paris"
    assert read_territory(f'{PAGE}zone = "Indian/Reunion"').timezone.key == "Indian/Reunion"


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (f'{PAGE}zone = "Europe/Lyon"', "zone: Europe/Lyon is no time zone"),
        (f'{PAGE}zone = "+04:00"', "zone: "),
        ('organisation = "CCAS"', "name: "),
        ('name = ""\norganisation = ""', "name: a name is expected; organisation: a name"),
        (f"{PAGE}heures = 3", "heures: unknown key"),
        ("name = ", "territory.toml: "),
    ],
)
def test_a_wrong_page_stops_the_start(page: str, fault: str) -> None:
    with pytest.raises(PageError) as refusal:
        read_territory(page)
    assert fault in str(refusal.value)
