"""The verdict on one message: by its entry, by the lines of a run, by the coming runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.entry import Entry, held_back
from chalicelib.entries.states import State, state_label
from chalicelib.messages.kind import Kind
from chalicelib.planning.search_days import days_text
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Suggestion, Text, text_data
from chalicelib.words.words import words_of
from tests.builders.entries import PRACTICE, ZURICH, at, entry, greeting
from tests.unit.explain.explained import EMPTY, LEFT_OUT, MONDAY_LATE, missing, moment, said, told

BROKE_OFF = Text("database.lost")
SEARCHED = {"job": "prepare-reminders", "slot": "2026-11-23T09:00:00Z", "outcome": "done", "reasons": [],
            "days": ["2026-11-24"]}  # fmt: skip
FAILED = {**SEARCHED, "outcome": "failed", "reasons": [text_data(BROKE_OFF)]}
MISSED = Text("send.missed", slot=at("2026-11-23 10:05").astimezone(ZURICH))
UPKEEP, NO_CREDITS, GONE = by_operator("Wartung."), Text("send.no_credits"), Text("gone.appointment")
SILENT = Text("database.lost")
GONE_BY = at("2026-11-24 18:00")
SENT = entry(State.SENT, announced_start="2026-11-24T14:30", changed_at=at("2026-11-23 10:06"))
RUN, SEND, BEGINS = moment("2026-11-23 10:00"), moment("2026-11-23 10:05"), moment("2026-11-24 14:30")
OTHER_DAYS = Text("search.other_days", days_text([date(2026, 11, 25)]), at=at("2026-11-24 10:00").astimezone(ZURICH))
JOB, SENDING = job_label(Job.PREPARE_REMINDERS), job_label(Job.SEND)
RUN_AGAIN = Suggestion("run_again", job="prepare-reminders")
REMOVED = {"record": {"removed": at("2026-11-20 09:00"), "jobs": {}}}
SWITCH_ON = Suggestion("switch_on", switch="TerminerinnerungSenden")

WITHOUT_ENTRY: list[Any] = [
    pytest.param({}, "planned", [Text("verdict.planned_and_sent", RUN, SEND)], id="ahead"),
    pytest.param({"row_": {"Beginn": "2027-02-02 09:00:00"}}, "planned",
        [Text("verdict.planned_and_sent", *(
            Text("moment_with_year", at=at(f"2027-02-01 10:0{minute}")) for minute in (0, 5)
        ))], id="far ahead"),
    pytest.param({"balances": {"M1": 0}}, "planned",
        [Text("remark.cost", Text("credits", count=1), mandant="M1", balance=0)], id="what it costs"),
    pytest.param({"row_": {"Status": "abgesagt"}}, "none", [Text("verdict.run.refuses", RUN), "definitive"],
        id="will be left out"),
    pytest.param({"row_": {"Mobiltelefon": None, "EMail": None}}, "planned",
        [Text("verdict.planned_to_phone", RUN), "address"], id="no address"),
    pytest.param({"saved": {"TerminerinnerungSenden": "Nein"}}, "none",
        [Text("verdict.run.does_nothing", RUN), SWITCH_ON,
         Text("blocked.switched_off", JOB, switch="TerminerinnerungSenden")], id="switched off"),
    pytest.param({"jobs": {"prepare-reminders/Aktiviert": "Nein"}}, "none",
        [Text("blocked.not_activated", JOB), Suggestion("enable_job", job="prepare-reminders")], id="not activated"),
    pytest.param({"jobs": {"send/Aktiviert": "Nein"}}, "planned",
        [Text("blocked.not_activated", SENDING), Suggestion("enable_job", job="send")], id="send is not"),
    pytest.param({"record": {"stopped": UPKEEP}}, "planned",
        [Text("blocked.stopped", UPKEEP), Suggestion("resume", practice=PRACTICE)], id="stopped"),
    pytest.param({"stop": UPKEEP}, "planned",
        [Text("stop.deployment", UPKEEP), Suggestion("resume_all")], id="all stopped"),
    pytest.param({"saved": {"OffsetStartTage": "bald"}}, "none",
        [Text("verdict.invalid"), Suggestion("correct_parameters")], id="invalid"),
    pytest.param({"saved": {"Versandfenster": "06:00-09:00"}}, "planned",
        [Text("verdict.planned", RUN), Text("then.no_send"), Suggestion("open_window")],
        id="the window is closed at every send"),
    pytest.param({"jobs": {"prepare-reminders/Zeitplan": "Mi 10:00"}}, "none",
        [Text("verdict.never"), Suggestion("search_day"), Text(
            "why.never.appointment", Text("why.schedule", plan="Mi 10:00"), JOB, offset=1, days=1
        )], id="no run searches it"),
    pytest.param({"row_": {"Beginn": None}}, "none", [Text("verdict.unreadable.reminder"), "readable"],
        id="unreadable"),
    pytest.param({"now": GONE_BY}, "none", [Text("verdict.no_run", RUN), Text("why.no_run")],
        id="its run never was"),
    pytest.param({"now": MONDAY_LATE}, "none", [Text("verdict.never"), OTHER_DAYS, RUN_AGAIN],
        id="before the first run"),
    pytest.param({"now": MONDAY_LATE, "runs": [SEARCHED]}, "none",
        [Text("verdict.not_found.reminder", RUN), Text("why.too_late.reminder")], id="entered too late"),
    pytest.param({"now": MONDAY_LATE, "runs": [FAILED]}, "none",
        [Text("verdict.run_ended", RUN, Text("outcome.failed")), BROKE_OFF], id="its run failed"),
    pytest.param({"now": MONDAY_LATE, "lines": [LEFT_OUT], "row_": {"Status": None}}, "none",
        [Text("verdict.decided", RUN), EMPTY], id="left out"),
    pytest.param({"now": MONDAY_LATE, "lines": [LEFT_OUT]}, "none", [EMPTY, Text("then.resolved"), RUN_AGAIN],
        id="left out, and mended since"),
    pytest.param({"now": at("2026-11-24 09:00"), "saved": {"OffsetStartTage": "0"}, "lines": [LEFT_OUT]}, "planned",
        [Text("verdict.planned_and_sent", moment("2026-11-24 10:00"), moment("2026-11-24 10:05")),
         Text("then.left_out_before", RUN, EMPTY)], id="left out, and asked again"),
    pytest.param(REMOVED, "none", [Text("verdict.no_job"), Text("why.removed", moment("2026-11-20 09:00"))],
        id="removed"),
    pytest.param({"gone": True, "unread": SILENT}, "none", [Text("verdict.unexplained"), Text("remark.unread", SILENT)],
        id="unread"),
    pytest.param({"gone": True, "before": entry()}, "prepared", [Text("remark.gone.reminder")], id="gone"),
    pytest.param({"kind": Kind.BIRTHDAY}, "planned", [Text("verdict.planned_and_sent", RUN, SEND)], id="a greeting"),
    pytest.param({"kind": Kind.BIRTHDAY, "row_": {"Sterbedatum": "2026-01-01"}}, "none", ["alive"], id="no greeting"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "state", "expected"), WITHOUT_ENTRY)
def test_what_becomes_of_what_has_no_entry(
    asked: dict[str, Any], state: str, expected: list[Text | Suggestion | str]
) -> None:
    found = told(**asked)
    assert found.verdict.state == state, said(found)
    assert missing(found, expected) == [], said(found)


PHONE, AT_TWO = Suggestion("check_address"), {"now": at("2026-11-23 10:02")}
WITH_ENTRY: list[Any] = [
    pytest.param(entry(), AT_TWO, [Text("verdict.prepared", SEND)], id="waits"),
    pytest.param(entry(), {**AT_TWO, "saved": {"Versandfenster": "18:00-20:00"}},
        [Text("verdict.prepared", moment("2026-11-23 18:05"))], id="its window opens later today"),
    pytest.param(entry(reason=NO_CREDITS), {"now": MONDAY_LATE, "balances": {"M1": 0}},
        [NO_CREDITS, Suggestion("top_up", mandant="M1", count=1)], id="short of credits"),
    pytest.param(held_back(entry(), MISSED), {"now": MONDAY_LATE},
        [Text("verdict.held"), Suggestion("release_held", entry="reminder:T1")], id="held"),
    pytest.param(entry(), {**AT_TWO, "row_": {"Status": "abgesagt"}},
        [Text("verdict.send_refuses.cancelled", SEND), "definitive"], id="will be cancelled"),
    pytest.param(entry(), {**AT_TWO, "saved": {"TerminerinnerungSenden": "Nein"}},
        [Text("verdict.send_refuses.cancelled", SEND), SWITCH_ON], id="switched off meanwhile"),
    pytest.param(entry(), {**AT_TWO, "row_": {"Mobiltelefon": None, "EMail": None}},
        [Text("verdict.send_refuses.address", SEND), "address"], id="its address is gone"),
    pytest.param(entry(), {"now": at("2026-11-24 14:00")}, [Text("verdict.no_send", BEGINS), Suggestion("phone")],
        id="will expire"),
    pytest.param(entry(), REMOVED, [Text("verdict.no_send", BEGINS)], id="removed"),
    pytest.param(entry(State.RESERVED), {},
        [Text("verdict.reserved"), Text("then.underway_until", moment("2026-11-23 10:35"))], id="reserved"),
    pytest.param(SENT, {}, [Text("verdict.since.sent", moment("2026-11-23 10:06")),
        Text("then.unconfirmed", moment("2026-11-30 10:06"))], id="sent"),
    pytest.param(SENT, {"saved": {"UnbestaetigtAnrufen": "12"}},
        [Text("then.phoned_from", moment("2026-11-24 02:30"))], id="sent, and phoned if it stays unconfirmed"),
    pytest.param(replace(SENT, state=State.DELIVERED), {"row_": {"Beginn": "2026-11-25 09:00:00"}},
        [Text("verdict.since.delivered", moment("2026-11-23 10:06")),
         Text("then.rescheduled", BEGINS, moment("2026-11-25 09:00")),
         Suggestion("phone_new_time"), Suggestion("announce_rescheduling")], id="moved"),
    pytest.param(entry(State.UNKNOWN), {},
        [Text("verdict.unknown"), Suggestion("ask_patient", entry="reminder:T1")], id="unknown"),
    pytest.param(entry(State.FAILED), {}, [Text("verdict.since.failed", SEND), PHONE], id="failed"),
    pytest.param(entry(State.REFUSED), {}, [Text("verdict.since.refused", SEND), PHONE], id="refused"),
    pytest.param(entry(State.CANCELLED, reason=GONE), {},
        [GONE, Text("then.run.prepares", RUN)], id="cancelled, and admitted again"),
    pytest.param(entry(State.NOT_SENDABLE), {"row_": {"Mobiltelefon": None, "EMail": None}},
        [Text("verdict.to_phone", SEND), "address"], id="still no address"),
    pytest.param(entry(State.NOT_SENDABLE, reason=Text("sms.too_many_parts", parts=5, most=3)), {},
        [Suggestion("shorten")], id="too long"),
    pytest.param(entry(State.COVERED),
        {"covering": entry(State.SENT, appointment="T0", starts_at=at("2026-11-24 08:00"))},
        [Text("verdict.covered_by", moment("2026-11-24 08:00"), state_label(State.SENT), appointment="T0")],
        id="covered"),
    pytest.param(entry(State.EXPIRED, reason=Text("over.appointment")), {"now": GONE_BY},
        [Text("verdict.since.expired", SEND), Text("then.nothing")], id="expired"),
    pytest.param(greeting(State.UNCONFIRMED), {"kind": Kind.BIRTHDAY}, [Text("verdict.unconfirmed")],
        id="unconfirmed"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "asked", "expected"), WITH_ENTRY)
def test_what_an_entry_means_and_what_follows(
    before: Entry, asked: dict[str, Any], expected: list[Text | Suggestion | str]
) -> None:
    found = told(before=before, **asked)
    assert found.verdict.state == before.state
    assert missing(found, expected) == [], said(found)


def test_the_explanations_read_word_for_word() -> None:
    words = words_of("de")
    asked = [(case.id, case.values[0]) for case in WITHOUT_ENTRY]
    asked += [(case.id, {"before": case.values[0], **case.values[1]}) for case in WITH_ENTRY]
    lines = [
        f"{name}: {words.suggestion(one) if isinstance(one, Suggestion) else words.of(one)}"
        for name, about in asked
        for one in said(told(**about))
        if one
    ]
    assert lines == Path(__file__).with_name("explanations.txt").read_text(encoding="utf-8").splitlines()
