"""`vitosms switches` on the closed days of a practice."""

from pathlib import Path

import pytest

from tests.cli.running import Vitosms, running


def test_closed_days_are_set_listed_and_a_wrong_value_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with running(tmp_path):
        refused = vitosms.refuses("switches", "set", "Geschlossen", "24.12.-3.1.")
        assert "“24.12.-3.1.”" in refused
        assert "periods such as 24.12.2026-03.01.2027, cantons such as ZH" in refused
        vitosms.shows("switches", "set", "geschlossen", "24.12.2026-25.12.2026, ZH")
        document = vitosms.told("switches", "list")
        assert document["next_closed_days"] == ["2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01", "2027-03-26"]
        shown = " ".join(vitosms.shows("switches", "list").split())
        assert "nächste geschlossene Tage: Do 24.12.2026, Fr 25.12.2026, Sa 26.12.2026" in shown
