"""A closed practice: no greetings and no daily summary; reminders go on, and nothing is lost."""

from __future__ import annotations

from chalicelib.schedule.job import Job
from tests.flow.fake_build import DESK, Day, Desk, why


def opened(closed: str) -> tuple[Day, Desk]:
    day = Day("2026-11-23 06:00")
    return day, day.practice(Schalter__MeldungAn=DESK, Schalter__Geschlossen=closed)


def numbers(desk: Desk) -> list[str]:
    return [to for _, to in desk.sent()]


def test_nobody_is_greeted_on_a_closed_day_and_reminders_go_on() -> None:
    day, desk = opened("23.11.2026-24.11.2026")
    for born in ("1980-11-23", "1980-11-25"):
        desk.patient(Geburtsdatum=born)
    desk.appointment("2026-11-24 08:00")
    day.play("2026-11-25 23:00")
    assert numbers(desk) == ["+41790000003", "+41790000002"]
    assert desk.runs(Job.PREPARE_BIRTHDAYS)[0][2]["skipped"] == {"open": 1}


def test_a_greeting_that_waits_when_the_day_is_closed_is_cancelled() -> None:
    day, desk = opened("01.08.2027")
    desk.patient(Geburtsdatum="1980-11-23")
    day.play("2026-11-23 10:02")
    desk.set("Schalter/Geschlossen", "23.11.2026")
    day.play("2026-11-23 12:00")
    (entry,) = desk.entries.values()
    assert (entry.state, entry.reason and entry.reason.code, numbers(desk)) == ("cancelled", "rule.open.closed", [])


def test_the_next_open_day_tells_what_the_closed_days_did() -> None:
    day, desk = opened("23.11.2026-24.11.2026")
    for start in ("2026-11-24 08:00", "2026-11-25 08:00", "2026-11-26 08:00", "2026-11-27 08:00"):
        desk.appointment(start)
    desk.tables["Patient"][3]["Mobiltelefon"] = None
    desk.set("Schalter/OffsetSuchTage", "4")
    day.play("2026-11-25 09:00")
    assert [notice for notice in desk.notices if "Tagesübersicht" in (notice.subject or "")] == []
    assert [(outcome, why(line)) for _, outcome, line in desk.runs(Job.SUMMARY)] == [
        (
            "skipped",
            ["Die Praxis ist am Mo 23.11.2026 geschlossen; die nächste Tagesübersicht berichtet auch darüber."],
        ),
        (
            "skipped",
            ["Die Praxis ist am Di 24.11.2026 geschlossen; die nächste Tagesübersicht berichtet auch darüber."],
        ),
    ]
    day.play("2026-11-25 23:00")
    (notice,) = [notice for notice in desk.notices if "Tagesübersicht" in (notice.subject or "")]
    assert notice.text.splitlines()[:2] == [
        "Praxis praxis, Mi 25.11.2026", "Mit den geschlossenen Tagen seit Mo 23.11.2026.",
    ]  # fmt: skip
    assert notice.subject == "Tagesübersicht Mi 25.11.2026: 3 versendet, 3 zugestellt, 1 Anruf"
    assert "Patient P4, Termin Fr 27.11. 08:00" in notice.text


def test_a_wrong_value_is_mailed_and_stops_no_reminder() -> None:
    day, desk = opened("Weihnachten")
    desk.appointment("2026-11-24 08:00")
    desk.patient(Geburtsdatum="1980-11-23")
    day.play("2026-11-23 12:00")
    assert numbers(desk) == ["+41790000001"]
    told = " ".join(notice.text for notice in desk.notices)
    assert "«Weihnachten»" in told
    assert "Zeiträume wie 24.12.2026-03.01.2027" in " ".join(told.split())
