"""Texts for a practice are in its language; the data of a log line is the same in every language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib.aws.queues import run_body
from chalicelib.entries.states import State
from chalicelib.jobs.dead_letters import dead_run
from chalicelib.planning.alerts import AlertKind, kind_label
from chalicelib.planning.run_report import event_label
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.text import LANGUAGES, Text, text_of
from chalicelib.words.words import words_of
from tests.flow.fake_build import DESK, Day, Desk, at

DAY, LEFT_OUT = date(2026, 11, 23), Text("event.left_out")
SUMMARY = Text(
    "summary.subject", Text("summary.sent", count=1), Text("summary.delivered", count=1),
    Text("summary.calls", count=1), day=DAY,
)  # fmt: skip


def practice(**switches: str) -> tuple[Day, Desk]:
    """A low balance to be reported, a message that is delivered, and a patient to phone."""
    day = Day("2026-11-23 06:00")
    values = {"MeldungAn": DESK, "CreditMindestbestand": "10001", **switches}
    desk = day.practice(**{f"Schalter__{name}": value for name, value in values.items()})
    desk.appointment("2026-11-24 09:00")
    desk.appointment("2026-11-24 10:00", Mobiltelefon=None)
    return day, desk


def lines(desk: Desk) -> list[dict[str, Any]]:
    history = desk.parts.history
    return [*history.runs(desk.name), *history.activities(desk.name)]


def subject_of(kind: AlertKind, language: str, *parameter: str) -> str:
    """Of the e-mail about it; French has a space before the colon."""
    colon = " : " if language == "fr" else ": "
    return colon.join(["vitosms praxis", words_of(language).of(kind_label(kind)), *parameter])


def texts(desk: Desk) -> Iterator[tuple[Text, str]]:
    """The texts of the log lines, with the words stored beside them."""
    for line in lines(desk):
        for reason in line.get("reasons", []):
            yield text_of(reason), reason["text"]
        if "at" in line:
            yield sentence(line), line["text"]


def sentence(line: dict[str, Any]) -> Text:
    """Return the sentence of a line of the activity log."""
    if "alert" in line:
        return text_of(line)
    source, target = line.get("from"), line.get("to")
    what = event_label(State(source) if source else None, State(target), line.get("by")) if target else LEFT_OUT
    said = Text(f"log.{line['entry'].partition(':')[0]}", what)
    return Text("log.because", said, text_of(line["reason"])) if "reason" in line else said


def without_words(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: without_words(value) for name, value in data.items() if name not in ("text", "name")}
    return [without_words(one) for one in data] if isinstance(data, list) else data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("switch", ["PraxisSprache", "Sprache"])
def test_mails_and_logs_are_in_the_language_of_the_practice(switch: str, language: str) -> None:
    day, desk = practice(**{switch: language})
    day.play("2026-11-23 20:00")
    said = words_of(language).of
    assert [notice.subject for notice in desk.notices] == [
        subject_of(AlertKind.LOW_BALANCE, language),
        said(SUMMARY),
    ]
    alert, summary = (notice.text for notice in desk.notices)
    assert alert.endswith(f"\n\n{said(Text('alert.mail_from', practice=desk.name))}\n")
    assert summary.startswith(said(Text("summary.practice", practice=desk.name, day=DAY)))
    found = list(texts(desk))
    assert len(found) > 2
    assert [words for _, words in found] == [said(text) for text, _ in found]


def test_the_data_of_a_log_line_is_the_same_in_every_language() -> None:
    data = []
    for language in LANGUAGES:
        day, desk = practice(PraxisSprache=language)
        day.play("2026-11-23 20:00")
        data.append(without_words(lines(desk)))
    assert data == [data[0]] * len(LANGUAGES)


def test_mails_have_the_same_lines_in_every_language() -> None:
    shapes = []
    for language in LANGUAGES:
        day, desk = practice(PraxisSprache=language)
        day.play("2026-11-23 20:00")
        found = [line for notice in desk.notices for line in notice.text.split("\n")]
        assert [line for line in found if line != line.rstrip()] == []
        shapes.append([len(line) - len(line.lstrip()) if line else None for line in found])
    assert shapes == [shapes[0]] * len(LANGUAGES)


def test_the_language_decides_about_the_practice_and_not_about_its_patients() -> None:
    day, desk = practice(Sprache="it", PraxisSprache="fr")
    day.play("2026-11-23 20:00")
    assert desk.entries["T1"].language == "it"
    assert desk.notices[1].subject == words_of("fr").of(SUMMARY)


def test_a_new_language_holds_for_the_next_run() -> None:
    day, desk = practice(PraxisSprache="it")
    day.play("2026-11-23 10:02")
    desk.set("Schalter/PraxisSprache", "fr")
    day.play("2026-11-23 20:00")
    first, last = (notice.subject for notice in desk.notices)
    assert first == subject_of(AlertKind.LOW_BALANCE, "it")
    assert last == words_of("fr").of(SUMMARY)


def test_a_wrong_language_is_reported_once_and_stops_nothing() -> None:
    day, desk = practice(Sprache="fr", CreditMindestbestand="0")
    desk.set("Schalter/PraxisSprache", "Rumantsch")
    day.play("2026-11-24 06:00")
    said = words_of("fr").of
    wrong = Text(
        "parameter.invalid", Text("switch.PraxisSprache.allowed"),
        parameter="/vitosms/local/praxis/Schalter/PraxisSprache", value="Rumantsch",
    )  # fmt: skip
    assert desk.told == ["invalid"]
    assert [notice.subject for notice in desk.notices] == [
        subject_of(AlertKind.INVALID, "fr", "Schalter/PraxisSprache"),
        said(SUMMARY),
    ]
    assert desk.notices[0].text.startswith(said(wrong))
    assert {outcome for job in Job for _, outcome, _ in desk.runs(job)} == {"done"}


def test_a_run_that_failed_five_times_is_reported_in_the_language_of_the_practice() -> None:
    day, desk = practice(PraxisSprache="it")
    slot = at("2026-11-23 10:05")
    dead_run(run_body(RunMessage(desk.name, Job.SEND, slot, slot)), day.parts)
    said = words_of("it").of
    assert [words for _, words in texts(desk)] == [said(text) for text, _ in texts(desk)]
    assert [notice.subject for notice in desk.notices] == [subject_of(AlertKind.DEAD_LETTER, "it")]


def test_what_is_logged_for_a_practice_that_is_not_known_is_german() -> None:
    day = Day("2026-11-23 06:00")
    slot = at("2026-11-23 10:05")
    dead_run(run_body(RunMessage("weg", Job.SEND, slot, slot)), day.parts)
    (line,) = day.parts.history.runs("weg")
    assert line["reasons"][0]["text"] == words_of("de").of(Text("run.dead"))


def test_what_the_sweep_logs_is_in_the_language_that_the_practice_had() -> None:
    day, desk = practice(PraxisSprache="it")
    desk.set("send/Aktiviert", "Nein")
    day.play("2026-11-24 12:00")
    expired = [line for line in desk.parts.history.activities(desk.name) if line.get("to") == "expired"]
    assert [(one["text"], words_of("it").of(text_of(one["reason"]))) for one in expired] != []
    assert all(one["text"] == words_of("it").of(sentence(one)) for one in expired)
