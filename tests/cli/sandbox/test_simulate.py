"""The output of `vitosms simulate` about an episode."""

from collections import Counter

import pytest

from infra.cli import main
from tests.simulation.episode import PRACTICES, SETTLING, TROUBLED
from tests.simulation.simulate import Simulated
from tests.simulation.watch import Violation


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Simulated:
    found = Simulated(1, 750, 728, Counter({"tick lost": 137}))
    monkeypatch.setattr("tests.simulation.simulate.simulate", lambda *args: found)
    return found


def test_more_days_than_were_asked_for_are_told_and_the_verdict_is_last(
    played: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["simulate", "--days", "30", "--lang=en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines[0].split()) == "practice-days 750 whole episodes; 30 requested"
    assert lines.index("Trouble") > [line.split()[0] for line in lines if line.strip()].index("violations")
    assert lines[-1] == "No promise was broken."


def test_broken_promises_are_the_last_line(played: Simulated, capsys: pytest.CaptureFixture[str]) -> None:
    played.violations = [(0, Violation("p1", "reminder:T1 was asked for 2 times", ("prepared",)))] * 2
    assert main.run(["simulate", "--days", "750", "--lang=en"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "requested" not in lines[0]
    assert lines[-1] == "2 promises were broken."


def test_the_help_says_how_much_an_episode_is(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["simulate", "--help", "--lang=en"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"of {PRACTICES} practices for {TROUBLED + SETTLING} days." in told
