"""Pictures of every page, in both widths, schemes and languages: `make screens` writes them to `var/screens`.

python -m tests.pages.screens [beginnings of page names]
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from tests.browser import launch
from tests.pages.sites import SITES, is_chosen
from tests.pages.visits import LOOKS, visiting

FOLDER = Path("var") / "screens"
# Chromium draws no more in one picture.
_TALLEST = 8000


def main(beginnings: list[str]) -> None:
    """Write a PNG a page and look: `<site>/<page>-<width>-<scheme>-<language>.png`."""
    number = 0
    with launch() as browser:
        for site in SITES:
            folder = FOLDER / site.name
            folder.mkdir(parents=True, exist_ok=True)
            with site.serve() as address:
                for role, look in product(dict.fromkeys(page.role for page in site.pages), LOOKS):
                    pages = [page for page in site.pages if page.role == role and is_chosen(page, beginnings)]
                    with visiting(browser, site, address, role, look) as tab:
                        for page in pages:
                            tab.set_viewport_size({"width": look.width, "height": 844})
                            tab.goto(f"{address}{page.path}")
                            tab.evaluate("document.fonts.ready.then(() => null)")
                            height = min(_TALLEST, tab.evaluate("document.documentElement.scrollHeight"))
                            tab.set_viewport_size({"width": look.width, "height": max(844, height)})
                            tab.screenshot(path=folder / f"{page.name}-{look.name}.png")
                            number += 1
    print(f"{number} pictures in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
