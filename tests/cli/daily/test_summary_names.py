"""The daily summary of a practice that wants names in its e-mails."""

from pathlib import Path

from tests.cli.running import running
from tests.flow.build import at


def test_the_names_are_read_by_one_more_statement(tmp_path: Path) -> None:
    asked = {}
    for wanted in ("Nein", "Ja"):
        desk = {"MeldungAn": "empfang@praxis.example", "NamenInMeldungen": wanted}
        (tmp_path / wanted).mkdir()
        with running(tmp_path / wanted, switches=desk) as (stage, _):
            stage.cloud.play(at("11:30"))
            mail = stage.cloud.networks.notices[-1]
            asked[wanted] = len(stage.statements)
        assert ("Patient P1, Nachname1 Vorname1: 10:05" in mail.text) is (wanted == "Ja")
        assert (">P2<br>Nachname2 Vorname2</td>" in mail.html) is (wanted == "Ja")  # to phone
        assert ("Nachname" in f"{mail.subject} {mail.text} {mail.html}") is (wanted == "Ja")
    assert asked["Ja"] == asked["Nein"] + 1
