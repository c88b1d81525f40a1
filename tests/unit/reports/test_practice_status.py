"""The overview of a practice: the next clock change, raised alerts, and the messages delivered each day."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.entries.transition import Transition
from chalicelib.planning.alerts import kind_label
from chalicelib.planning.outlook import current_rules
from chalicelib.practice.opt_out import OptOuts
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.reports.call_list import UNSENT
from chalicelib.reports.current_call_list import CallList, calls_without_names
from chalicelib.reports.practice_status import Balance, PracticeStatus, alert_label, clock_change, practice_status
from chalicelib.schedule.job_state import new_jobs
from chalicelib.text import Text
from chalicelib.words.words import words_of
from tests.builders.entries import NOW, PRACTICE, SLOT, ZURICH, at, entry
from tests.fakes.store import FakeEntryStore
from tests.fakes.world import Data, World

S = State
LOW, MISSING, FAILED = kind_label("low-balance"), kind_label("no-credits"), kind_label("run-failed")
MISSED, STOPPED = kind_label("missed"), kind_label("stopped")


@pytest.mark.parametrize(
    ("now", "zone", "change"),
    [
        (at("2026-03-10 12:00"), ZURICH, "2026-03-29T03:00:00+02:00"),
        (at("2026-03-29 01:59"), ZURICH, "2026-03-29T03:00:00+02:00"),
        (at("2026-10-20 12:00"), ZURICH, "2026-10-25T02:00:00+01:00"),
        (at("2026-02-20 12:00"), ZURICH, None),  # more than a month ahead
        (at("2026-03-29 03:00"), ZURICH, None),
        (at("2026-03-10 12:00"), ZoneInfo("Asia/Tokyo"), None),
    ],
)
def test_the_next_change_of_the_clocks_within_a_month(now: datetime, zone: ZoneInfo, change: str | None) -> None:
    found = clock_change(now, zone)
    assert (found and found.astimezone(zone).isoformat()) == change


@pytest.mark.parametrize(
    ("cause", "label", "words"),
    [
        ("low-balance#M2#0", Text("alert.mandant", LOW, mandant="M2"), "Guthaben tief (Mandant M2)"),
        ("no-credits#M2#0", Text("alert.mandant", MISSING, mandant="M2"), "Guthaben fehlt (Mandant M2)"),
        (
            "run-failed#send#0", Text("alert.job", FAILED, Text("job.send")),
            "Auftrag fehlgeschlagen («Mitteilungen senden»)",
        ),
        ("missed#2026-11-23T09:05Z#0", MISSED, "Versand versäumt"),
        ("stopped##0", STOPPED, "Versand angehalten"),
    ],
)  # fmt: skip
def test_an_alert_names_what_it_is_about(cause: str, label: Text, words: str) -> None:
    assert alert_label(cause) == label
    assert words_of("de").of(label) == words


def seen(*entries: Entry, licence: str = "L-1", **switches: str) -> tuple[PracticeStatus, list[str]]:
    """The overview at NOW, and the calls that it took."""
    world, data = World(NOW), Data()
    store = FakeEntryStore(world, data)
    named = [replace(one, identity=f"reminder:T{n}") for n, one in enumerate(entries)]
    store.commit([Transition(None, one) for one in named])
    data.balances[PRACTICE, "M1"] = 99
    world.calls.clear()
    jobs = {one.job: one for one in new_jobs(PRACTICE, {}, "Europe/Zurich", SLOT)}
    licences = {"L-1": Licence("L-1"), "L-2": Licence("L-2", revoked=True)}
    record = PracticeRecord(PRACTICE, jobs=jobs, licences=licences)
    rows = [{"MandantId": "M2", "Lizenznummer": licence}]
    registered = Practice(record, ValidatedParameters(SavedParameters(switches, {}, {})))
    known = store.entries_in(PRACTICE)
    listed = CallList(calls_without_names(known, current_rules(registered, NOW, OptOuts()), UNSENT), known)
    return practice_status(registered, listed, None, rows, NOW, store, None), world.calls


def test_each_day_counts_what_left_and_what_of_it_arrived() -> None:
    two_days_ago, long_ago = NOW - timedelta(days=2), NOW - timedelta(days=8)
    found, _ = seen(
        entry(S.DELIVERED), entry(S.SENT), entry(S.FAILED), entry(S.UNKNOWN), entry(S.PREPARED), entry(S.RESERVED),
        entry(S.DELIVERED, reserved_at=two_days_ago, changed_at=two_days_ago),
        entry(S.UNCONFIRMED, reserved_at=two_days_ago), entry(S.DELIVERED, reserved_at=long_ago, changed_at=long_ago),
    )  # fmt: skip
    rates = {one.day.day: (one.delivered, one.sent) for one in found.days}
    assert rates == {17: (0, 0), 18: (0, 0), 19: (0, 0), 20: (0, 0), 21: (1, 2), 22: (0, 0), 23: (1, 3)}


def test_the_queue_is_what_has_not_ended_and_today_is_what_ended_today() -> None:
    yesterday = NOW - timedelta(days=1)
    found, _ = seen(
        entry(S.PREPARED), entry(S.PREPARED, held=True), entry(S.SENT), entry(S.NOT_SENDABLE),
        entry(S.REFUSED, changed_at=yesterday), entry(S.CANCELLED), entry(S.CANCELLED, changed_at=yesterday),
    )  # fmt: skip
    assert (found.queue, found.held) == ({S.PREPARED: 2, S.SENT: 1}, 1)
    assert found.today == {S.NOT_SENDABLE: 1, S.CANCELLED: 1}
    assert found.to_phone == 3  # not sendable, refused, held


def test_a_balance_below_the_minimum_is_low_unless_nobody_wants_to_know() -> None:
    assert seen(entry())[0].balances == (Balance("M1", 99, True), Balance("M2", 0, True))
    assert {one.low for one in seen(entry(), CreditBestandPruefen="Nein")[0].balances} == {False}
    assert [one.low for one in seen(entry(), CreditMindestbestand="99")[0].balances] == [False, True]


def test_a_balance_is_not_low_if_its_mandant_may_not_send() -> None:
    revoked = Text("licence.revoked")
    assert seen(entry(), licence="L-2")[0].balances == (Balance("M1", 99, True), Balance("M2", 0, False, revoked))


def test_a_low_balance_is_an_alert_even_if_nobody_was_told() -> None:
    assert seen(entry())[0].alerts == tuple(Text("alert.mandant", LOW, mandant=one) for one in ("M1", "M2"))
    assert seen(entry(), licence="L-2")[0].alerts == (Text("alert.mandant", LOW, mandant="M1"),)
    assert seen(entry(), CreditBestandPruefen="Nein")[0].alerts == ()


@pytest.mark.parametrize(("to", "told"), [("", False), ("a@praxis.example", True), ("Empfang", True)])
def test_an_empty_meldung_an_is_noted(to: str, told: bool) -> None:
    assert seen(entry(), MeldungAn=to)[0].gets_alerts is told  # an invalid one is a problem of its own


def test_it_takes_as_many_calls_for_one_entry_as_for_many_and_writes_nothing() -> None:
    _, few = seen(entry(S.SENT))
    _, many = seen(*[entry(state) for state in State for _ in range(20)])
    assert few == many == ["store.open_entries"] * 5 + ["store.balances"]
