"""OAuth 2 for machines: SMART Backend Services on authlib (`docs/security.md` §1).

Clients prove who they are with a signed assertion (private_key_jwt, ES384 or RS384) and get an opaque token for 300 s.
There are no client secrets, and no sign-in of people here yet: what does not exist is not advertised.
"""

from hub.auth.assertion import make_assertion
from hub.auth.blueprint import create_auth_blueprint
from hub.auth.config import AuthConfig
from hub.auth.grant import issue_demo_token
from hub.auth.keys import make_key, parse_public_key
from hub.auth.protect import make_authenticator

__all__ = [
    "AuthConfig",
    "create_auth_blueprint",
    "make_authenticator",
    "issue_demo_token",
    "make_assertion",
    "make_key",
    "parse_public_key",
]
