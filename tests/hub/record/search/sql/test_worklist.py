"""The hot searches: a list is read from its index alone, in the order of its index."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.record.db.statements import CompiledStatement
from hub.record.search.sql.worklist import _STATEMENTS
from tests.plans import steps_of


@pytest.mark.parametrize("statement", _STATEMENTS.values(), ids=map(str, _STATEMENTS))
def test_the_rows_of_a_list_are_not_looked_up_and_not_sorted(statement: CompiledStatement, tmp_path: Path) -> None:
    steps = steps_of(statement, tmp_path)
    assert [step for step in steps if step.startswith("SEARCH worklist USING COVERING INDEX")] == steps[:1]
    assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")]
