"""People's accounts: who they are, in which roles they act, what proves them, their sessions (`docs/security.md` §2).

No secret is in these tables as it is used. What must be compared is a keyed hash, what must be read again is sealed, and the key
of both is in `account_key`, sealed by the seal key that only the hub's files hold: a copy of the database opens nothing.
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

# `login` as its owner writes it, `skeleton` as it is compared: two accounts never look alike. An account that an identity
# provider brought has neither. `practitioner`: its entry in the directory. `preferred`: the assignment to propose first.
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

# A person of an identity provider. `barred`: the roles that its last word rules out, with a space between.
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

# One acting context. `confirmed`: NULL while a second administrator has yet to agree. `entry`: its PractitionerRole.
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

# `last_step`: the last time step whose code was taken, so that a code works once. `failures` since a code was taken.
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

# `blocked`: since when it is refused because its counter went back, which a copied key does.
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
# identity providers rule out. `authenticated`: when the account last proved itself. `id_token`: the
# provider's, for the sign-out there, sealed.
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

# What was sent out to be answered once: a WebAuthn challenge, or the state of a sign-in at an identity provider. `account_id`:
# whose it is, "" for nobody's. `sealed`: what is needed to judge the answer.
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

# `since`: when the count began or was last raised; `until`: nothing is tried before.
throttle = Table(
    "throttle",
    metadata,
    Column("bucket", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_throttle_since", "since"),
)

# What happened to accounts, for administrators and the data protection officer; only ever added to. `agent`: who did it, an
# account or the operator at the machine, "" for nobody known.
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
