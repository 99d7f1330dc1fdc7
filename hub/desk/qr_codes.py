"""The picture that an authenticator application reads (ISO/IEC 18004), as SVG in the page: no other address serves the secret."""

from __future__ import annotations

import segno
from markupsafe import Markup


def draw_qr_code(text: str, words: str) -> Markup:
    """`text` as a QR code, dark on white in both schemes. `words`: what it is, for those who do not see it."""
    code = segno.make(text, error="m", micro=False)
    rows = [
        f"M{column} {row}h1v1h-1z" for row, cells in enumerate(code.matrix) for column, cell in enumerate(cells) if cell
    ]
    size = len(code.matrix)
    # Four modules of white on each side (ISO/IEC 18004 §5.3.8).
    return Markup(
        '<svg class="qr" width="200" height="200" viewBox="-4 -4 {0} {0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><path fill="#fff" d="M-4-4h{0}v{0}h-{0}z"/><path fill="#000" d="{2}"/></svg>'
    ).format(size + 8, words, "".join(rows))
