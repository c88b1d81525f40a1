"""The doctor's remark on the spend limit of SMS, beside what a practice's next days cost."""

from __future__ import annotations

import pytest

from infra.doctor.finding import Result
from infra.doctor.spending import spend_limit
from infra.doctor.week import week_of
from tests.builders.entries import practice
from tests.flow.fake_build import Day
from tests.unit.doctor.test_week import patient, shown


@pytest.mark.parametrize(("limit", "result"), [(1000.0, Result.GOOD), (0.1, Result.DOUBTFUL)])
def test_a_month_like_the_next_days_is_compared_with_the_limit(limit: float, result: Result) -> None:
    day = Day("2026-11-23 06:00")
    day.parts.sms_spending.limit = limit
    week = week_of(practice(), [patient(n) for n in range(3)], [])
    found = f"0.00 von {limit:g} USD in diesem Monat von allen Praxen ausgegeben; "
    found += "die SMS der nächsten 7 Tage kosten etwa 0.18 USD"
    assert shown([*spend_limit(week, day.practice().deployment)]) == [("SMS-Limite", result, found)]
