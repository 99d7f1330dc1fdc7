"""`POST /intake/cabinet-memo` accepts a memo, gives the same answer when it comes again, and refuses what is none."""

from __future__ import annotations

from werkzeug.test import TestResponse

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from tests.outside import EVERY
from tests.recipes.patched_hub import PatchedHub, open_patched_hub

PATH = "/intake/cabinet-memo"


def send(hub: PatchedHub, memo: bytes) -> TestResponse:
    """Send a memo as the cabinet."""
    return hub.ask("memo", "POST", PATH, memo, Content_Type="text/plain")


with open_patched_hub() as hub:
    sources = ("cabinet-memo",)
    register(hub.store, Partner("memo", "Cabinet", "Organization/cabinet", "medecin_traitant", EVERY, sources))
    hub.tokens["memo"] = issue_token(hub.store, "memo", EVERY)
    example = hub.ask("memo", "GET", PATH).json["example"].encode()
    first, second = send(hub, example), send(hub, example)
    assert (first.status_code, first.mimetype) == (201, "text/plain"), first.text
    assert first.headers["Location"].endswith(first.text.split()[1])
    assert (second.status_code, second.data) == (201, first.data)
    assert hub.get("gestionnaire", f"/{first.text.split()[1]}")["status"] == "requested"
    refused = send(hub, b"M-13\n")
    assert (refused.status_code, refused.text) == (422, "refused required-missing@line 2\n")
    assert send(hub, b"\xff").status_code == 400
