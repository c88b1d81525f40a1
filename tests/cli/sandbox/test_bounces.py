"""`vitosms local provider --next bounce`: the e-mails of a practice are stopped, its SMS go on, a person resumes."""

from pathlib import Path

import pytest

from chalicelib.jobs.stop_emails import MOST
from chalicelib.practice.opt_out import Source
from tests.cli.core.test_every_document import asked_of
from tests.cli.running import Vitosms, running

TOO_MANY = MOST[Source.BOUNCE] + 1


def test_e_mails_that_bounce_stop_the_e_mails_of_the_practice_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vitosms = Vitosms(capsys)
    with running(tmp_path, switches={"MeldungAn": "empfang@praxis.example"}) as (stage, database):
        monkeypatch.setattr("infra.cli.sandbox.local.ask", asked_of(stage))
        monkeypatch.setattr("infra.cli.sandbox.local_trouble.ask", asked_of(stage))
        for n in range(TOO_MANY):
            database.patient("2026-11-24 11:00:00", Mobiltelefon=None, EMail=f"leser{n}@patient.example")
        vitosms.shows("local", "provider", "--next", "bounce", "--count", str(TOO_MANY))
        vitosms.shows("local", "play", "--to", "10:40")
        states = {one["entry"]: one["state"] for one in vitosms.told("queue", "list")["entries"]}
        assert list(states.values()).count("failed") == TOO_MANY
        assert "SMS gehen weiter" in vitosms.shows("status")
        (notice,) = vitosms.told("local", "mailbox")["notices"]
        assert notice["subject"] == "vitosms praxis: Versand angehalten"
        database.patient("2026-11-24 15:00:00")
        database.patient("2026-11-24 15:30:00", Mobiltelefon=None, EMail="spaet@patient.example")
        for job, until in (("prepare-reminders", "10:50"), ("send", "11:10")):
            vitosms.shows("jobs", "run", job, "--yes")
            vitosms.shows("local", "play", "--to", until)
        assert waiting(vitosms) == {"email"}
        vitosms.shows("practice", "resume", "praxis", "--yes")
        assert "SMS gehen weiter" not in vitosms.shows("status")
        vitosms.shows("jobs", "run", "send", "--yes")
        vitosms.shows("local", "play", "--to", "11:40")
        assert waiting(vitosms) == set()


def waiting(vitosms: Vitosms) -> set[str]:
    return {one["channel"] for one in vitosms.told("queue", "list")["entries"] if one["state"] == "prepared"}
