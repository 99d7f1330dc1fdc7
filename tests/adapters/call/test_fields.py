"""Each field of the desk's form goes where `adapters/call/fields.toml` says; `docs/ledger-call.md` is that page as a table."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from adapters.adapter import ReceivedMessage, Result
from adapters.call import ADAPTER
from adapters.call.fields import FIELDS
from hub.domain.errors import HubError, Invalid, Malformed, Problem
from hub.fhir import dumps
from hub.intake.sources import CALLS
from hub.mapping import to_fhir
from tests.hub.mapping.cases import context

PAGE = Path(__file__).parents[3] / "docs" / "ledger-call.md"
_HEAD = """# The ledger of the desk's form

Each field of a demand that an agent writes down (`/demandes/nouvelle`), and where it goes. The table is
`adapters/call/fields.toml`, which the adapter itself uses; a test compares the two, and sends each field.

| field | name | goes to | needed |
|---|---|---|---|
"""
NEEDED = {
    "envoi": "1",
    "appelant": "Colette Exemple",
    "nom": "Modèle",
    "motif": "Ne sort plus.",
    "accord": "pas-demande",
}
# Field → what is sent, and what the desk reads of it.
WRITTEN = {
    "venue": ("passage", "Venue : au guichet"),
    "appelant": ("Dr Gabarit", "Demande de : Dr Gabarit"),
    "lien": ("sa fille", "Demande de : Colette Exemple, sa fille"),
    "appelant_telephone": ("01 99 00 00 41", "Demande de : Colette Exemple, 0199000041"),
    "nom": ("Théorique", '"family":"Théorique"'),
    "nom_utilise": ("Exemple", '"family":"Exemple"'),
    "prenom": ("Basile", '"given":["Basile"]'),
    "naissance": ("14/6/47", '"birthDate":"1947-06-14"'),
    "sexe": ("male", '"gender":"male"'),
    "telephone": ("01 99 00 00 42", '"value":"0199000042"'),
    "adresse": ("3 rue du Moulin", '"line":["3 rue du Moulin"]'),
    "commune": ("Combe-Feinte", '"city":"Combe-Feinte"'),
    "code_postal": ("99014", '"postalCode":"99014"'),
    "motif": ("Frigo vide deux fois.", '"text":"Frigo vide deux fois."'),
    "delai": ("aujourdhui", '"priority":"urgent"'),
    "aide": ("un proche, une infirmière", "Qui aide déjà : un proche, une infirmière"),
    "accord": ("hesite", "Accord de la personne : le sait, hésite"),
    "rappel": ("Mme Exemple", "Qui rappeler : Mme Exemple"),
    "message_laisse": ("sans-motif", "Laisser un message : oui, sans dire le motif"),
}


def render() -> str:
    lines = [
        f"| `{key}` | {field.name} | {field.to} | {'yes' if field.needed else ''} |" for key, field in FIELDS.items()
    ]
    return _HEAD + "\n".join(lines) + "\n"


def read(**form: str):
    body = json.dumps({**NEEDED, "filled_at": "2026-12-01T10:42:00+01:00", **form}).encode()
    return ADAPTER.read(body, CALLS)


def write(**form: str) -> str:
    """All that the desk reads of a form, as JSON."""
    return dumps({"all": list(to_fhir(read(**form), context()).resources)}).decode()


def test_the_page_is_the_ledger():
    if os.environ.get("HUB_GOLDEN") == "write":
        PAGE.write_text(render(), encoding="utf-8")
    assert render() == PAGE.read_text("utf-8")


def test_every_field_is_tried():
    assert set(WRITTEN) == set(FIELDS) - {"envoi", "personne", "qualite"}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_desk_reads_each_field(name):
    value, written = WRITTEN[name]
    assert written in write(**{name: value})
    assert written not in write(**({name: "x"} if FIELDS[name].needed and not FIELDS[name].words else {}))


@pytest.mark.parametrize(
    ("quality", "resource"),
    [("proche", '"resourceType":"RelatedPerson"'), ("professionnel", '"resourceType":"Organization"')],
)
def test_who_calls_becomes_what_she_is(quality, resource):
    assert resource in write(qualite=quality, lien="sa fille")
    assert resource not in write(qualite="elle-meme", lien="sa fille")


@pytest.mark.parametrize(("agreement", "rule"), [("oui", "OPTIN"), ("non", "OPTOUT")])
def test_an_agreement_that_was_said_is_a_consent(agreement, rule):
    assert rule in write(accord=agreement)


@pytest.mark.parametrize("agreement", ["hesite", "ne-sait-pas-encore", "pas-demande"])
def test_an_agreement_that_was_not_said_is_none(agreement):
    assert '"Consent"' not in write(accord=agreement)


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_needed_is_named(name):
    with pytest.raises(Invalid) as refusal:
        read(**{name: " "})
    assert [problem.where for problem in refusal.value.problems] == [name]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"naissance": "hier"}, Problem("bad-date", "naissance")),
        ({"telephone": "fille"}, Problem("bad-phone", "telephone")),
        ({"accord": "peut-être"}, Problem("unknown-code", "accord")),
        ({"motif": "x" * 4001}, Problem("too-long", "motif")),
        ({"nom": "a\x00"}, Problem("control-character", "nom")),
    ],
)
def test_what_is_wrong_is_named(form, problem):
    with pytest.raises(Invalid) as refusal:
        read(**form)
    assert refusal.value.problems == (problem,)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"filled_at": 1}', b'{"nom": "a"}', b'{"filled_at": "hier"}'])
def test_what_is_no_form_is_malformed(body):
    with pytest.raises(Malformed):
        ADAPTER.read(body, CALLS)


def test_the_answer_names_the_task_or_what_is_wrong():
    message = ReceivedMessage("m", None, "application/json", b"")
    assert json.loads(ADAPTER.answer(message, [Result("Task/1")]).body) == {"task": "Task/1", "errors": []}
    error: HubError = Invalid("required-missing", where="nom")
    [problem] = json.loads(ADAPTER.answer(message, [Result(error=error)]).body)["errors"]
    assert (problem["where"], problem["code"]) == ("nom", "required-missing")


def test_the_example_of_the_description_is_read():
    assert ADAPTER.read(json.dumps(ADAPTER.describe(CALLS)["example"]).encode(), CALLS).reason
