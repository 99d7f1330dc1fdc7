"""What the forms of administrators share: refusals in words, the proof that comes before a dangerous act, stale pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from flask import request

from hub.accounts.entry.sign_in import check_step_up
from hub.administration.colleagues import find_scope
from hub.desk.web.local_addresses import lead_to
from hub.desk.web.routes import PROOF_HREF, get_own_address
from hub.desk.web.visit import Visit
from hub.domain.errors import HubError, Refused
from hub.domain.messages import get_text
from hub.record.accounts.organisations import list_managed_parties, read_party_names

ROLE = frozenset({"admin_sys"})
# The beginning of a code → the field that it is about.
_FIELDS = {
    "client-id": "identifiant", "client-known": "identifiant", "client-party": "structure", "client-role": "role",
    "client-source": "source", "scope-": "portees", "key-overlap": "recouvrement", "key-last": "retrait", "key-": "cle",
    "organisation-name": "nom", "organisation-category": "categorie", "organisation-": "identifiant",
    "login-": "identifiant", "account-name": "nom", "account-party": "structure", "account-role": "role",
    "account-why": "motif", "role-given": "role", "role-second": "confirmation", "account-last-administrator": "depart",
    "account-ended": "depart", "source-": "message",
}  # fmt: skip


def describe_problems(visit: Visit, error: HubError) -> dict[str, str]:
    """The errors of a form by field: each sentence with the name of what is not right, if there is one.

    Raises `error` again when it is about no field."""
    errors: dict[str, str] = {}
    for problem in error.problems:
        field = next((name for code, name in _FIELDS.items() if problem.code.startswith(code)), "")
        if not field:
            raise error
        sentence = get_text(problem.code, visit.language)
        place = problem.where if problem.code.endswith("-unknown") else ""
        errors[field] = f"{sentence} ({place})." if place else f"{sentence}."
    return errors


def get_proof_address(visit: Visit, act: str) -> str:
    """Where whoever proved themselves more than five minutes ago does so again before `act`; "" where it is not due."""
    try:
        check_step_up(visit.session, act, visit.store.now())
    except Refused:
        return lead_to(PROOF_HREF, get_own_address(visit))
    return ""


def get_scope(visit: Visit) -> str:
    """The organisation that the administrator manages, "" for all."""
    return find_scope(visit.store, visit.session)


def list_parties(visit: Visit) -> list[tuple[str, str]]:
    """(reference, name) of each organisation that the administrator manages."""
    scope = get_scope(visit)
    names = read_party_names(visit.store, [scope] if scope else list_managed_parties(visit.store))
    return sorted(names.items(), key=lambda item: item[1])


def read_moment(microseconds: int) -> datetime:
    """A time of the record as pages format it."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC)


def read_fields(*names: str) -> dict[str, str]:
    """What was typed, by field, without spaces around it."""
    return {name: request.form.get(name, "").strip() for name in names}


def make_version(*facts: object) -> str:
    """What a page says of the state that it shows: a form that was filled on another state is not carried out."""
    return sha256(repr(facts).encode()).hexdigest()[:16]


def is_stale(form: Mapping[str, str], version: str) -> bool:
    """Whether a form comes of a page that showed another state. A program that sends no version takes the present one."""
    return form.get("version", version) != version
