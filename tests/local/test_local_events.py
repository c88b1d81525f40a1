"""Events of EventBridge on the local cloud besides the ticks: the nightly check, and changed parameters."""

from datetime import timedelta
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.timetable import RULES
from tests.fakes.local_app import MINUTE, START, FakeApp, aws, fail, queue

NAME = "/vitosms/local/praxis/Schalter/Sprache"
FIVE_PAST = START + 5 * MINUTE


def told(app: FakeApp) -> list[tuple[str, str, str]]:
    """The time, the operation and the parameter."""
    events = ((at, event["detail"]) for handler, at, event in app.events if handler == "switches")
    return [(f"{at:%H:%M}", detail["operation"], detail["name"]) for at, detail in events]


def saves(cloud: LocalCloud, value: str, name: str = NAME) -> Any:
    return lambda *_: cloud.put_parameter(name, value)


@pytest.mark.parametrize("minute", [0, 1, 94, 95, 96, 24 * 60 - 1])
def test_the_night_comes_once_a_day(minute: int) -> None:
    start = START.replace(hour=0) + minute * MINUTE
    night = RULES["nightly_check"].next(start)
    assert f"{night:%H:%M}" == "01:35"
    assert start <= night < start + timedelta(days=1)


def test_the_nightly_check_runs_by_night_and_is_tried_again(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["nightly_check"] = fail
    cloud.play(START + timedelta(days=1))
    assert app.times("nightly_check") == ["01:35:00", "01:36:00", "01:38:00"]
    event = next(event for name, _, event in app.events if name == "nightly_check")
    assert event["resources"][0].endswith(":rule/vitosms-local-nightly_check")


def test_a_changed_parameter_is_told_in_the_shape_of_eventbridge(app: FakeApp, cloud: LocalCloud) -> None:
    cloud.put_parameter(NAME, "fr")
    cloud.play(START + MINUTE)
    event = next(event for name, _, event in app.events if name == "switches")
    assert event["source"] == "aws.ssm"
    assert event["detail-type"] == "Parameter Store Change"
    assert event["time"] == "2026-11-22T09:00:00Z"
    assert event["resources"] == [f"arn:aws:ssm:eu-central-1:123456789012:parameter{NAME}"]
    assert event["detail"] == {"name": NAME, "operation": "Create", "type": "String"}


def test_every_kind_of_change_is_told_at_its_instant(app: FakeApp, cloud: LocalCloud) -> None:
    cloud.at(FIVE_PAST, saves(cloud, "fr"))
    cloud.at(FIVE_PAST + MINUTE, saves(cloud, "fr"))  # the same value again is a new version
    cloud.at(FIVE_PAST + 2 * MINUTE, lambda: aws("ssm").delete_parameter(Name=NAME))
    cloud.play(START + 14 * MINUTE)
    assert told(app) == [("09:05", "Create", NAME), ("09:06", "Update", NAME), ("09:07", "Delete", NAME)]


@pytest.mark.parametrize("handler", ["send", "deliver", "switches"])
def test_what_a_handler_changes_is_told_when_it_has_ended(app: FakeApp, cloud: LocalCloud, handler: str) -> None:
    """Before the tick at :05 ends, before the next message, and while handling another change."""
    other = f"{NAME}-x"

    def change(*_: Any) -> None:
        app.act.pop(handler)
        cloud.put_parameter(other, "Ja")

    app.act[handler] = change
    if handler == "deliver":
        queue("OUTBOX", "one")
        queue("OUTBOX", "two")
    elif handler == "switches":
        cloud.put_parameter(NAME, "fr")
    cloud.play(FIVE_PAST + MINUTE)
    handlers = [name for name, _, _ in app.events]
    assert handlers[handlers.index(handler) + 1] == "switches"
    assert (told(app)[-1][0], told(app)[-1][2]) == ("09:05" if handler == "send" else "09:00", other)


def test_a_change_goes_before_the_tick_that_comes_next(app: FakeApp, cloud: LocalCloud) -> None:
    cloud.play(FIVE_PAST)
    cloud.put_parameter(NAME, "fr")
    cloud.play(FIVE_PAST + MINUTE)
    assert [name for name, at, _ in app.events if at == FIVE_PAST] == ["switches", "send"]


def test_only_what_the_app_asks_for_is_told(app: FakeApp, cloud: LocalCloud) -> None:
    price = "/vitosms-tarif/local/CreditsProSMS"
    for name in (price, "/vitosms/prod/praxis/Schalter/Sprache", "/vitosms-secrets/local/praxis/Datenbank", "/other"):
        cloud.put_parameter(name, "2")
    cloud.play(START + MINUTE)
    assert told(app) == [("09:00", "Create", price)]


def test_what_was_set_up_is_not_told(app: FakeApp, cloud: LocalCloud) -> None:
    cloud.put_parameter(NAME, "fr")
    cloud.platform.forget_changes()
    cloud.play(START + 14 * MINUTE)
    assert told(app) == []


def test_a_change_that_the_lambda_failed_at_is_told_again(app: FakeApp, cloud: LocalCloud) -> None:
    app.act["switches"] = fail
    cloud.put_parameter(NAME, "fr")
    cloud.play(START + 14 * MINUTE)
    assert app.times("switches") == ["09:00:00", "09:01:00", "09:03:00"]


def test_looking_for_changes_makes_no_call(cloud: LocalCloud) -> None:
    requests: list[str] = []
    cloud.gateway.before = requests.append
    cloud.play(START + 60 * MINUTE)
    assert requests == []
