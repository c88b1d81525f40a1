"""The simulator itself: a seed always gives the same days; violations show the entry's history."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infra.cli import main
from infra.cli.sandbox.trouble_words import trouble_words
from tests.simulation import episode
from tests.simulation.episode import Outcome, play
from tests.simulation.simulate import simulate
from tests.simulation.trouble import LEVELS, Rates
from tests.simulation.watch import Violation

SOME = replace(LEVELS["some"], crash=0.002, unanswered=0.002)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return play(7, 0, SOME, practices=3)


def test_an_episode_has_trouble_and_breaks_no_promise(outcome: Outcome) -> None:
    assert outcome.days == 3 * 30
    assert outcome.messages > 50
    assert {"crash before", "crash after", "tick lost", "tick twice", "unanswered after"} <= outcome.faults.keys()
    assert outcome.violations == ()


def test_each_trouble_has_words(outcome: Outcome) -> None:
    kinds = outcome.faults.keys() | {
        "closed days changed",
        "out of office",
        "outage",
        "e-mails stopped",
        "patient stopped",
        "practice removed",
        "busy",
        "wrong clock",
        "index lag",
    }
    assert [kind for kind in kinds if trouble_words(kind) == kind] == []


def test_the_same_seed_gives_the_same_episode(outcome: Outcome) -> None:
    assert play(7, 0, SOME, practices=3) == outcome


def test_an_episode_ends_on_the_evening_of_enough_violations() -> None:
    assert play(7, 0, SOME, practices=3, most_violations=0).days == 3


def test_another_number_gives_another_episode(outcome: Outcome) -> None:
    assert play(7, 1, SOME, practices=3).faults != outcome.faults


def test_without_trouble_all_goes_well() -> None:
    found = play(7, 0, Rates(), practices=2)
    assert (found.violations, found.faults.total()) == ((), found.faults["pause --all"])


WRONG = Violation("p1", "2026-11-23T09:05:00Z reminder:T1 was asked for 2 times", ("2026-11-23T09:00:00Z prepared",))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every episode has a violation."""

    def play_broken(seed: int, number: int, rates: Rates, most_violations: int) -> Outcome:
        return replace(play(seed, number, rates, practices=1), violations=(WRONG,))

    monkeypatch.setattr("tests.simulation.simulate.play", play_broken)


@pytest.mark.usefixtures("broken")
def test_it_ends_with_the_requested_number_of_violations() -> None:
    found = simulate(10_000, 3, "none", most_violations=2)
    assert (found.days, found.violations) == (60, [(0, WRONG), (1, WRONG)])


@pytest.mark.usefixtures("broken")
def test_the_command_tells_a_violation_with_its_history_and_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--lang=en", "simulate", "--days", "1", "--seed", "3", "--trouble", "none"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "seed 3, episode 0, practice p1: 2026-11-23T09:05:00Z reminder:T1 was asked for 2 times" in shown
    assert "2026-11-23T09:00:00Z prepared" in shown


@pytest.mark.usefixtures("broken")
def test_the_document_has_days_messages_faults_and_violations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--lang=en", "simulate", "--days", "1", "--trouble", "none", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"schema_version", "days", "messages", "faults", "violations"}
    assert document["violations"] == [
        {"seed": 1, "episode": 0, "practice": "p1", "text": WRONG.text, "history": list(WRONG.history)}
    ]


def test_what_is_no_level_of_trouble_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--lang=en", "simulate", "--trouble", "much"]) == 2
    assert "must be one of none, some, heavy" in capsys.readouterr().err


def test_an_episode_ends_after_nine_quiet_days() -> None:
    assert episode.SETTLING > 8  # within eight days every entry has ended, or is on the call list
