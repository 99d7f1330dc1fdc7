"""The citations of `docs/` in code and tests: how they are written, and whether they resolve.

Two forms:

* a page, and what of it: `docs/parts.md` 7 · `docs/security.md` §4.5 · `docs/security.md` T12 · `docs/leaks.md` B10.3 ·
  `docs/loop.md`, "Parent from children". Several may follow each other: `docs/parts.md` 2, 5–7; `docs/leaks.md` L01 and L02.
  They are read in comments and in every string.
* an id alone, of a family that nothing else uses: L62, TK-5, D4 (`FAMILIES`). It is read in comments and docstrings only, so
  that codes in data are none.

What is cited is a heading that begins with it (`### L62. …`, `## 4.5 …`) or the first cell of a table's row (`| D6.4 | …`).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("hub", "adapters", "config", "fhir_profiles", "tests")
# How an id begins that stands alone → the page that it is of. All other ids are cited with their page.
FAMILIES = {"L": "leaks", "D": "loop", "T": "loop"} | dict.fromkeys(
    ("DI-", "AU-", "TK-", "CA-", "IN-", "RV-", "RS-", "SC-", "LG-", "LA-", "SE-"), "security"
)

_ID = r"[A-Z]{1,2}(?:-E?)?\d{1,3}(?:\.\d+)*"
_NUMBER = r"\d+(?:\.\d+)*"
# A bare number is an item unless a word follows that it counts: "§5.3, 20 fields".
_ITEM = re.compile(rf'(?P<item>§{_NUMBER}|{_ID}(?!\w)|{_NUMBER}(?![\w.-]*\w)(?!\s(?!and\b|to\b)[a-z])|"[^"]+")')
_BETWEEN = re.compile(r",? (?:and |to )?|–")
_PAGE = re.compile(r"(?P<path>[\w:/.#-]*\w\.md)\b`?")
_HYPHENATED = "|".join(family for family in FAMILIES if family.endswith("-"))
# No part of a longer code: not L232-6, v2-T4, ADT^D1.
_ALONE = re.compile(rf"(?<![\w^.§/-])(?P<family>L(?=\d\d)|[DT](?=[1-9])|{_HYPHENATED})\d{{1,3}}(?:\.\d+)*(?![\w-])")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
_ROW = re.compile(rf"^\| ({_ID}) \|", re.MULTILINE)
_ANCHOR = re.compile(rf"(?P<anchor>{_ID}|{_NUMBER})(?:\.?\s+|\.?$)")
_FILE_NAME = re.compile(r"""[a-z]?["'][\w./*-]+["']""")  # a string that is a path and cites nothing
_TOML_COMMENT = re.compile(r"(?:^|\s)#(.*)")


@dataclass(frozen=True)
class Page:
    """`anchors`: ids and numbers that may be cited; `titles`: headings without them."""

    anchors: frozenset[str]
    titles: frozenset[str]


@dataclass(frozen=True)
class Passage:
    """A comment or a string, at `line` of `path`. `is_prose`: whether ids that stand alone are citations in it."""

    path: str
    line: int
    text: str
    is_prose: bool


@cache
def read_pages() -> dict[str, Page]:
    """The pages of `docs/` by their name without `.md`."""
    return {path.stem: parse_page(path.read_text("utf-8")) for path in (ROOT / "docs").glob("*.md")}


def parse_page(text: str) -> Page:
    """What can be cited of a page in Markdown."""
    anchors, titles = set(_ROW.findall(text)), set()
    for heading in _HEADING.findall(text):
        anchor = _ANCHOR.match(heading)
        if anchor:
            anchors.add(anchor["anchor"])
        titles.add(heading[anchor.end() :] if anchor else heading)
    return Page(frozenset(anchors), frozenset(titles))


def read_passages() -> Iterator[Passage]:
    """The comments and strings of the Python and TOML files in `FOLDERS`."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py":
                yield from _read_python(path)
            elif path.suffix == ".toml":
                yield from _read_toml(path)


def _read_python(path: Path) -> Iterator[Passage]:
    text, name = path.read_text("utf-8"), str(path.relative_to(ROOT))
    docstrings = {
        node.value.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    comments: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        line = token.start[0]
        if token.type == tokenize.COMMENT:
            comments.append((line, token.string.lstrip("# ")))
        elif token.type == tokenize.STRING and not _FILE_NAME.fullmatch(token.string):
            yield Passage(name, line, token.string, is_prose=line in docstrings)
    yield from _join_comments(name, comments)


def _read_toml(path: Path) -> Iterator[Passage]:
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    comments = [(number, comment[1]) for number, line in lines if (comment := _TOML_COMMENT.search(line))]
    yield from _join_comments(str(path.relative_to(ROOT)), comments)


def _join_comments(path: str, comments: list[tuple[int, str]]) -> Iterator[Passage]:
    """One passage for comments on lines that follow each other."""
    block: list[str] = []
    start = 0
    for line, text in comments:
        if line != start + len(block):
            if block:
                yield Passage(path, start, " ".join(block), is_prose=True)
            block, start = [], line
        block.append(text)
    if block:
        yield Passage(path, start, " ".join(block), is_prose=True)


def find_citations(passage: Passage) -> Iterator[tuple[str, str]]:
    """(page, item) of each citation in `passage`: the name of a page in `docs/`, or the path as it is written when it names
    none; the item without `§`, "" for the page as a whole."""
    text = re.sub(r"\s+", " ", passage.text)
    rest, end = "", 0
    for page in _PAGE.finditer(text):
        rest, end = rest + text[end : page.start()], page.end()
        if "://" in page["path"]:
            continue
        name = _get_name(page["path"])
        yield name, ""
        while item := _match_item(text, end):
            end = item.end()
            yield name, item["item"].removeprefix("§")
    if passage.is_prose:
        for alone in _ALONE.finditer(rest + text[end:]):
            yield FAMILIES[alone["family"]], alone[0]


def _get_name(path: str) -> str:
    name = path.removeprefix("docs/").removesuffix(".md")
    return name if path == f"docs/{name}.md" else path


def _match_item(text: str, start: int) -> re.Match[str] | None:
    """The next item of a citation whose page, or whose item before, ends at `start`."""
    between = _BETWEEN.match(text, start)
    return _ITEM.match(text, between.end()) if between else None


def resolves(page: str, item: str) -> bool:
    """Whether a citation leads to a heading or a row. A page at the root of the repository may be named, without an item."""
    if page not in read_pages():
        return "/" not in page and not item and page.endswith(".md") and (ROOT / page).exists()
    if item.startswith('"'):
        return item.strip('"') in read_pages()[page].titles
    return not item or item in read_pages()[page].anchors
