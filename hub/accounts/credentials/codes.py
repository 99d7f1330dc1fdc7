"""Codes: of an authenticator application (RFC 6238) and for recovery (LA-4). Pure."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Callable

import pyotp

SEED_BYTES = 20  # RFC 4226 §4 R6: the length of a SHA-1
STEP_SECONDS = 30
RECOVERY_CODES = 10
_RECOVERY_BYTES = 16
# Crockford's base 32: without letters that look like another one; when these are typed, they are read as that one.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS = str.maketrans("oil", "011")
_GROUP = 5
_TOTP = re.compile(r"\d{6}", re.ASCII)


def spell_seed(seed: bytes) -> str:
    """Return the seed in base 32, to be typed into an application that cannot read the QR code."""
    return b32encode(seed).decode()


def make_totp_uri(seed: bytes, login: str, site: str) -> str:
    """Return the content of the QR code for an authenticator application: `otpauth://totp/…`."""
    return _make_totp(seed).provisioning_uri(name=login, issuer_name=site)


def make_totp_code(seed: bytes, step: int) -> str:
    """Return the code of one time step."""
    return _make_totp(seed).generate_otp(step)


def read_totp_code(text: str) -> str:
    """Return the six digits of a code as it was typed, without its spaces; "" for a text that is no such code."""
    digits = re.sub(r"\s", "", text)
    return digits if _TOTP.fullmatch(digits) else ""


def find_totp_step(seed: bytes, code: str, now: int, last_step: int = 0) -> int | None:
    """Return the time step that `code` belongs to, or None. The step is at most one away from that of `now` (microseconds), and
    later than `last_step`."""
    present = now // 1_000_000 // STEP_SECONDS
    match = None
    for step in (present - 1, present, present + 1):
        # All three are compared, so that the time it takes does not depend on the code.
        if hmac.compare_digest(make_totp_code(seed, step), code) and step > last_step:
            match = step
    return match


def make_recovery_codes(draw: Callable[[int], bytes]) -> list[str]:
    """Return ten new codes of 128 bits, such as `0k3tz-…`. `draw` returns as many random bytes as it is asked for."""
    return [_spell(draw(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def read_recovery_code(text: str) -> str:
    """Return a code as it was typed in the form that is hashed."""
    return re.sub(r"[\s-]", "", text).lower().translate(_READ_AS)


def _spell(random: bytes) -> str:
    number = int.from_bytes(random, "big")
    letters = []
    for _ in range(-(-len(random) * 8 // 5)):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    text = "".join(letters)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _make_totp(seed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(spell_seed(seed), digits=6, interval=STEP_SECONDS)
