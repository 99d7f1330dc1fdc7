"""The pages of people on a small territory: an agent of the desk with two roles, the assistant of a hospital who is asked
something about a demand, and a link that nobody has used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext

from hub.accounts.entry.sessions import choose_context, choose_language
from hub.accounts.management.enrolment import make_link
from hub.accounts.management.people import add_account, find_account
from hub.app import create_app
from hub.record.accounts.sessions import NewSession, insert_session
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store, open_store
from hub.record.maintenance.migrate import migrate
from hub.settings.settings import load
from hub.task_machine import add_question
from tests.hub.triage.demands import add_demand
from tests.pages.site import Page, Site, find_free_port, serve_app
from tests.people import OPERATOR, Somebody, enrol
from tests.territory import Territory, settle_territory

DAC, CCAS, CHU = "Organization/dac", "Organization/ccas", "Organization/chu"
# Role → the key of the acting context in which the pages are opened for it.
_CONTEXTS = {"guichet": "dac:guichet", "hosp_ass": "chu:hosp_ass"}
# The record of the site that is served, and who has an account there: the agent first.
_served: dict[str, tuple[Store, dict[str, Somebody]]] = {}


@contextmanager
def serve_people() -> Iterator[str]:
    """The hub on a record of its own, under a host name, so that it has passkeys."""
    with TemporaryDirectory() as folder:
        port = find_free_port()
        address = f"http://localhost:{port}"
        settings = load({"HUB_ENV": "demo", "HUB_VAR": folder, "PORT": str(port), "HUB_BASE_URL": address})
        store = open_store(f"sqlite:///{Path(folder) / 'pages.sqlite'}", (b"0" * 64,))
        migrate(store)
        _ask(settle_territory(store))
        nadia = enrol(store, "guichet", (DAC, "guichet"), (CCAS, "ccas"), name="Nadia Lisière")
        lucie = enrol(store, "assistante-chu", (CHU, "hosp_ass"), name="Lucie Passerelle")
        add_account(store, OPERATOR, "neuve@dac.example", "Neuve Fictive")
        with serve_app(create_app(settings, store), port):
            _served[address] = store, {"guichet": nadia, "hosp_ass": lucie}
            yield address
            del _served[address]
        store.dispose()


def make_new_link(address: str) -> str:
    """The path of a link for the account that has not enrolled."""
    store, _ = _served[address]
    account = find_account(store, "neuve@dac.example")
    assert account is not None
    return f"/enrolement/{make_link(store, OPERATOR, account.account_id, 'essai')}"


def get_agent(address: str) -> Somebody:
    """The agent of the desk."""
    return _served[address][1]["guichet"]


def _ask(here: Territory) -> None:
    """Two demands of the hospital; about one the desk asks something."""
    for name in ("demande", "suite"):
        add_demand(here, name)
    waiting = here.change("Task/demande", lambda task: task.update(add_question(task)))
    question = {"payload": [{"contentString": "Qui a les clés ?"}], "sent": "2026-11-23T10:58:00Z"}
    parties = {"sender": {"reference": DAC}, "recipient": [{"reference": CHU}]}
    message = {"resourceType": "Communication", "status": "completed", "subject": waiting["for"], **question, **parties}
    here.open("guichet").create(message | {"about": [{"reference": "Task/demande"}]})


def enter_as_agent(context: BrowserContext, address: str, role: str, language: str) -> None:
    """A session of who has `role`, if one is asked for; else nobody is signed in."""
    context.add_cookies([{"name": "langue", "value": language, "url": address}])
    if role:
        store, people = _served[address]
        with store.write() as connection:
            opened = NewSession(people[role].account_id, "password+totp", "192.0.2.0/24", "Firefox, Linux", language)
            token = insert_session(connection, store, open_vault(store), opened)
        token = choose_context(store, token, _CONTEXTS[role])
        choose_language(store, token, language)
        context.add_cookies([{"name": "sid", "value": token, "url": address}])


PEOPLE = Site(
    "people",
    serve_people,
    enter_as_agent,
    (
        *(Page(path) for path in ("/connexion", "/aide", "/accessibilite", "/enrolement/fait")),
        Page("/enrolement/unknown", status=410),
        *(
            Page(path, "guichet")
            for path in (
                "/accueil",
                "/contexte",
                "/compte",
                "/compte/application",
                "/compte/codes",
                "/compte/preuve",
                "/session",
                "/demandes",
                "/demandes?file=decidees",
                "/demandes/nouvelle",
                "/demandes/demande",
                "/demandes/suite/decision",
                "/annuaire",
            )
        ),
        *(Page(path, "hosp_ass") for path in ("/mes-demandes", "/mes-demandes?etat=decidees")),
        Page("/nothing", "guichet", 404),
    ),
)
