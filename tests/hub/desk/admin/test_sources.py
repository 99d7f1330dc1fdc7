"""`/admin/sources`: who may send to which source, and a try that keeps nothing and shows nothing of a person."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import func, select

from hub.domain.config_pages import CONFIG
from hub.record.clients.registry import Partner, register
from hub.record.tables import message
from tests.hub.desk.web.browsing import Browsing
from tests.territory import Territory

EXAMPLE = (CONFIG / "demo" / "demande.hl7").read_bytes()


def try_message(admin: Browsing, body: bytes) -> str:
    admin.get("/admin/sources/chu-hl7")
    return admin.submit("essai", fichier=(BytesIO(body), "message.hl7")).text.replace("\xa0", " ")


def test_each_source_says_who_may_send(admin: Browsing, here: Territory) -> None:
    assert "personne encore" in admin.get("/admin/sources").text
    register(
        here.store, Partner("chu-dpi", "x", "Organization/chu", "hosp_clinicien", ("system/Bundle.c",), ("chu-hl7",))
    )
    assert "chu-dpi" in admin.get("/admin/sources").text
    assert "/intake/chu-hl7" in admin.get("/admin/sources/chu-hl7").text


def test_a_try_says_what_would_prevent_it_and_keeps_nothing(admin: Browsing, here: Territory) -> None:
    assert "1 chose empêcherait" in try_message(admin, EXAMPLE)
    register(
        here.store, Partner("chu-dpi", "x", "Organization/chu", "hosp_clinicien", ("system/Bundle.c",), ("chu-hl7",))
    )
    page = try_message(admin, EXAMPLE)
    assert "Ce message serait reçu." in page
    assert "JEANNE" not in page.upper()
    assert "Illisible comme message HL7 v2" in try_message(admin, b"hello")
    with here.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(message)) == 0


def test_a_try_without_a_message_says_so(admin: Browsing) -> None:
    admin.get("/admin/sources/chu-hl7")
    page = admin.submit("essai")
    assert (page.status_code, 'href="#fichier"' in page.text) == (422, True)
