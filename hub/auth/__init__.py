"""The OAuth 2 authorization server: SMART Backend Services, on authlib (`docs/security.md` §1).

A client authenticates with a signed assertion (private_key_jwt, ES384 or RS384) and gets an opaque token for 300 s. There are no
client secrets and no authorization endpoint for people.
"""

from hub.administration.public_keys import make_key, parse_public_key
from hub.auth.assertion import ASSERTION_TYPE, make_assertion
from hub.auth.blueprint import create_auth_blueprint
from hub.auth.config import AuthConfig
from hub.auth.grant import issue_demo_token
from hub.auth.protect import make_authenticator

__all__ = [
    "ASSERTION_TYPE",
    "AuthConfig",
    "create_auth_blueprint",
    "issue_demo_token",
    "make_assertion",
    "make_authenticator",
    "make_key",
    "parse_public_key",
]
