"""`vitosms patients stop`, `release` and `stopped` on a running stage."""

import pytest

from chalicelib.wiring import wiring
from infra.local.rehearsal import Rehearsal
from tests.cli.running import Vitosms, words
from tests.flow.build import PRACTICE, at


def test_a_patient_is_stopped_listed_explained_and_released(vitosms: Vitosms, stage: Rehearsal) -> None:
    assert vitosms.shows("patients", "stopped") == "Kein Patient ist gestoppt.\n"
    stage.cloud.play(at("10:02"))
    document = vitosms.told("patients", "stop", "P1", "--reason", "verstorben")
    assert (document["added"], document["known"], document["warnings"]) == (True, True, [])
    assert (document["cancelled"], document["refunded"], document["left"]) == (["reminder:T1"], 0, [])
    stage.cloud.play(at("10:26"))
    assert [message.to for message in stage.cloud.networks.messages if message.to == "+41790000001"] == []
    explained = vitosms.shows("explain", "--patient", "P1", "--on", "2026-11-24")
    assert "nein      Der Patient ist nicht gestoppt." in explained
    assert "vitosms patients release P1" in " ".join(explained.split())
    (listed,) = vitosms.told("patients", "stopped")["patients"]
    assert (listed["patient"], listed["reason"], listed["stopped_at"]) == (
        "P1", "verstorben", "2026-11-23T10:02:00+01:00",
    )  # fmt: skip
    assert "P1" in vitosms.shows("patients", "stopped")
    assert "von der Praxis gestoppt" in vitosms.shows("optout", "list")
    asked = vitosms.asks("patients", "release", "P1")
    assert "Stopped since Mon 23.11.2026 10:02 by " in asked
    assert "verstorben. Send to patient P1 again?" in asked
    assert vitosms.told("patients", "release", "P1", "--yes")["waiting"] == 1
    assert vitosms.shows("patients", "stopped") == "Kein Patient ist gestoppt.\n"
    refused = vitosms.refuses("patients", "release", "P1", "--yes")
    assert refused == "patient P1 is not stopped at praxis; nothing was changed"


def test_what_has_left_is_said_plainly(vitosms: Vitosms, stage: Rehearsal) -> None:
    stage.cloud.play(at("10:26"))
    shown = vitosms.shows("patients", "stop", "P1", "--reason", "verstorben")
    assert shown.splitlines() == [
        "praxis: Patient P1 erhält keine Mitteilung mehr; stornierte Einträge: 0, erstattete Credits: 0",
        "1 Mitteilung ist schon versendet:",
        "• Terminerinnerung versendet Mo 23.11. 10:05: zugestellt (Kennung 65cadc)",
        "rückgängig machen: vitosms patients release P1",
    ]
    again = vitosms.shows("patients", "stop", "P1", "--reason", "nochmals")
    assert "praxis: Patient P1 war schon gestoppt" in again
    assert "verstorben" in again


def test_an_unknown_number_is_stopped_all_the_same_and_told(vitosms: Vitosms, stage: Rehearsal) -> None:
    document = vitosms.told("patients", "stop", "P99", "--reason", "verstorben")
    assert (document["added"], document["known"]) == (True, False)
    assert words(document["warnings"]) == [
        "praxis hat, soweit bekannt, keinen Patienten P99: Stimmt die Nummer? Sie ist trotzdem gestoppt."
    ]
    (listed,) = vitosms.told("patients", "stopped")["patients"]
    assert listed["patient"] is None
    assert listed["hash"] in wiring().practices.record(PRACTICE).opt_outs  # type: ignore[union-attr]
    assert "P99" not in str(wiring().practices.record(PRACTICE))
    wiring().parameters.save_database_url(PRACTICE, "sqlite:////nirgends/praxis.db")
    (warning,) = vitosms.told("patients", "stop", "P98", "--reason", "verstorben")["warnings"]
    assert words(warning).startswith("Die Datei der Praxisdatenbank fehlt")
    assert len(wiring().practices.record(PRACTICE).opt_outs) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("P1", "--reason", " "), "--reason ' ': must be 1 to 300 characters"),
        ((" ", "--reason", "x"), "ID ' ': must be 1 to 64 characters"),
        (("9" * 65, "--reason", "x"), "must be 1 to 64 characters"),
    ],
)
def test_what_cannot_be_stored_is_refused(vitosms: Vitosms, args: tuple[str, ...], told: str) -> None:
    assert told in vitosms.refuses("patients", "stop", *args)
