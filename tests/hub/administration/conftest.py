"""The keys of the tests of OAuth, for the tests of what administrators manage."""

from tests.hub.auth.conftest import rsa

__all__ = ["rsa"]
