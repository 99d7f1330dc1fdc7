"""Sign-in at an identity provider: redirect there, verify the return (LG-1, LG-2; `docs/security.md` §2.3).

Every failure shows the same page with a reference, by which the operator finds the reason among the events of accounts. The
provider's own texts are not shown. Of its tokens only the ID token is stored, sealed, for the sign-out there.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import SignedIn
from hub.accounts.entry.throttle import TooMany, begin_attempt, end_well
from hub.accounts.upstream.admission import CodeNeeded, admit, link_identity, prove_again
from hub.accounts.upstream.exchange import exchange_code, make_code_challenge
from hub.accounts.upstream.pending import Pending, Purpose, keep_pending, take_pending
from hub.accounts.upstream.providers import Provider
from hub.accounts.upstream.transport import UpstreamFault
from hub.record.accounts.events import AccountEvent, Agent, write_event
from hub.record.accounts.sessions import Session, make_id
from hub.record.accounts.vault import draw, open_vault
from hub.record.db.store import Store

_SECOND = 1_000_000


@dataclass(frozen=True)
class Redirect:
    """A redirect to a provider. `url`: the target. `cookie`: the value of `__Host-lg`, which identifies the browser for ten
    minutes."""

    url: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class Linked:
    """The provider's person is linked to the account."""


@dataclass(frozen=True)
class UpstreamRefusal:
    """The sign-in is refused. `reference`: by which the operator finds the reason."""

    reference: str


Outcome = SignedIn | CodeNeeded | Linked | UpstreamRefusal | TooMany


@dataclass(frozen=True)
class Return:
    """The request by which a browser returns from a provider. `pairs`: the query, in order. `cookie`: `__Host-lg`; `token`: the
    id of the session, if any."""

    pairs: Sequence[tuple[str, str]] = field(repr=False)
    cookie: str = field(repr=False)
    token: str = field(default="", repr=False)

    def read(self, name: str) -> str:
        """Return the value of a parameter, "" without one. Raises UpstreamFault when it is given twice."""
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1:
            raise UpstreamFault("twice")
        return values[0] if values else ""


def build_redirect(
    store: Store, provider: Provider, redirect_uri: str, purpose: Purpose = "sign-in", session: Session | None = None
) -> Redirect:
    """Build the redirect to a provider. `session`: whose account links an identity or needs a step-up.

    Raises UpstreamFault when the provider cannot be reached."""
    metadata = provider.read_metadata(store.now() // _SECOND)
    owner, sid = (session.account_id, session.sid) if session else ("", "")
    pending = Pending(provider.preset.name, purpose, make_id(store), make_id(store), owner, sid)
    state, cookie = keep_pending(store, pending)
    again = {"prompt": "login", "max_age": "0"} if purpose == "step-up" else {}
    url: str = prepare_grant_uri(
        metadata.authorization_endpoint,
        provider.client_id,
        "code",
        redirect_uri,
        provider.preset.scope,
        state,
        nonce=pending.nonce,
        acr_values=" ".join(provider.preset.acr),
        code_challenge=make_code_challenge(pending.verifier),
        code_challenge_method="S256",
        **again,
    )
    return Redirect(url, cookie)


def handle_return(store: Store, provider: Provider, redirect_uri: str, back: Return, origin: Origin) -> Outcome:
    """Verify the return from a provider and complete the sign-in, link or step-up."""
    attempt = begin_attempt(store, open_vault(store), "", origin.network)
    if isinstance(attempt, TooMany):
        return attempt
    try:
        outcome = _complete(store, provider, redirect_uri, back, origin)
    except UpstreamFault as fault:
        return refuse(store, provider, fault.reason, origin)
    end_well(store, attempt)
    return outcome


def _complete(store: Store, provider: Provider, redirect_uri: str, back: Return, origin: Origin) -> Outcome:
    pending = take_pending(store, provider.preset.name, back.read("state"), back.cookie)
    if back.read("iss") not in ("", provider.preset.issuer):
        raise UpstreamFault("issuer")
    if back.read("error"):
        raise UpstreamFault("denied")
    proven = exchange_code(provider, pending, back.read("code"), redirect_uri, store.now() // _SECOND)
    if pending.purpose == "sign-in":
        return admit(store, provider.preset, proven, origin)
    session = find_session(store, back.token)
    if session is None or (session.sid, session.account_id) != (pending.sid, pending.account_id):
        raise UpstreamFault("session")
    if pending.purpose == "step-up":
        return prove_again(store, back.token, session, proven)
    link_identity(store, session, proven)
    return Linked()


def refuse(store: Store, provider: Provider, reason: str, origin: Origin) -> UpstreamRefusal:
    """Keep why a sign-in at a provider failed, in a word of the hub's, among the events of accounts."""
    reference = b32encode(draw(store, 5)).decode()
    with store.write() as connection:
        why = f"{provider.preset.name} {reason} {reference}"
        agent = Agent(network=origin.network)
        write_event(connection, AccountEvent(store.now(), "sign-in-refused", "", agent, why=why))
    return UpstreamRefusal(reference)


def make_sign_out_url(provider: Provider, id_token: str, back: str, now: int) -> str:
    """Return the address that signs the browser out of the provider (OpenID Connect RP-Initiated Logout §2), or "" without one.

    `back`: the page of the hub that follows; `now`: in microseconds."""
    try:
        endpoint = provider.read_metadata(now // _SECOND).end_session_endpoint
    except UpstreamFault:
        return ""
    if not endpoint or not id_token:
        return ""
    query = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": back})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"
