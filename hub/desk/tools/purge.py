"""Write `hub/desk/styles/bootstrap.css`: Bootstrap's sheet without the rules of classes that no page may use.

    python -m hub.desk.tools.purge

A rule is kept when every class in its selector is in `bootstrap-kept.txt`; rules of elements are kept, those of Bootstrap's
own dark scheme (`data-bs-theme`) are not, because `tokens.css` has both schemes. Then custom properties that nothing reads
are left out. The result is committed; a test compares it with what this program makes of the vendored file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

STYLES = Path(__file__).parents[1] / "styles"
VENDORED = STYLES.parent / "vendor" / "bootstrap" / "bootstrap.min.css"
KEPT = STYLES / "bootstrap-kept.txt"
OUTPUT = STYLES / "bootstrap.css"

_LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The next character that has a meaning for the structure; strings are passed over whole.
_STRUCTURE = re.compile(r"\"[^\"]*\"|'[^']*'|[{};]")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_COMMA = re.compile(r",(?![^(]*\))")
_READ = re.compile(r"var\((--[\w-]+)")
_PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):(?:\"[^\"]*\"|[^;}])*;?")
_EMPTY_RULE = re.compile(r"(?m)^[^{}@]*\{\}\n?")


def purge(sheet: str, kept_classes: frozenset[str], others: str) -> str:
    """`sheet` with the rules of the classes `kept_classes` and of elements. `others`: sheets that read its custom properties."""
    licence = _LICENCE.search(sheet)
    rules = "\n".join(_keep_rules(_COMMENT.sub("", sheet), kept_classes))
    return f"{licence[0] if licence else ''}\n{_drop_unread_properties(rules, others)}\n"


def _split_blocks(css: str) -> Iterator[tuple[str, str]]:
    """(prelude, body) of each rule of `css`; statements without a block are left out."""
    start = depth = opening = 0
    for match in _STRUCTURE.finditer(css):
        sign = match[0]
        if sign == "{":
            depth += 1
            opening = match.end() if depth == 1 else opening
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start : opening - 1].strip(), css[opening : match.start()]
                start = match.end()
        elif sign == ";" and depth == 0:
            start = match.end()


def _keep_rules(css: str, kept_classes: frozenset[str]) -> Iterator[str]:
    for prelude, body in _split_blocks(css):
        if prelude.startswith(("@media", "@supports")):
            if inner := "".join(_keep_rules(body, kept_classes)):
                yield f"{prelude}{{{inner}}}"
        elif not prelude.startswith("@"):
            selectors = [selector for selector in _COMMA.split(prelude) if _is_kept(selector, kept_classes)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _is_kept(selector: str, kept_classes: frozenset[str]) -> bool:
    return "data-bs" not in selector and kept_classes.issuperset(_CLASS.findall(selector))


def _drop_unread_properties(rules: str, others: str) -> str:
    """A property may be read by one that nobody reads: until a round changes nothing."""
    read = frozenset(_READ.findall(rules) + _READ.findall(others))
    remaining = _PROPERTY.sub(lambda match: match[0] if match[1] in read else "", rules)
    return _EMPTY_RULE.sub("", rules) if remaining == rules else _drop_unread_properties(remaining, others)


def read_kept(text: str) -> frozenset[str]:
    """The classes of a list such as `bootstrap-kept.txt`: words apart from comments."""
    return frozenset(word for line in text.splitlines() for word in line.partition("#")[0].split())


def build() -> str:
    """What bootstrap.css is to be, of the files in the repository."""
    others = "".join(path.read_text("utf-8") for path in sorted(STYLES.glob("*.css")) if path != OUTPUT)
    return purge(VENDORED.read_text("utf-8"), read_kept(KEPT.read_text("utf-8")), others)


if __name__ == "__main__":
    OUTPUT.write_text(build(), "utf-8")
