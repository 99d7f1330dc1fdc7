"""Render one trace, for one person, as an AuditEvent (https://hl7.org/fhir/R4/auditevent.html). No database access.

It follows the patterns of IHE BALP (https://profiles.ihe.net/ITI/BALP/): type `rest`, one subtype, the client's party and the hub
as agents, whose DICOM roles are exchanged for a write, and the account of whoever acted; the Patient and the data as entities. No
network address is stored, so that no BALP profile is claimed. An event names resources and has none of their content.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Iterator, Sequence
from struct import pack, unpack
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from fhir_profiles.codes import ACCOUNT_ID, HL7, REDACTED
from hub.domain.roles import load_roles
from hub.fhir import dumps
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from hub.record.read.version_id import VersionKey, encrypt_version_id, get_cipher

_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
ACTION = "http://hl7.org/fhir/audit-event-action"

# The action of a trace → (AuditEvent.action, interaction). Any other is an operation: ("E", "operation").
_DONE = {
    "read": ("R", "read"),
    "vread": ("R", "vread"),
    "history": ("R", "history-instance"),
    "search": ("E", "search-type"),
    "create": ("C", "create"),
    "receive": ("C", "create"),
    "update": ("U", "update"),
    "patch": ("U", "patch"),
    "transaction": ("E", "transaction"),
}
# The human user of BALP's events.
_PERSON = (f"{HL7}v3-ParticipationType", "IRCP", "information recipient")
_SOURCE, _DESTINATION = ("110153", "Source Role ID"), ("110152", "Destination Role ID")


class EventKey(NamedTuple):
    """The primary key of a row of `access`."""

    person: int
    at: int
    rid: int


class Event(NamedTuple):
    """One event. `patient`: the id of the Patient of the journal; `updated`: the time of the slice; `shown`: (rid, `Type/id`) of
    the resources that were read or written and that the reader of the journal may see; `account`: of whoever acted, if anyone."""

    key: EventKey
    patient: str
    party: str
    role: str
    client: str
    session: str
    action: str
    updated: int
    shown: Sequence[tuple[int, str]]
    account: str = ""


def encrypt_event_id(key: EventKey, keys: tuple[bytes, ...]) -> str:
    """Return the id of an event: 64 letters and digits that nobody can guess, the same at each read."""
    return b32encode(get_cipher(keys[0]).encrypt(pack(">QQQ", *key), [b"AuditEvent"])).decode().lower()


def decrypt_event_id(event_id: str, keys: tuple[bytes, ...]) -> EventKey | None:
    """Decrypt the id of an event; None when it is not one."""
    if len(event_id) != 64 or event_id != event_id.lower():
        return None
    try:
        sealed = b32decode(event_id.upper())
    except ValueError:
        return None
    for key in keys:
        try:
            return EventKey(*unpack(">QQQ", get_cipher(key).decrypt(sealed, [b"AuditEvent"])))
        except InvalidTag:
            continue
    return None


def list_action_words(letter: str) -> tuple[str, ...]:
    """Return the actions of traces with this AuditEvent.action; for `E` not all, because all unknown actions are `E` too."""
    return tuple(word for word, (action, _) in _DONE.items() if action == letter)


def build_event_slice(event: Event, event_id: str, keys: tuple[bytes, ...]) -> Slice:
    """Render the event as its reader sees it, under the id `event_id`."""
    name, mask = f"AuditEvent/{event_id}", 0
    for rid, _ in event.shown:
        mask ^= rid
    version = encrypt_version_id(VersionKey(event.updated, mask), name, keys)
    return Slice(name, dumps(_build_resource(event, event_id, version)), version, event.updated)


def _build_resource(event: Event, event_id: str, version: str) -> dict[str, Any]:
    action, interaction = _DONE.get(event.action, ("E", "operation"))
    label = {"system": REDACTED[0], "code": REDACTED[1]}
    return {
        "resourceType": "AuditEvent",
        "id": event_id,
        "meta": {"versionId": version, "lastUpdated": instant(event.updated), "security": [label]},
        "type": {"system": f"{HL7}audit-event-type", "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": _INTERACTION, "code": interaction}],
        "action": action,
        "recorded": instant(event.key.at),
        "outcome": "0",
        "agent": list(_build_agents(event, action)),
        "source": {
            "observer": {"type": "Device", "display": "Maillage"},
            "type": [{"system": f"{HL7}security-source-type", "code": "4", "display": "Application Server"}],
        },
        "entity": [
            _build_entity("1", "Person", "1", "Patient", f"Patient/{event.patient}"),
            *(_build_entity("2", "System Object", "4", "Domain Resource", name) for _, name in event.shown),
        ],
    }


def _build_agents(event: Event, action: str) -> Iterator[dict[str, Any]]:
    """Yield the agents: the party with its role, its client and the `jti` of its token, if any; the hub; and the account.

    The account, if any, is the one requestor (https://hl7.org/fhir/R4/auditevent-definitions.html#AuditEvent.agent.requestor)."""
    caller_role, hub_role = (_DESTINATION, _SOURCE) if action == "R" else (_SOURCE, _DESTINATION)
    role = load_roles().get(event.role)
    caller = {
        "type": _build_concept(_DICOM, *caller_role),
        "role": [{"text": role.title if role is not None else event.role}],
        "who": {"reference": event.party},
        "altId": event.client,
        "requestor": not event.account,
    }
    if event.session and not event.account:
        caller["policy"] = [f"urn:ietf:params:oauth:jti:{event.session}"]
    yield caller
    yield {
        "type": _build_concept(_DICOM, *hub_role),
        "who": {"type": "Device", "display": "Maillage"},
        "requestor": False,
    }
    if event.account:
        yield {
            "type": _build_concept(*_PERSON),
            "who": {"identifier": {"system": ACCOUNT_ID, "value": event.account}},
            "requestor": True,
        }


def _build_entity(kind: str, kind_name: str, role: str, role_name: str, name: str) -> dict[str, Any]:
    return {
        "what": {"reference": name},
        "type": {"system": f"{HL7}audit-entity-type", "code": kind, "display": kind_name},
        "role": {"system": f"{HL7}object-role", "code": role, "display": role_name},
    }


def _build_concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}
