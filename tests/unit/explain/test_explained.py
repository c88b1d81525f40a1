"""What a person is told of one message: by its entry, by what a run wrote down, by the runs that are to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.entries.credits import Tariff
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.explain.explanation import Explanation, explain_message
from chalicelib.explain.message import ExplainedMessage, PracticeSnapshot
from chalicelib.messages.kind import Kind
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.rules.rule import Result
from chalicelib.schedule.job_state import new_jobs
from chalicelib.text import literal
from tests.builders.entries import PRACTICE, SENDER, ZURICH, at, birthday_child, candidate, entry, greeting

MONDAY_EARLY, MONDAY_LATE = at("2026-11-23 09:00"), at("2026-11-23 18:00")


def told(now: datetime = MONDAY_EARLY, *, kind: Kind = Kind.REMINDER, gone: bool = False, **asked: Any) -> Explanation:
    """The appointment of Tuesday, asked on Monday; all jobs have run until then.

    `asked` may have `row_`, `saved`, `jobs` and `record`, which change the row, the parameters and the practice;
    `before`, `covering` and `lines` of the message; all others are of the snapshot.
    """
    row_, saved, jobs, record = (asked.pop(name, {}) for name in ("row_", "saved", "jobs", "record"))
    one = birthday_child(**row_) if kind is Kind.BIRTHDAY else candidate(**row_)
    switches = {"TerminerinnerungSenden": "Ja", "GeburtstagsglueckwuenscheSenden": "Ja", **saved}
    own = Practice(PracticeRecord(PRACTICE), ValidatedParameters(SavedParameters(switches, jobs, {})))
    made = new_jobs(PRACTICE, own.validated.jobs.schedules, "Europe/Zurich", now)
    known: dict[str, Any] = {"email_senders": frozenset({SENDER}), "licences": {"L-1": Licence("L-1")}}
    known |= {"jobs": {job.job: job for job in made}, **record}
    about = {"entry": asked.pop("before", None), "covering": asked.pop("covering", None)}
    about["lines"] = asked.pop("lines", ())
    day = one.starts_at.astimezone(ZURICH).date() if one.starts_at else None
    day = date(2026, 11, 23) if kind is Kind.BIRTHDAY else day
    whole = PracticeSnapshot(
        Practice(PracticeRecord(PRACTICE, **known), own.validated), now, tariff=Tariff(1, 1), **asked
    )
    identity = "birthday:P1:2026" if kind is Kind.BIRTHDAY else "reminder:T1"
    return explain_message(ExplainedMessage(whole, kind, identity, day, None if gone else one, **about))


def text(one: Explanation) -> str:
    verdict = one.verdict
    return "\n".join([verdict.headline, verdict.reason or "", *verdict.then, *verdict.suggestions, *one.remarks])


LEFT_OUT = {"at": "2026-11-23T09:00:00Z", "key": "K", "rule": "definitive", "reason": "Der Terminstatus ist leer."}
SEARCHED = {"job": "prepare-reminders", "slot": "2026-11-23T09:00:00Z", "outcome": "done", "reasons": []}
FAILED = {**SEARCHED, "outcome": "failed", "reasons": ["Die Datenbank antwortet nicht."]}
GONE_BY = at("2026-11-24 18:00")
SENT = entry(State.SENT, announced_start=at("2026-11-24 14:30"), changed_at=at("2026-11-23 10:06"))


@pytest.mark.parametrize(
    ("asked", "state", "words"),
    [
        pytest.param({}, "planned",
            ["Wird am Mo 23.11. 10:00 aufbereitet und frühestens am Mo 23.11. 10:05 versendet."], id="ahead"),
        pytest.param({"row_": {"Beginn": "2027-02-02 09:00:00"}}, "planned",
            ["Wird am Mo 01.02.2027 10:00 aufbereitet"], id="far ahead"),
        pytest.param({"balances": {"M1": 0}}, "planned", ["Sie kostet 1 Credit; Mandant M1 hat 0."],
            id="what it costs"),
        pytest.param({"row_": {"Status": "abgesagt"}}, "none",
            ["Der Lauf vom Mo 23.11. 10:00 wird keine machen.", "auf «definitiv» setzen"], id="will be left out"),
        pytest.param({"row_": {"Mobiltelefon": None, "EMail": None}}, "planned",
            ["Die Praxis muss anrufen", "Keine Mobiltelefonnummer", "Mobiltelefonnummer oder E-Mail-Adresse erf"],
            id="no address"),
        pytest.param({"saved": {"TerminerinnerungSenden": "Nein"}}, "none",
            ["Der Lauf vom Mo 23.11. 10:00 tut nichts.", "vitosms switches set TerminerinnerungSenden Ja"],
            id="switched off"),
        pytest.param({"jobs": {"prepare-reminders/Aktiviert": "Nein"}}, "none",
            ["vitosms jobs enable prepare-reminders"], id="not activated"),
        pytest.param({"jobs": {"send/Aktiviert": "Nein"}}, "planned", ["vitosms jobs enable send"], id="send is not"),
        pytest.param({"record": {"stopped": literal("Wartung.")}}, "planned",
            ["angehalten: Wartung.", "vitosms practice resume"], id="stopped"),
        pytest.param({"stop": "Störung."}, "planned", ["Das ganze System ist angehalten: Störung.", "resume --all"],
            id="all stopped"),
        pytest.param({"saved": {"OffsetStartTage": "bald"}}, "none",
            ["Es wird keine Mitteilung aufbereitet.", "«bald»", "vitosms switches check"], id="invalid"),
        pytest.param({"saved": {"Versandfenster": "06:00-09:00"}}, "planned",
            ["Bis zum Termin kommt kein Versand mehr"], id="the window is closed at every send"),
        pytest.param({"jobs": {"prepare-reminders/Zeitplan": "Mi 10:00"}}, "none",
            ["Kein Lauf sucht diesen Tag.", "Zeitplan «Mi 10:00»", "OffsetSuchTage 1"], id="no run searches it"),
        pytest.param({"row_": {"Beginn": None}}, "none", ["Kein Lauf findet den Termin", "ist nicht lesbar"],
            id="unreadable"),
        pytest.param({"now": MONDAY_LATE}, "none",
            ["10:00 steht nicht im Auftragsverlauf", "jobs run prepare-reminders"], id="its run never was"),
        pytest.param({"now": MONDAY_LATE, "runs": [SEARCHED]}, "none",
            ["hat den Termin nicht gefunden", "erst danach"], id="entered too late"),
        pytest.param({"now": MONDAY_LATE, "runs": [FAILED]}, "none", ["endete «Fehlgeschlagen»", "antwortet nicht"],
            id="its run failed"),
        pytest.param({"now": MONDAY_LATE, "lines": [LEFT_OUT], "row_": {"Status": None}}, "none",
            ["so entschied der Lauf vom Mo 23.11. 10:00", "Der Terminstatus ist leer.", "auf «definitiv» setzen"],
            id="left out"),
        pytest.param({"now": MONDAY_LATE, "lines": [LEFT_OUT]}, "none",
            ["Der Terminstatus ist leer.", "steht das nicht mehr im Weg", "vitosms jobs run prepare-reminders"],
            id="left out, and mended since"),
        pytest.param({"now": at("2026-11-24 09:00"), "saved": {"OffsetStartTage": "0"}, "lines": [LEFT_OUT]},
            "planned",
            ["Wird am Di 24.11. 10:00", "Bisher keine Mitteilung: am Mo 23.11. 10:00: Der Terminstatus ist leer."],
            id="left out, and asked again"),
        pytest.param({"record": {"removed": at("2026-11-20 09:00"), "jobs": {}}}, "none",
            ["Es läuft kein Auftrag", "Fr 20.11. 09:00 entfernt worden"], id="removed"),
        pytest.param({"gone": True, "unread": "Die Datenbank antwortet nicht."}, "none", ["kann nicht gelesen werden"],
            id="unread"),
        pytest.param({"gone": True, "before": entry()}, "prepared", ["in der Praxis-Datenbank nicht mehr"], id="gone"),
        pytest.param({"kind": Kind.BIRTHDAY}, "planned", ["Wird am Mo 23.11. 10:00 aufbereitet"], id="a greeting"),
        pytest.param({"kind": Kind.BIRTHDAY, "row_": {"Sterbedatum": "2026-01-01"}}, "none",
            ["ein Sterbedatum erfasst"], id="no greeting"),
    ],
)  # fmt: skip
def test_what_becomes_of_what_has_no_entry(asked: dict[str, Any], state: str, words: list[str]) -> None:
    found = told(**asked)
    assert found.verdict.state == state, text(found)
    assert [word for word in words if word not in text(found)] == [], text(found)


@pytest.mark.parametrize(
    ("before", "asked", "words"),
    [
        pytest.param(entry(), {"now": at("2026-11-23 10:02")}, ["wird frühestens am Mo 23.11. 10:05 versendet"],
            id="waits"),
        pytest.param(entry(reason=literal("Guthaben fehlt")), {"now": MONDAY_LATE, "balances": {"M1": 0}},
            ["Guthaben fehlt", "fehlt 1 Credit): vitosms credits topup M1"], id="short of credits"),
        pytest.param(entry(held=True, reason=literal("Versäumt.")), {"now": MONDAY_LATE}, ["queue release reminder:T1"],
            id="held"),
        pytest.param(entry(), {"now": at("2026-11-23 10:02"), "row_": {"Status": "abgesagt"}}, ["10:05 storniert"],
            id="will be cancelled"),
        pytest.param(entry(), {"now": at("2026-11-23 10:02"), "saved": {"TerminerinnerungSenden": "Nein"}},
            ["10:05 storniert", "switches set TerminerinnerungSenden Ja"], id="switched off meanwhile"),
        pytest.param(entry(), {"now": at("2026-11-24 14:00")}, ["verfällt aber am Di 24.11. 14:30"], id="will expire"),
        pytest.param(entry(), {"record": {"removed": at("2026-11-20 09:00"), "jobs": {}}}, ["verfällt aber"],
            id="removed"),
        pytest.param(entry(State.RESERVED), {}, ["Wird eben versendet."], id="reserved"),
        pytest.param(SENT, {}, ["Am Mo 23.11. 10:06 versendet", "ab Mo 30.11. 10:06 als unbestätigt"], id="sent"),
        pytest.param(replace(SENT, state=State.DELIVERED), {"row_": {"Beginn": "2026-11-25 09:00:00"}},
            ["Zugestellt", "Di 24.11. 14:30 mitgeteilt", "anrufen", "ErinnerungBeiVerschiebung Ja"], id="moved"),
        pytest.param(entry(State.UNKNOWN), {}, ["Ungewiss", "queue resolve reminder:T1"], id="unknown"),
        pytest.param(entry(State.FAILED), {}, ["Nicht angekommen", "anrufen"], id="failed"),
        pytest.param(entry(State.REFUSED), {}, ["abgelehnt", "anrufen"], id="refused"),
        pytest.param(entry(State.CANCELLED, reason=literal("Abgesagt.")), {"now": MONDAY_EARLY},
            ["bereitet sie wieder auf"], id="cancelled, and admitted again"),
        pytest.param(entry(State.NOT_SENDABLE), {"row_": {"Mobiltelefon": None, "EMail": None}},
            ["fragt nochmals", "Mobiltelefonnummer oder E-Mail"], id="still no address"),
        pytest.param(entry(State.COVERED),
            {"covering": entry(State.SENT, appointment="T0", starts_at=at("2026-11-24 08:00"))},
            ["Termin T0 vom Di 24.11. 08:00 («unterwegs»)"], id="covered"),
        pytest.param(entry(State.EXPIRED, reason=literal("Der Termin hat begonnen.")), {"now": GONE_BY}, ["verfallen"],
            id="expired"),
        pytest.param(greeting(State.UNCONFIRMED), {"kind": Kind.BIRTHDAY}, ["ohne Zustellbestätigung"],
            id="unconfirmed"),
    ],
)  # fmt: skip
def test_what_an_entry_means_and_what_follows(before: Entry, asked: dict[str, Any], words: list[str]) -> None:
    found = told(before=before, **asked)
    assert found.verdict.state == before.state
    assert [word for word in words if word not in text(found)] == [], text(found)


def test_the_timeline_is_what_the_logs_tell_and_the_entry_where_they_do_not() -> None:
    before = entry(State.SENT, claimed_at=at("2026-11-23 10:06"), changed_at=at("2026-11-23 10:07"))
    lines = [
        LEFT_OUT,
        {"at": "2026-11-23T09:00:00Z", "key": "K", "to": "prepared"},
        {"at": "2026-11-23T09:05:00Z", "key": "K", "from": "prepared", "to": "reserved"},
    ]
    told_ = told(before=before, lines=lines).timeline
    assert [(one.at.astimezone(ZURICH).strftime("%H:%M"), one.state, one.rule) for one in told_] == [
        ("10:00", None, "definitive"),
        ("10:00", State.PREPARED, None),
        ("10:05", State.RESERVED, None),
        ("10:06", State.SENDING, None),
        ("10:07", State.SENT, None),
    ]


def test_the_rules_are_those_of_the_run_to_come_and_those_that_send_asks_besides_with_the_text_as_it_would_be() -> None:
    found = told()
    run = found.answers.run
    assert run is not None
    assert (run.slot, run.ahead) == (at("2026-11-23 10:00"), True)
    assert [one.result for one in found.answers.prepare] == [Result.PASSED] * 13
    assert [one.rule.name for one in found.answers.differing_in_send] == ["switched_on"]
    assert found.text is not None
    assert "14:30" in found.text.text
