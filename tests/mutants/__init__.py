"""Faults on purpose, each a leak that some server has had (`docs/leaks.md`): what the tests of leaks must notice. Those
of the pages of people are no leaks but forgeries (`docs/security.md` §2.5), some of the desk's are broken promises,
and those of bad days lose or hide what was acknowledged (`docs/operations.md`).

A mutant is a sentence and how it weakens the running code: statements on their way to the database, or functions. No file is
changed. `python -m tests.mutants` runs each against the cases that are there for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.mutants import (
    accounts,
    acting,
    administration,
    answers,
    bad_days,
    commits,
    contents,
    desk,
    desk_pages,
    house,
    pages,
    pages_of_people,
    statements,
    telling,
    tokens,
    writes,
)

CONCERNS, OF_SEARCH = statements.CONCERNS, statements.OF_SEARCH
Mutant = Callable[[], AbstractContextManager[object]]

MUTANTS: dict[str, Mutant] = (
    statements.MUTANTS
    | answers.MUTANTS
    | pages.MUTANTS
    | writes.MUTANTS
    | contents.MUTANTS
    | house.MUTANTS
    | tokens.MUTANTS
    | telling.MUTANTS
    | accounts.MUTANTS
    | administration.MUTANTS
    | acting.MUTANTS
    | desk.MUTANTS
    | desk_pages.MUTANTS
    | pages_of_people.MUTANTS
    | commits.MUTANTS
    | bad_days.MUTANTS
)

# Those that the programs notice which found them (`tests/contracts/test_worlds_acting.py`).
ACTING = frozenset(acting.MUTANTS)

# Those that random programs notice too (`tests/contracts/test_mutants.py`).
WORLDS = frozenset(
    {
        "no predicate at all",
        "the places of index rows are not looked at (L16)",
        "nor those of the worklist",
        "a right sees every place",
        "a stake opens every place",
        "anybody's stake opens",
        "a right that ended goes on (L129)",
        "domains limit nothing",
        "everybody sees what one holder may see (L109)",
        "the total counts hidden rows (L41)",
        "rows are sorted by hidden values (L47)",
        "chains go through hidden rows (L18)",
        "_has goes through hidden rows (L17)",
        "a write may point to what its author does not see (L68)",
        "a hidden edit moves the time of the whole resource (L12)",
        "a read says that there is something (L01)",
        "a write says that there is something (L62)",
        "identifiers count what was made (L143)",
    }
)
