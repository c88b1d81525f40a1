"""The words of the daily summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.entries.entry import Entry, held_back
from chalicelib.entries.states import State
from chalicelib.reports.call_list import Phone
from chalicelib.reports.daily_summary_text import MOST_CALLS, DailySummary, summary_mail
from chalicelib.reports.reconciliation import AppointmentResult, Column, Misinformed, Reconciliation
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES, Text
from tests.builders.entries import BEGINS, NOW, TODAY, TOMORROW, ZURICH, at, call, candidate, entry, greeting, phoned

DELIVERED, SENT, FAILED = entry(State.DELIVERED), entry(State.SENT), entry(State.FAILED)
CALLS = "Bitte anrufen (Stand Mo 23.11. 10:05)"
FAILED_CALL = call(Text("state.failed"))
NO_ADDRESS = Text("address.none", Text("address.no_mobile"), Text("address.no_email"))
MISSING = replace(FAILED_CALL, reason=NO_ADDRESS)
RECONCILED = Reconciliation(TODAY, (TOMORROW,))
HELD = held_back(entry(), Text("send.missed", slot=NOW))
NO_CREDITS = Text("send.no_credits")


def told(**changes: Any) -> tuple[str, str]:
    nothing: dict[str, Any] = {"charged": [], "waiting": [], "calls": [], "balances": {}, "stopped": None}
    nothing |= {"reconciled": None, "now": NOW}
    own = {"practice": "praxis-am-bach", "language": "de", "day": date(2026, 11, 23), "zone": ZURICH}
    return summary_mail(DailySummary(**{**own, **nothing, **changes}))[:2]


def block(title: str, **changes: Any) -> list[str]:
    """The lines of one block, without their margin; empty if there is no such block."""
    blocks = told(**changes)[1].rstrip("\n").split("\n\n")
    (found,) = [one.split("\n")[1:] for one in blocks if one.split("\n")[0] == title] or [[]]
    assert all(line.startswith("  ") for line in found)
    return [line[2:] for line in found]


def test_a_day_on_which_nothing_was_sent() -> None:
    assert told() == (
        "Tagesübersicht Mo 23.11.2026: 0 versendet, 0 zugestellt, 0 Anrufe",
        f"Praxis praxis-am-bach, Mo 23.11.2026\n\n{CALLS}\n  niemanden\n\nMitteilungen\n  keine versendet\n",
    )


def test_a_long_reason_of_a_call_is_said_whole() -> None:
    assert f" – {'lang ' * 40}ganz" in told(calls=[call(Text("text.as_it_stands", text=f"{'lang ' * 40}ganz"))])[1]


def test_a_usual_day() -> None:
    sent = [replace(DELIVERED, patient="P10"), SENT, FAILED, replace(DELIVERED, mandant="M2", credits=1)]
    reserved = entry(State.RESERVED, reason=Text("deliver.not_sent", said="Throttling"))
    subject, text = told(
        charged=[*sent, reserved],
        waiting=[entry(), reserved],
        calls=[FAILED_CALL, MISSING],
        balances={"M2": 0, "M1": 12_345},
        stopped=Text("blocked.stopped", Text("stop.by_operator", text="Grund.")),
    )
    assert subject == "Tagesübersicht Mo 23.11.2026: 4 versendet, 2 zugestellt, 2 Anrufe"
    assert text == (
        "Praxis praxis-am-bach, Mo 23.11.2026\n\n"
        "Der Versand ist angehalten: Grund.\n\n"
        f"{CALLS}\n"
        "  Patient P1, Termin Di 24.11. 14:30 – nicht zugestellt\n"
        "  Patient P1, Termin Di 24.11. 14:30 – Keine Mobilnummer; keine E-Mail\n\n"
        "Mitteilungen\n"
        "  4 versendet\n"
        "    2 zugestellt\n"
        "    1 unterwegs, noch ohne Bestätigung\n"
        "    1 nicht zugestellt\n"
        "  1 wartet auf den nächsten Versand\n"
        "  1 wartet: Der Anbieter nimmt zurzeit nichts an (Throttling).\n\n"
        "Credits je Mandant\n"
        "  Mandant M1: 8 verbraucht, Guthaben 12'345\n"
        "  Mandant M2: 1 verbraucht, Guthaben 0\n\n"
        "Versendet\n"
        "  Patient P1: 10:05, SMS, unterwegs\n"
        "  Patient P1: 10:05, SMS, nicht zugestellt\n"
        "  Patient P1: 10:05, SMS, zugestellt\n"
        "  Patient P10: 10:05, SMS, zugestellt\n"
    )


@pytest.mark.parametrize(
    ("state", "lines"),
    [
        (State.SENT, ["1 versendet", "  1 unterwegs, noch ohne Bestätigung"]),
        (State.DELIVERED, ["1 versendet", "  1 zugestellt"]),
        (State.FAILED, ["1 versendet", "  1 nicht zugestellt"]),
        (State.RESERVED, ["keine versendet"]),  # it is among those that wait
        (State.SENDING, ["keine versendet"]),
        (State.REFUSED, ["keine versendet", "1 vom Anbieter abgelehnt"]),
        (State.UNKNOWN, ["keine versendet", "1 ungewiss, ob versendet"]),
    ],
)
def test_only_what_a_provider_accepted_counts_as_sent(state: State, lines: list[str]) -> None:
    assert block("Mitteilungen", charged=[entry(state)]) == lines


@pytest.mark.parametrize(
    ("waiting", "lines"),
    [
        ([entry()], ["1 wartet auf den nächsten Versand"]),
        ([entry(), greeting()], ["2 warten auf den nächsten Versand"]),
        ([entry(reason=NO_CREDITS)], ["1 wartet: Guthaben fehlt"]),
        (
            [entry(), entry(reason=NO_CREDITS), entry(reason=NO_CREDITS)],
            ["2 warten: Guthaben fehlt", "1 wartet auf den nächsten Versand"],
        ),
        ([HELD, HELD, entry()], [
            "2 zurückgehalten, weil ihr Versand versäumt wurde", "1 wartet auf den nächsten Versand",
        ]),
    ],
)  # fmt: skip
def test_what_waits_is_counted_by_reason_and_what_is_held_apart(waiting: list[Entry], lines: list[str]) -> None:
    assert block("Mitteilungen", waiting=waiting) == ["keine versendet", *lines]


@pytest.mark.parametrize(
    ("balances", "lines"),
    [
        ({}, []),
        ({"M1": 7}, ["Mandant M1: 4 verbraucht, Guthaben 7"]),
        ({"M2": 3, "M1": 0}, ["Mandant M1: 4 verbraucht, Guthaben 0", "Mandant M2: 0 verbraucht, Guthaben 3"]),
    ],
)
def test_credits_are_told_by_mandant(balances: Mapping[str, int], lines: list[str]) -> None:
    assert block("Credits je Mandant", charged=[DELIVERED, SENT], balances=balances) == lines


def test_whom_to_phone_when_and_why_by_number_and_never_by_name() -> None:
    one = replace(FAILED_CALL, patient="4711", reason=Text("receipt.failed", Text("carrier.number_invalid")))
    assert block(CALLS, calls=[one]) == ["Patient 4711, Termin Di 24.11. 14:30 – Anbieter meldet: Nummer ist ungültig"]


def test_what_a_person_wrote_stays_on_the_line_of_the_call() -> None:
    noted = replace(FAILED_CALL, reason=Text("manual.resend.note", note="rief\u202e an,\nkommt"))
    (told_line,) = block(CALLS, calls=[noted])
    assert told_line.endswith(" – Von Hand zum nochmaligen Versand freigegeben: rief an, kommt")


def line(standing: Column, **changes: Any) -> AppointmentResult:
    return AppointmentResult(candidate(), standing, **changes)


@pytest.mark.parametrize(
    ("reconciled", "lines"),
    [
        (RECONCILED, ["0 Termine"]),
        (replace(RECONCILED, total=1, results=(line(Column.DELIVERED),)), ["1 Termin", "  1 zugestellt"]),
        (
            replace(RECONCILED, total=4, results=(
                line(Column.TO_PHONE), line(Column.TO_PHONE, call=phoned()), line(Column.COVERED),
                line(Column.EXCLUDED),
            )),
            ["4 Termine", "  1 zusammengefasst", "  1 ausgeschlossen", "  2 Anrufliste, davon 1 erledigt",
             "    1 telefonisch erreicht, kommt"],
        ),
        (
            replace(RECONCILED, total=2, results=(line(Column.UNDERWAY),), unaccounted=("T7",)),
            ["2 Termine", "  1 unterwegs", "Achtung: Die Zahlen gehen nicht auf (T7)."],
        ),
    ],
)  # fmt: skip
def test_the_daily_check_is_as_by_the_command(reconciled: Reconciliation, lines: list[str]) -> None:
    assert block("Tageskontrolle: definitive Termine vom Di 24.11.2026", reconciled=reconciled) == lines


def test_no_slot_no_daily_check() -> None:
    assert "Tageskontrolle" not in told(reconciled=replace(RECONCILED, days=()))[1]


@pytest.mark.parametrize(
    ("starts_at", "why", "told_line"),
    [
        (
            at("2026-11-24 15:30"),
            Text("misinformed.rescheduled"),
            "Patient P1: mitgeteilt Di 24.11. 14:30, jetzt Di 24.11. 15:30",
        ),
        (None, Text("misinformed.gone"), "Patient P1: mitgeteilt Di 24.11. 14:30, nicht mehr vorhanden"),
    ],
)
def test_who_knows_a_time_that_is_no_longer_true_is_told_apart(starts_at: Any, why: Text, told_line: str) -> None:
    found = Misinformed("0a1b2c", "T1", "P1", "Muster Anna", ((Phone.MOBILE, "079 123 45 67"),), BEGINS, starts_at, why)
    reconciled = replace(RECONCILED, misinformed=(found,))
    assert block("Achtung: Diese Patienten kennen eine Zeit, die nicht mehr gilt", reconciled=reconciled) == [told_line]
    assert "Muster" not in told(reconciled=reconciled)[1]


@pytest.mark.parametrize(("count", "last"), [(1, None), (100, None), (101, "… und 1 weitere"), (1200, "1'100")])
def test_so_many_calls_are_listed_and_the_rest_is_counted(count: int, last: str | None) -> None:
    subject, _ = told(calls=[MISSING] * count)
    assert subject.endswith({1: "1 Anruf", 1200: "1'200 Anrufe"}.get(count, f"{count} Anrufe"))
    lines = block(CALLS, calls=[MISSING] * count)
    assert len(lines) == min(count, MOST_CALLS) + (last is not None)
    assert last is None or last in lines[-1]


def test_it_has_the_same_lines_in_every_language() -> None:
    sent = [entry(state) for state in (State.DELIVERED, State.SENT, State.FAILED, State.REFUSED, State.UNKNOWN)]
    told_wrong = Misinformed("0a1b2c", "T1", "P1", "", (), BEGINS, None, Text("misinformed.gone"))
    results = tuple(line(column, call=phoned()) for column in Column)
    reconciled = replace(RECONCILED, total=9, results=results, unaccounted=("T7",), misinformed=(told_wrong,))
    full: dict[str, Any] = {
        "charged": sent, "waiting": [entry(), HELD], "calls": [FAILED_CALL] * 101, "balances": {"M1": 1, "M2": 12_345},
        "stopped": Text("blocked.stopped", Text("stop.by_operator", text="Grund.")), "reconciled": reconciled,
        "unread": Text("database.unreachable"), "failed": [Job.PREPARE_REMINDERS],
    }  # fmt: skip
    shapes = []
    for language in LANGUAGES:
        subject, text = told(language=language, **full)
        lines = text.split("\n")
        assert (subject, lines) == (subject.strip(), [one.rstrip() for one in lines])
        shapes.append([len(one) - len(one.lstrip()) for one in lines])
    assert len(shapes[0]) > 120
    assert shapes == [shapes[0]] * len(LANGUAGES)


def test_a_day_whose_search_failed_does_not_say_that_nobody_is_to_be_phoned() -> None:
    away = "Die Praxisdatenbank ist nicht erreichbar, bitte Server und Port prüfen."
    _, text = told(failed=[Job.PREPARE_REMINDERS], unread=Text("database.unreachable"))
    assert (
        "Achtung: «Terminerinnerungen aufbereiten» ist fehlgeschlagen. Wer dabei nicht gefunden wurde, steht nicht"
        in text
    )
    assert "niemanden" not in text
    assert f"{CALLS}\n  nicht bekannt\n\n{away} Die Anrufliste ist darum nicht abgeglichen" in text


def test_whose_search_failed_is_on_the_list_where_the_database_is_back() -> None:
    _, text = told(failed=[Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS], reconciled=RECONCILED)
    assert (
        "Terminerinnerungen aufbereiten» ist fehlgeschlagen. Wer darum keine Erinnerung mehr erhält, steht auf" in text
    )
    assert (
        "Geburtstagsglückwünsche aufbereiten» ist fehlgeschlagen. Wer dabei nicht gefunden wurde, steht nicht auf"
        in text
    )
    assert f"{CALLS}\n  niemanden\n" in text
