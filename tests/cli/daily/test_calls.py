"""`vitosms calls` while nothing is sent."""

from pathlib import Path

import pytest

from tests.cli.running import Vitosms, running, words
from tests.flow.build import PRACTICE, at


def test_who_was_not_reminded_because_of_a_pause_is_phoned_and_the_reason_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as (stage, _):
        vitosms = Vitosms(capsys)
        vitosms.shows("practice", "pause", PRACTICE, "--reason", "Wartung")
        stage.cloud.play(at("10:12"))
        reasons = [words(call["reason"]) for call in vitosms.told("calls")["calls"]]
        vitosms.shows("practice", "resume", PRACTICE, "--yes")
        after = [words(call["reason"]) for call in vitosms.told("calls")["calls"]]
    assert reasons == ["Nicht versendet: Versand angehalten", "Keine Mobilnummer; keine E-Mail"]
    assert after == ["Nicht versendet", "Keine Mobilnummer; keine E-Mail"]
