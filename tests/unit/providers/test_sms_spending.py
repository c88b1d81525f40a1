"""The pace of spending, and for how many more days the limit lasts."""

from datetime import date

import pytest

from chalicelib.providers.sms_spending import Spending
from infra.account.sms import Month, month_of, sms_steps
from infra.account.step import Outcome
from infra.translation import speak
from tests.unit.cli.test_setup_steps import ROLE, FakeSns


@pytest.mark.parametrize(
    ("totals", "spent", "pace", "left"),
    [
        ({}, 0, 0, None),
        ({1: 4.0}, 4, 4, 4),
        ({2: 4.0, 3: 10.0}, 10, 6, 10 / 6),
        ({6: 4.0, 7: 4.0, 8: 4.0}, 4, 4, 4),  # a weekend
        ({1: 4.0, 2: 20.0, 3: 21.0}, 21, 1, -1),
        ({1: 0.0}, 0, 0, None),
    ],
)
def test_the_pace_is_that_of_the_latest_day_that_cost_something(
    totals: dict[int, float], spent: float, pace: float, left: float | None
) -> None:
    spending = Spending(20.0, {date(2026, 11, day): usd for day, usd in totals.items()})
    assert (spending.spent, spending.pace, spending.days_left) == (spent, pace, left)


def test_a_month_costs_what_it_has_and_its_other_working_days() -> None:
    spending = Spending(100.0, {date(2026, 11, 25): 40.0, date(2026, 11, 26): 42.0})
    assert month_of(spending, date(2026, 11, 26)) == Month(2.0, 46.0)  # Friday the 27th, Monday the 30th


@pytest.mark.parametrize(("total", "outcome"), [(199.0, Outcome.UNCHANGED), (260.4, Outcome.PERSON)])
def test_setup_says_that_a_month_costs_more_than_the_limit(total: float, outcome: Outcome) -> None:
    speak("en")
    sns = FakeSns({"MonthlySpendLimit": "200"})
    steps = sms_steps(sns, ROLE, None, {}, emulated=False, month=Month(12.5, total))
    (step,) = (step for step in steps if step.code == "MonthlySpendLimit")
    assert step.outcome is outcome
    assert ("latest day (12.50 USD) this month's SMS cost about 260 USD" in step.told) == (outcome is Outcome.PERSON)
