"""Accessibility of every page in every look: `make a11y` prints each fault and ends with 1 when there is one.

python -m tests.pages.a11y [beginnings of page names]
"""

from __future__ import annotations

import sys

from tests.browser import launch
from tests.pages.sites import SITES
from tests.pages.visits import LOOKS, judge, visiting


def main(beginnings: list[str]) -> int:
    """Judge every page in every look."""
    runs = faults = 0
    with launch() as browser:
        for site in SITES:
            with site.serve() as address:
                for page in site.pages:
                    if beginnings and not any(page.name.startswith(beginning) for beginning in beginnings):
                        continue
                    for look in LOOKS:
                        with visiting(browser, site, address, page.role, look) as tab:
                            for fault in judge(tab, address, page):
                                faults += 1
                                print(f"{page.name} {look.name}: {fault}", flush=True)
                        runs += 1
    print(f"{runs} visits, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
