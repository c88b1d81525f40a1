"""The mailbox of the practices: any e-mail can be opened; a report shows the beginning of the newest."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from infra.cli.sandbox.mailbox import HEAD, mailbox
from infra.local.networks.sent_message import SentMessage
from infra.local.rehearsal import Rehearsal
from tests.cli.core.test_every_document import asked_of
from tests.cli.running import Vitosms, running
from tests.flow.build import ZURICH, parameter


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    with running(tmp_path, switches={"MeldungAn": "empfang@praxis.example"}) as (stage, _):
        monkeypatch.setattr("infra.cli.sandbox.local.ask", asked_of(stage))
        yield stage


@pytest.fixture
def vitosms(stage: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Vitosms:
    return Vitosms(capsys)


def test_any_e_mail_is_opened_by_its_number(stage: Rehearsal, vitosms: Vitosms) -> None:
    assert vitosms.refuses("local", "mailbox", "1") == "N '1': there is no e-mail yet"
    for name, value in (("Sprache", "Klingonisch"), ("BevorzugterKanal", "Fax")):
        parameter(stage, f"Schalter/{name}", value)()
        stage.cloud.settle()
    shown = vitosms.shows("local", "mailbox")
    assert [line.split()[0] for line in shown.splitlines()[:2]] == ["1", "2"]
    assert "╭─ vitosms praxis: Ein Wert ist falsch: Schalter/BevorzugterKanal ─" in shown
    assert "╭─ vitosms praxis: Ein Wert ist falsch: Schalter/Sprache ─" in vitosms.shows("local", "mailbox", "1")
    assert vitosms.shows("local", "mailbox", "2") == shown
    for number in ("0", "3"):
        assert vitosms.refuses("local", "mailbox", number) == f"N '{number}': must be a whole number from 1 to 2"


def test_the_help_says_that_any_e_mail_can_be_opened(vitosms: Vitosms) -> None:
    assert "The number in the list of the e-mail to open" in vitosms.run("local", "mailbox", "--help", lang="en")[1]


@pytest.mark.parametrize(("lines", "left_out"), [(HEAD, 0), (HEAD + 3, 3)])
def test_a_report_shows_the_beginning_of_an_e_mail_and_counts_the_rest(lines: int, left_out: int) -> None:
    mail = SentMessage(
        at=datetime(2026, 11, 23, 10, tzinfo=UTC), channel="EMail", to="empfang@praxis.example", sender=None,
        subject="Tagesübersicht", text="\n".join(f"Zeile {n}" for n in range(lines)),
    )  # fmt: skip
    out = io.StringIO()
    Console(file=out, width=80).print(mailbox([mail], ZURICH, 1, HEAD))
    assert f"Zeile {HEAD - 1}" in out.getvalue()
    assert f"Zeile {HEAD}" not in out.getvalue()
    assert "1  Mo" not in out.getvalue()
    assert (f"… und {left_out} weitere Zeilen; alle zeigt --json." in out.getvalue()) is bool(left_out)
