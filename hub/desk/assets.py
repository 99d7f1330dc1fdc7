"""The static files of the desk: sheets joined into one, scripts and fonts, by the name under which a page asks for them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_STYLES = _FOLDER / "styles"
_VENDOR = _FOLDER / "vendor"

# In the order of the cascade: faces and tokens, Bootstrap, ours, then what only print and forced colours change.
_SHEETS = (
    "bootstrap",
    "faces",
    "tokens",
    "bridge",
    "base",
    "frame",
    "signs",
    "forms",
    "lists",
    "person",
    "work",
    "figures",
    "paper",
    "modes",
)
_FONTS = (
    "atkinson-hyperlegible-next/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "source-serif-4/source-serif-4-latin-wght-normal.woff2",
)
_CSS = "text/css; charset=utf-8"
_JAVASCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True)
class Asset:
    """One file as it is served. `compressed`: the same with gzip, or None where that gains nothing."""

    content: bytes
    media_type: str
    compressed: bytes | None


@cache
def read_assets() -> dict[str, Asset]:
    """Every static file by its name. Read once a process."""
    sheets = b"\n".join((_STYLES / f"{name}.css").read_bytes() for name in _SHEETS)
    assets = {
        "desk.css": _compress(sheets, _CSS),
        "desk.js": _compress((_FOLDER / "scripts" / "desk.js").read_bytes(), _JAVASCRIPT),
        "passkeys.js": _compress((_FOLDER / "scripts" / "passkeys.js").read_bytes(), _JAVASCRIPT),
        "htmx.min.js": _compress((_VENDOR / "htmx" / "htmx.min.js").read_bytes(), _JAVASCRIPT),
    }
    for path in _FONTS:
        assets[path.rpartition("/")[2]] = Asset((_VENDOR / path).read_bytes(), "font/woff2", None)
    return assets


def _compress(content: bytes, media_type: str) -> Asset:
    return Asset(content, media_type, gzip.compress(content, mtime=0))


@cache
def compute_digest() -> str:
    """The first 16 hexadecimal digits of a SHA-256 over all names and contents: another file, another address."""
    digest = hashlib.sha256()
    for name, asset in sorted(read_assets().items()):
        digest.update(f"{name}\0{len(asset.content)}\0".encode())
        digest.update(asset.content)
    return digest.hexdigest()[:16]
