"""A small full day on the fakes, played once for each call of it: a worker dies right before it, or right after.

A death after a call leaves what one before the next call leaves. So workers die after the last call of a life, unless
that is the one query of a quiet tick, and after each request of deliver, which are parallel.

The platform recovers: SQS redelivers messages, EventBridge retries, further ticks come. At the end of the following day
nobody got a message twice, none is lost, and the books are right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import zip_longest
from types import MappingProxyType

import pytest

from chalicelib.schedule.job import Tick
from infra.local.weather import LAGS
from tests.fakes.world import Moment
from tests.flow.crashes.deaths import Call, Deaths
from tests.flow.fake_build import Day
from tests.flow.small_day import END, NEXT_END, on_fakes

GOOD: Mapping[str, object] = MappingProxyType({})
ROUGH = {"index_lags": LAGS["jumpy"], "lost_answers": 0.1, "logs_late": timedelta(hours=2), "conflicts": 0.3}
EVERY = 20  # calls in rough weather, from the `FIRST` of this moment on
FIRST: Mapping[Moment, int] = {"before": 0, "after": 10}


def watch(day: Day, deaths: Deaths) -> None:
    invoke = day.cloud.invoke

    def one_life(handler: str, act: Callable[[], object]) -> bool:
        return deaths.life(
            handler, partial(invoke, handler, act), lambda: handler in set(Tick) and is_quiet(day, handler)
        )

    day.cloud.world.fault = deaths.strike
    day.cloud.invoke = one_life  # type: ignore[method-assign]


def is_quiet(day: Day, rule: str) -> bool:
    """Whether the one query of a tick would find nothing, so that the tick ends there."""
    data, now = day.parts.data, day.cloud.world.now
    looks_again = rule == Tick.STATUS and data.entries_due(now)
    return not looks_again and not data.jobs_due(Tick(rule), now)


def calls_of_the_day(weather: Mapping[str, object] = GOOD) -> list[Call]:
    deaths = Deaths(all_lives=True)
    day, _ = on_fakes()
    vars(day.cloud.world.weather).update(weather)
    watch(day, deaths)
    day.play(END)
    return deaths.calls


def wrong_after_death_at(call: Call, moment: Moment, weather: Mapping[str, object] = GOOD) -> list[str]:
    deaths = Deaths(moment, call, all_lives=bool(weather))  # a quiet tick of good weather is not one of rough
    day, check = on_fakes()
    vars(day.cloud.world.weather).update(weather)
    watch(day, deaths)
    day.play(NEXT_END)
    return check() if deaths.happened else ["nobody died"]


def differs_after(call: Call, following: Call | None) -> bool:
    ends_a_life = following is None or following.life != call.life
    return call.name in {"sms.send", "mail.send"} or (ends_a_life and call.nth > 0)


@pytest.mark.parametrize(("moment", "at_least"), [("before", 300), ("after", 20)])
def test_a_worker_that_dies_at_any_call_costs_no_second_message_and_loses_none(
    moment: Moment, at_least: int, record_property: Callable[[str, object], None]
) -> None:
    calls = calls_of_the_day()
    if moment == "after":
        followed = zip_longest(calls, calls[1:])
        calls = [call for call, following in followed if differs_after(call, following)]
    ends = {call: wrong_after_death_at(call, moment) for call in calls}
    record_property("crash", f"on the fakes, {moment} {len(ends)} calls of a day")
    assert {call: wrong for call, wrong in ends.items() if wrong} == {}
    assert len(ends) == len(calls) >= at_least


@pytest.mark.parametrize("moment", FIRST)
def test_nor_does_one_that_dies_in_rough_weather(moment: Moment) -> None:
    calls = calls_of_the_day(ROUGH)
    ends = {call: wrong_after_death_at(call, moment, ROUGH) for call in calls[FIRST[moment] :: EVERY]}
    assert {call: wrong for call, wrong in ends.items() if wrong} == {}
    assert len(ends) > 20
