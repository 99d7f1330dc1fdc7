"""The tables. Nothing outside `hub.record` imports them (an import contract keeps it so)."""

from hub.record.tables.accounts import (
    account,
    account_event,
    account_key,
    assignment,
    challenge,
    enrolment_link,
    form_draft,
    identity,
    passkey,
    password,
    recovery_code,
    session,
    throttle,
    totp,
)
from hub.record.tables.base import metadata
from hub.record.tables.deliveries import client_host, notice, subscription
from hub.record.tables.derived import derived
from hub.record.tables.desk import desk_decision, desk_note, filing
from hub.record.tables.exports import export_job
from hub.record.tables.facts import consent_fact, grant, masked, party_role, relation, stake, withheld
from hub.record.tables.inbox import message, told_person
from hub.record.tables.index import index_date, index_quantity, index_string, index_token, worklist
from hub.record.tables.journal import access, access_actor, access_upto
from hub.record.tables.partners import assertion_seen, client, client_key, token
from hub.record.tables.parts import clock, link, part, resource
from hub.record.tables.state import index_rules, life_sign, placement_pages, policy_version, record_kind
from hub.record.tables.traffic import outbox, trace, trace_beside

__all__ = [
    "access",
    "access_actor",
    "access_upto",
    "account",
    "account_event",
    "account_key",
    "assertion_seen",
    "assignment",
    "challenge",
    "client",
    "client_host",
    "client_key",
    "clock",
    "consent_fact",
    "derived",
    "desk_decision",
    "desk_note",
    "enrolment_link",
    "export_job",
    "filing",
    "form_draft",
    "grant",
    "identity",
    "index_date",
    "index_quantity",
    "index_rules",
    "index_string",
    "index_token",
    "life_sign",
    "link",
    "masked",
    "message",
    "metadata",
    "notice",
    "outbox",
    "part",
    "party_role",
    "passkey",
    "password",
    "placement_pages",
    "policy_version",
    "record_kind",
    "recovery_code",
    "relation",
    "resource",
    "session",
    "stake",
    "subscription",
    "throttle",
    "token",
    "told_person",
    "totp",
    "trace",
    "trace_beside",
    "withheld",
    "worklist",
]
