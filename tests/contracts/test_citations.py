"""Every page, section and id that code and tests cite is in `docs/` (`tests/contracts/citations.py` says how to cite)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.cases import ALL
from tests.contracts.citations import (
    FAMILIES,
    ROOT,
    Passage,
    find_citations,
    parse_page,
    read_pages,
    read_passages,
    resolves,
)
from tests.contracts.test_not_offered import NOT_OFFERED

NAMED_FILE = re.compile(r"`((?:hub|adapters|config|fhir_profiles|tests)/[\w/.-]*\w/?)`")
TEXTS = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")) if path.name != "CHANGELOG.md")


def test_every_citation_resolves() -> None:
    cited = [
        (f"{passage.path}:{passage.line}", page, item)
        for passage in read_passages()
        if passage.path != str(Path(__file__).relative_to(ROOT))
        for page, item in find_citations(passage)
    ]
    assert len(cited) > 800
    assert {page for _, page, _ in cited} >= {*FAMILIES.values(), "parts", "domain"}
    assert [citation for citation in cited if not resolves(*citation[1:])] == []


UNKNOWN = [
    "as `docs/leaks.md` L161 says",
    "(`docs/leaks.md` L01, L02 and L999)",
    "`docs/security.md` §4.9",
    "`docs/security.md` §4.5, §9.9.",
    "`docs/security.md` T12, T41",
    "`docs/parts.md` 7, 99.",
    "`docs/parts.md` 5–77).",
    "`docs/leaks.md` B10, 13",
    '`docs/parts.md`, "A section that nobody wrote"',
    "`docs/nowhere.md`",
    "`parts.md` 7",
    "../docs/parts.md",
    "constant (TK-99)",
    "an edit (L161)",
    "as D99 has it",
    "by T40",
    "`docs/security.md` T12; but T40 alone",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_citation_is_found(text: str) -> None:
    assert not all(resolves(*citation) for citation in find_citations(Passage("x.py", 1, text, is_prose=True)))


KNOWN = [
    "`docs/leaks.md` L01–L03, `docs/security.md` §4.5 and T12; D4, L62, TK-5",
    "`docs/parts.md` 2, 5–7, that is 12 lines",
    "`docs/security.md` §1.6.7, 20 fields",
    '`docs/parts.md`, "Which type, which section"',
    "README.md and ARCHITECTURE.md",
    "https://example.org/spec.md",
    "HL7 v2: PID-5, IN1, IN2-61, DG1, PV1, NK1, T00, ADT^A01, ADT^T1, D, T",
    "ICD-10 F20 to F29, I10, R4 and R5, RS384, ES384, CASF L232-6, CSP L1110-4, v2-0131, N801",
]


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_citation_resolves_and_other_codes_are_none(text: str) -> None:
    assert all(resolves(*citation) for citation in find_citations(Passage("x.py", 1, text, is_prose=True)))


def test_in_data_an_id_alone_is_no_citation() -> None:
    assert list(find_citations(Passage("x.py", 1, '"L999 of `docs/leaks.md` L01"', is_prose=False))) == [
        ("leaks", ""),
        ("leaks", "L01"),
    ]


def test_headings_and_rows_can_be_cited() -> None:
    page = parse_page(
        "# A page\n\n## 4.5 The test\n\n### L62. PUT\n\n### AU-E1. Events\n\n| D6.4 | why |\n| a | b |\n\nL63. no"
    )
    assert page.anchors == {"4.5", "L62", "AU-E1", "D6.4"}
    assert page.titles == {"A page", "The test", "PUT", "Events"}


def test_the_page_of_leaks_has_every_case_and_lists_those_that_are_not_offered() -> None:
    assert read_pages()["leaks"].anchors >= {f"L{number:02d}" for number in ALL}
    section = (ROOT / "docs" / "leaks.md").read_text("utf-8").partition("## What is not offered")[2]
    listed = section.strip().partition("\n\n")[0]
    assert {int(number) for number in re.findall(r"L(\d+)", listed)} == NOT_OFFERED.keys()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_page_names_files_that_exist(path: Path) -> None:
    """Unless the line says that they are not built."""
    lines = [line for line in path.read_text("utf-8").splitlines() if "not built" not in line.lower()]
    assert [name for line in lines for name in NAMED_FILE.findall(line) if not (ROOT / name).exists()] == []
