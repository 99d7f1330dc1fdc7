"""The headers that every page says itself, beyond those of `hub.http.headers` (`docs/security.md` SE-5, SE-6).

The policy has no nonce: the bytes of a page are a function of what its reader sees. `data:` is for the arrows and ticks of
form fields, which are images in the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


def allow_forms_to(hosts: Iterable[str]) -> str:
    """The policy of a page whose forms may lead to `hosts` too: a browser judges where a form is redirected to as well."""
    origins = " ".join(f"https://{host}" for host in sorted(hosts))
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {origins}".rstrip())


PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Under `no-referrer` a browser sends `Origin: null` with a form, which the defence against forged posts refuses.
    "Referrer-Policy": "same-origin",
}
