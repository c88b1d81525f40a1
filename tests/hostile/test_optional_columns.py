"""Each optional column with each hostile value: the books of the good patients are as without it."""

import pytest

from chalicelib.practice_db.statements import OPTIONAL_COLUMNS
from tests.hostile.practice import another, check, good_tables, play, set_up
from tests.hostile.values import VALUES


@pytest.mark.parametrize("column", sorted(OPTIONAL_COLUMNS))
def test_a_hostile_value_of_an_optional_column_harms_no_other_patient(column: str) -> None:
    tables = good_tables()
    tables.optional = frozenset({column})
    view, _, name = column.partition(".")
    for n, value in enumerate(VALUES.values()):
        another(tables, n)[view][name] = value
    check(play(set_up(tables)))
