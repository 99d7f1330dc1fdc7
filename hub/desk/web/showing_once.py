"""Recovery codes on their way to the one page that shows them: sealed, in a cookie of ten minutes that the page takes away.

So a post is answered by a redirect as any other, nothing is kept that would open an account, and the page shows nothing again.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import msgspec
from flask import request
from werkzeug.wrappers import Response

from hub.desk.web.cookies import ONCE
from hub.desk.web.visit import Visit
from hub.record.accounts.vault import KeyLost, open_vault

_SEALED = "cookie.codes"
_PATIENCE = 10 * 60 * 1_000_000


class _Shown(msgspec.Struct, frozen=True):
    until: int
    codes: list[str]


def hand_over_codes(visit: Visit, response: Response, codes: Sequence[str], account_id: str = "") -> None:
    """Let the next page show `codes`. `account_id`: who alone may be signed in then, "" before anybody is."""
    content = msgspec.json.encode(_Shown(visit.store.now() + _PATIENCE, list(codes)))
    sealed = open_vault(visit.store).seal(content, _SEALED, account_id)
    ONCE.set(response, visit.settings.base_url, urlsafe_b64encode(sealed).decode())


def take_codes(visit: Visit, account_id: str = "") -> list[str]:
    """The codes that this page shows, none where there are none (any more)."""
    try:
        sealed = urlsafe_b64decode(ONCE.read(request.environ, visit.settings.base_url))
        content = open_vault(visit.store).open(sealed, _SEALED, account_id)
    except (ValueError, KeyLost):
        return []
    stored = msgspec.json.decode(content, type=_Shown)
    return stored.codes if visit.store.now() < stored.until else []


def forget_codes(visit: Visit, response: Response) -> None:
    """Take the codes away from the browser."""
    ONCE.delete(response, visit.settings.base_url)
