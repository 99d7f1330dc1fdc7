"""Accessibility of every page in every look: `make a11y` prints each fault and ends with 1 when there is one.

python -m tests.pages.a11y [beginnings of page names]
"""

from __future__ import annotations

import sys
from itertools import product

from tests.browser import launch
from tests.pages.sites import SITES, is_chosen
from tests.pages.visits import LOOKS, enter, judge


def main(beginnings: list[str]) -> int:
    """Judge every page in every look."""
    runs = faults = 0
    with launch() as browser:
        for site in SITES:
            with site.serve() as address:
                for role, look in product(dict.fromkeys(page.role for page in site.pages), LOOKS):
                    pages = [page for page in site.pages if page.role == role and is_chosen(page, beginnings)]
                    with enter(browser, site, address, role, look) as context:
                        for page in pages:
                            tab = context.new_page()
                            for fault in judge(tab, address, page):
                                faults += 1
                                print(f"{page.name} {look.name}: {fault}", flush=True)
                            tab.close()
                            runs += 1
    print(f"{runs} visits, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
