"""Actions of people are logged in the practice's language, whatever language the command answers in."""

from pathlib import Path

import pytest

from chalicelib.text import text_of
from chalicelib.wiring import wiring
from chalicelib.words.words import words_of
from tests.cli.running import Vitosms, running
from tests.flow.build import PRACTICE, at


def test_a_person_s_acts_are_logged_in_the_language_of_the_practice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with running(tmp_path, switches={"Schalter/PraxisSprache": "fr"}) as (rehearsed, _):
        rehearsed.cloud.play(at("10:02"))
        before = len(wiring().history.activities(PRACTICE))
        vitosms.shows("queue", "cancel", "reminder:T1", "--reason", "doublon", "--yes")
        vitosms.shows("queue", "release", "reminder:T1", "--note", "bon", "--yes")
        vitosms.shows("calls", "reached", "reminder:T2", "--note", "vient")
        vitosms.shows("erase", "--patient", "P1", "--yes")
        lines = wiring().history.activities(PRACTICE)[before:]
    assert [line.get("to") for line in lines] == ["cancelled", "prepared", "not_sendable", None, "cancelled"]
    for line in lines:
        assert line["text"].endswith(words_of("fr").of(text_of(line.get("reason", line))))
        assert line["local"].endswith("+01:00")
    assert [line["text"].partition(",")[0] for line in lines[:2]] == ["Rappel de rendez-vous"] * 2
