"""Whole rows of hostile values, in several columns at once, and the total number of hostile cases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.practice_database import COLUMNS
from tests.hostile import test_columns, test_database, test_ids, test_settings
from tests.hostile.practice import another, at, check, check_good, good_tables, play, set_up
from tests.hostile.values import ADDRESSES, VALUES

PLACES = [(view, column) for view, columns in COLUMNS.items() for column in columns]
EXAMPLES = 40
CASES = {
    "columns": test_columns.CASES,
    "settings": test_settings.CASES,
    "ids": test_ids.CASES,
    "database": test_database.CASES,
    "rows": EXAMPLES,
}
NAMED = [value for name, value in VALUES.items() if name != "planted" and name not in ADDRESSES]
ANY = st.one_of(
    st.sampled_from(NAMED), st.text(max_size=20), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary()
)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.sampled_from(PLACES), ANY, max_size=12), min_size=1, max_size=4))
def test_any_rows_hurt_nobody_else(dirty: list[dict[tuple[str, str], object]]) -> None:
    tables = good_tables()
    others = [another(tables, n) for n in range(len(dirty))]
    cloud = set_up(tables)
    for rows, values in zip(others, dirty, strict=True):
        for (view, column), value in values.items():
            rows[view][column] = value
    played = play(cloud, at("11:15"))
    check(played)
    check_good(played)
    assert sum("Tagesübersicht" in str(notice.subject) for notice in cloud.parts.networks.notices) == 1


@pytest.mark.parametrize("group", CASES, ids=lambda group: f"{group}-{CASES[group]}")
def test_the_number_of_hostile_cases(group: str) -> None:
    assert CASES[group] >= 40


def test_there_are_thousands_of_hostile_cases() -> None:
    assert sum(CASES.values()) > 4_000
