"""Accounts of people, their assignments, factors and sessions (`docs/security.md` §2).

No secret is stored in clear: what is compared is stored as a keyed hash, what is read again is sealed. The key of both is in
`account_key`, sealed by the seal key, which is in a file. So a copy of the database gives no access.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from hub.record.tables.base import EVER, metadata

account_key = Table(
    "account_key",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# `login`: as its owner writes it; `skeleton`: as logins are compared, so that no two of them look alike. An account that was
# opened by a sign-in at an identity provider has neither. `practitioner`: its entry in the directory. `preferred`: the assignment
# that is proposed first.
account = Table(
    "account",
    metadata,
    Column("account_id", String(40), primary_key=True),
    Column("login", String(254)),
    Column("skeleton", String(1024), unique=True),
    Column("name", String(200), nullable=False),
    Column("national_id", String(40), nullable=False),
    Column("practitioner", String(80), nullable=False),
    Column("preferred", String(40)),
    Column("active", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("ended", BigInteger),
)

# A subject of an identity provider. `barred`: the roles that the provider's latest claims rule out, separated by spaces.
identity = Table(
    "identity",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("barred", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Index("ix_identity_account_id", "account_id"),
)

# One acting context. `confirmed`: when a second administrator agreed, NULL until then. `entry`: its PractitionerRole.
assignment = Table(
    "assignment",
    metadata,
    Column("assignment_id", String(40), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("given_by", String(80), nullable=False),
    Column("confirmed", BigInteger),
    Column("confirmed_by", String(80), nullable=False),
    Column("entry", String(80), nullable=False),
    Index("ix_assignment_account_id", "account_id"),
    Index("ix_assignment_party_role", "party", "role"),
)

password = Table(
    "password",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("hash", String(200), nullable=False),
    Column("changed", BigInteger, nullable=False),
)

# `last_step`: the last time step whose code was accepted, so that a code works once. `failures`: since then.
totp = Table(
    "totp",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("seed", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("used", BigInteger),
)

# `blocked`: since when it is refused because its counter went back, as that of a copied key does.
passkey = Table(
    "passkey",
    metadata,
    Column("credential_id", LargeBinary(1023), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(80), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("blocked", BigInteger),
    Index("ix_passkey_account_id", "account_id"),
)

# `seed`: of the authenticator application that the link sets up. `kind`: `first` or `reset`.
enrolment_link = Table(
    "enrolment_link",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("given_by", String(80), nullable=False),
    Column("why", String(200), nullable=False),
    Index("ix_enrolment_link_account_id", "account_id"),
)

# `sid` names the session in traces and in lists and opens nothing; it stays when the id changes. `barred`: the roles that
# identity providers rule out. `authenticated`: when a factor was last verified. `id_token`: the provider's, sealed, for the
# sign-out there.
session = Table(
    "session",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("sid", String(40), nullable=False, unique=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("assignment_id", ForeignKey("assignment.assignment_id")),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("authenticated", BigInteger, nullable=False),
    Column("method", String(24), nullable=False),
    Column("barred", Text, nullable=False),
    Column("network", String(64), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("language", String(8), nullable=False),
    Column("issuer", String(200), nullable=False),
    Column("id_token", LargeBinary),
    Index("ix_session_account_id", "account_id"),
    Index("ix_session_created", "created"),
)

# What was typed into a form whose session had ended. `browser`: the hash of the handle that only the browser has. `sealed`: where
# it was typed and what, for the row and the account.
form_draft = Table(
    "form_draft",
    metadata,
    Column("draft_id", String(40), primary_key=True),
    Column("browser", LargeBinary(32), nullable=False),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("assignment_id", String(40), nullable=False),
    Column("sid", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_form_draft_account_id", "account_id"),
    Index("ix_form_draft_until", "until"),
)

# A challenge that may be answered once: of WebAuthn, or the `state` of a sign-in at an identity provider. `account_id`: the
# account that must answer, "" for any. `sealed`: the data by which the answer is verified.
challenge = Table(
    "challenge",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("purpose", String(24), nullable=False),
    Column("account_id", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_challenge_until", "until"),
)

# `since`: when the count began or was last raised; `until`: no attempt is allowed before.
throttle = Table(
    "throttle",
    metadata,
    Column("bucket", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_throttle_since", "since"),
)

# The events of accounts, for administrators and the data protection officer; rows are only added. `agent`: who did it, an account
# or the operator, "" when unknown.
account_event = Table(
    "account_event",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("act", String(32), nullable=False),
    Column("account_id", String(40), nullable=False),
    Column("agent", String(80), nullable=False),
    Column("sid", String(40), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("network", String(64), nullable=False),
    Column("why", String(200), nullable=False),
    Index("ix_account_event_account_id", "account_id", "at"),
)
