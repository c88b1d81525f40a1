"""`vitosms canary` on a local cloud, which watches a practice of the id `canary`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.entries.credits import totals_of
from chalicelib.schedule.job import Job
from chalicelib.wiring import wiring
from infra.cli import main
from infra.cli.operate import canary
from infra.cli.operate.canary import CANARY
from infra.local.rehearsal import Rehearsal
from tests.cli.operate.canary_stage import ADD, SENDER, TO, listed, opened
from tests.cli.running import Vitosms, words
from tests.deploy.template import ALARMS
from tests.flow.build import PRACTICE, at


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """With a canary at 10:26, its first message delivered. Each test leaves it registered."""
    with opened(tmp_path_factory.mktemp("canary")) as rehearsed:
        assert main.run(ADD) == 0
        rehearsed.cloud.play(at("10:26"))
        yield rehearsed


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def everything(practice: str) -> tuple[Any, ...]:
    """The practices and their items in the stage."""
    parts = wiring()
    ledger = parts.store.ledger(practice, "canary")
    return parts.practices.record(practice), parts.parameters.saved(practice), totals_of(ledger)


def test_registered_again_it_stays_as_it_is(vitosms: Vitosms) -> None:
    vitosms.shows(*ADD)
    before = everything(CANARY)
    assert vitosms.shows(*ADD).startswith("canary: geändert;")
    assert everything(CANARY) == before


def test_its_time_and_address_can_be_changed(vitosms: Vitosms, stage: Rehearsal) -> None:
    document = vitosms.told("canary", "add", "--to", "079 000 00 01", "--at", "11:15")
    assert (document["to"], document["sender"], document["watched"]) == ("+41790000001", None, True)
    stage.cloud.settle()
    record = wiring().practices.record(CANARY)
    assert record is not None
    assert record.jobs[Job.PREPARE_REMINDERS].schedule == "täglich 11:15"
    assert wiring().parameters.database_url(CANARY) == "canary://?to=%2B41790000001"


def test_the_list_shows_it_as_what_it_is(vitosms: Vitosms) -> None:
    assert listed(vitosms).items() >= {CANARY: True, PRACTICE: False}.items()
    assert "Testpraxis" in vitosms.shows("practice", "list")


def test_it_keeps_nobody_from_leaving_out_the_only_practice_with_patients(vitosms: Vitosms) -> None:
    assert vitosms.told("licences", "list")["practice"] == PRACTICE


def test_what_keeps_it_from_sending_is_told(vitosms: Vitosms) -> None:
    vitosms.shows("practice", "pause", CANARY, "--reason", "Wartung")
    assert words(vitosms.told("canary", "status")["warnings"]) == ["Angehalten: Wartung"]
    vitosms.shows("practice", "resume", CANARY, "--yes")


def test_it_is_overdue_when_its_alarm_is(vitosms: Vitosms, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = ALARMS["CanaryNotDelivered"]
    assert timedelta(seconds=alarm["Period"] * alarm["EvaluationPeriods"]) == canary._WATCHED_FOR
    monkeypatch.setattr(canary, "_WATCHED_FOR", timedelta(minutes=15))
    code, out, _ = vitosms.run("canary", "status")
    assert (code, out) == (1, "canary: zuletzt zugestellt am Mo 23.11.2026 10:10\n")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--to", "betrieb@"), "--to 'betrieb@': must be an e-mail address, or a mobile number such as"),
        (("--to", "044 000 00 01"), "--to '044 000 00 01': must be"),
        (("--to", TO, "--at", "07:10"), "--at '07:10': must be on the quarter hour, such as 07:00 or 07:15"),
        (("--to", TO, "--at", "24:00"), "--at '24:00'"),
        (("--to", TO), "--sender is missing: give an address verified with SES (the stage has no AlertSender)"),
        (("--to", TO, "--sender", "vitosms"), "--sender 'vitosms': not an e-mail address"),
        (("--to", TO, "--sender", "b@vitosms.example"), f"canary is registered with the sender {SENDER}"),
        (("--to", TO, "--sender", SENDER, "--practice", "Test"), "--practice 'Test': must be"),
        (
            ("--to", TO, "--sender", SENDER, "--practice", PRACTICE),
            "praxis is a practice with patients, not a test practice",
        ),
    ],
)
def test_what_is_given_wrongly_changes_nothing(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    def secrets() -> dict[str, str]:
        return {practice: wiring().parameters.database_url(practice) for practice in wiring().practices.ids()}

    before = secrets()
    assert told in vitosms.refuses("canary", "add", *args)
    assert secrets() == before


@pytest.mark.parametrize("verb", ["status", "remove"])
def test_a_practice_with_patients_is_left_alone(vitosms: Vitosms, verb: str) -> None:
    yes = ("--yes",) if verb == "remove" else ()
    assert "not a test practice; nothing was changed" in vitosms.refuses("canary", verb, "--practice", PRACTICE, *yes)
