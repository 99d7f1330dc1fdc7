"""Which modules a request enters, in the order in which it first enters each: what ARCHITECTURE.md tells of it is compared."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
_PAGE = ROOT / "ARCHITECTURE.md"
_OURS = tuple(str(ROOT / folder) for folder in ("hub", "adapters"))
_STEP = re.compile(r"^\d+\. `(?P<module>(?:hub|adapters)/[\w/]+\.py)`", re.MULTILINE)


@contextmanager
def watch_modules() -> Iterator[list[str]]:
    """The modules of the hub that the block calls functions of, each once, in the order of its first call."""
    entered: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(_OURS) and frame.f_code.co_name != "<module>":
            entered.setdefault(str(Path(file).relative_to(ROOT)))

    modules: list[str] = []
    sys.setprofile(note)
    try:
        yield modules
    finally:
        sys.setprofile(None)
        modules.extend(entered)


def read_walk(title: str) -> list[str]:
    """The modules of the numbered list under the heading `title` of ARCHITECTURE.md."""
    text = _PAGE.read_text(encoding="utf-8")
    section = re.split(r"^#+ ", text.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [match["module"] for match in _STEP.finditer(section)]
