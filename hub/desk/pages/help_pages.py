"""`/aide` and `/accessibilite`: open to all, and about no person."""

from __future__ import annotations

from werkzeug.wrappers import Response

from hub.desk.kit import render_page
from hub.desk.web.territory import load_territory
from hub.desk.web.visit import Visit


def show_help(_visit: Visit) -> Response:
    """How to get in, the letters of the keyboard, what is kept and which rights one has."""
    return render_page("aide.html", phone=load_territory().phone)


def show_accessibility(_visit: Visit) -> Response:
    """The declaration of accessibility (Loi 2005-102 art. 47, décret 2019-768 art. 5)."""
    return render_page("accessibilite.html", phone=load_territory().phone)
