"""References between the entries of a Bundle: https://hl7.org/fhir/R4/bundle.html#references. Pure.

One rule serves the transactions of the API and the letters of intake, so that a reference means the same wherever it arrives.
"""

from __future__ import annotations

import re

_NAME = r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64}"
_RELATIVE = re.compile(rf"{_NAME}(?:/_history/[^/]+)?", re.ASCII)
_RESTFUL = re.compile(rf"(https?://.+/){_NAME}(?:/_history/[^/]+)?", re.ASCII)
_VERSION = re.compile(r"/_history/[^/]+$")


def get_root(full_url: str) -> str:
    """Return the base of the server that an entry's `fullUrl` names, with a slash after it; "" for one that names none."""
    match = _RESTFUL.fullmatch(full_url)
    return match[1] if match else ""


def make_absolute(link: str, root: str) -> str:
    """Return `link`, when it is `Type/id`, under `root`: that of the entry in which it is written. Others stay as they are."""
    return root + link if root and _RELATIVE.fullmatch(link) else link


def strip_version(link: str) -> str:
    """Return `link` without `/_history/…`: what an entry is called by its references, whatever the version."""
    return _VERSION.sub("", link)
