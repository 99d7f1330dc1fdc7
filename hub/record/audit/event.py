"""One trace, about one person, as an AuditEvent: pure (https://hl7.org/fhir/R4/auditevent.html).

After the patterns of IHE BALP (https://profiles.ihe.net/ITI/BALP/): type `rest`, one subtype, the party that asked and the hub as
agents, their DICOM roles turned round when data came in, the Patient and the data as entities. No network address is kept, so
no BALP profile is claimed. It says that a thing was shown, never what it said.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Sequence
from struct import pack, unpack
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from fhir_profiles.codes import HL7, REDACTED
from hub.domain.roles import load_roles
from hub.fhir import dumps
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from hub.record.read.version_id import VersionKey, encrypt_version_id, get_cipher

_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
ACTION = "http://hl7.org/fhir/audit-event-action"

# What a trace calls it → (action, interaction); what is not here is an operation, and an execution.
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
_SOURCE, _DESTINATION = ("110153", "Source Role ID"), ("110152", "Destination Role ID")


class EventKey(NamedTuple):
    """Where an event stands in the journal."""

    person: int
    at: int
    rid: int


class Event(NamedTuple):
    """One opening. `patient`: the id of whose journal it is in; `updated`: of the slice; `shown`: (number, `Type/id`) of what
    its reader may know was shown."""

    key: EventKey
    patient: str
    party: str
    role: str
    client: str
    session: str
    action: str
    updated: int
    shown: Sequence[tuple[int, str]]


def encrypt_event_id(key: EventKey, keys: tuple[bytes, ...]) -> str:
    """The event's id: 64 letters and digits that nobody can guess, the same at each reading."""
    return b32encode(get_cipher(keys[0]).encrypt(pack(">QQQ", *key), [b"AuditEvent"])).decode().lower()


def decrypt_event_id(event_id: str, keys: tuple[bytes, ...]) -> EventKey | None:
    """Which event `event_id` means, or None when it was never one's id."""
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
    """What traces call the actions of one letter; of `E` not all, since what is unknown here is an execution too."""
    return tuple(word for word, (action, _) in _DONE.items() if action == letter)


def build_event_slice(event: Event, event_id: str, keys: tuple[bytes, ...]) -> Slice:
    """The event as its reader sees it, under the id by which it was found."""
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


def _build_agents(event: Event, action: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who asked, in which role and by which software, by the token's public name if it had one; and the hub."""
    caller_role, hub_role = (_DESTINATION, _SOURCE) if action == "R" else (_SOURCE, _DESTINATION)
    role = load_roles().get(event.role)
    caller = {
        "type": _build_concept(_DICOM, *caller_role),
        "role": [{"text": role.title if role is not None else event.role}],
        "who": {"reference": event.party},
        "altId": event.client,
        "requestor": True,
    }
    if event.session:
        caller["policy"] = [f"urn:ietf:params:oauth:jti:{event.session}"]
    hub = {
        "type": _build_concept(_DICOM, *hub_role),
        "who": {"type": "Device", "display": "Maillage"},
        "requestor": False,
    }
    return caller, hub


def _build_entity(kind: str, kind_name: str, role: str, role_name: str, name: str) -> dict[str, Any]:
    return {
        "what": {"reference": name},
        "type": {"system": f"{HL7}audit-entity-type", "code": kind, "display": kind_name},
        "role": {"system": f"{HL7}object-role", "code": role, "display": role_name},
    }


def _build_concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}
