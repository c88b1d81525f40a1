"""The items of the table: they round-trip without loss, and their keys sort correctly."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import items, job_store, practice_items
from chalicelib.aws.entry_writes import ledger_item, ledger_of
from chalicelib.aws.items import entry_item, entry_of
from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.credits import Charge, LedgerItem, Refund, TopUp, Transfer
from chalicelib.entries.day_counts import NAME
from chalicelib.entries.deadlines import delete_at, next_check_at
from chalicelib.entries.entry import Entry, reminder_identity
from chalicelib.entries.phone_call import CallOutcome, PhoneCall
from chalicelib.entries.receipt import PROVIDERS_SAY, not_delivered
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.practice.record import Licence, Order, PracticeRecord
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.time_zone import instant_of, instant_text
from chalicelib.text import Text, text_line
from tests.bench.item_size import size_of
from tests.builders.entries import BEGINS, NOW, SLOT, entry, greeting, job_record

SERIALIZER = TypeSerializer()
FIRST = datetime(1900, 1, 1)  # noqa: DTZ001 - hypothesis wants it naive
instants = st.datetimes(FIRST, FIRST.replace(year=2400), timezones=st.just(UTC))
times = st.datetimes(FIRST, FIRST.replace(year=2400), timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]))
days = st.dates(date(1900, 1, 1), date(2400, 1, 1))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
practices = st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True)
counts = st.integers(0, 10**6)
keys = st.binary(min_size=16, max_size=16).map(bytes.hex)  # of entries
reasons = st.recursive(
    st.builds(lambda code, values: Text(code, **values), texts, st.dictionaries(texts, texts | counts | days | times)),
    lambda inner: st.builds(lambda code, parts: Text(code, *parts), texts, st.lists(inner, min_size=1, max_size=2)),
    max_leaves=3,
)
phone_calls = st.builds(PhoneCall, instants, st.sampled_from(CallOutcome), texts, texts, texts)
some, blank = texts | st.none(), texts | st.just("")
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "practice": practices, "identity": blank, "kind": st.sampled_from(Kind), "state": st.sampled_from(State),
    "patient": blank, "appointment": some, "starts_at": instants | st.none(), "expires_at": instants,
    "slot": instants, "searched_first": days, "searched_end": days, "mandant": some,
    "channel": st.sampled_from([None, *Channel]), "language": some, "retention_days": st.integers(10, 3650),
    "changed_at": instants, "reason": reasons | st.none(), "version": counts, "write_id": blank, "attempt": counts,
    "charge": some, "credits": counts, "parts": counts, "recipient": some, "sender": some, "subject": some,
    "sender_name": some, "place": some, "text": some, "reserved_at": instants | st.none(),
    "announced_start": some, "announcements": counts, "again": counts, "covered_by": some,
    "covered_attempt": counts, "send_before": instants | st.none(),
    "claimed_at": instants | st.none(), "message_id": some, "held": st.booleans(), "cancelled_manually": st.booleans(),
    "phone_calls": st.lists(phone_calls, max_size=3).map(tuple),
    "settled": st.booleans(), "anonymised": st.booleans(),
    "log_language": blank, "day": days | st.none(), "practitioner": blank,
    "retained_key": st.sampled_from(["", "0123456789abcdef" * 2]),
}  # fmt: skip
entries = st.builds(Entry, **FIELDS)
top_ups = st.builds(TopUp, texts, texts, counts, instants)
transfers = st.builds(Transfer, texts, texts, texts, st.integers(-99, 99), instants)
charges = st.builds(
    lambda mandant, lines, nth, at: Charge(mandant, lines, {key: 1 + n % nth for n, key in enumerate(lines)}, at),
    texts, st.dictionaries(keys, counts, max_size=4), st.integers(1, 3), instants,
)  # fmt: skip
refunds = st.builds(Refund, texts, texts, texts, counts, counts, instants)
jobs = st.builds(JobState, texts, st.sampled_from(Job), instants, instants, texts, instants | st.none(), blank)
licences = st.builds(Licence, texts, days | st.none(), days | st.none(), st.booleans())


@given(entries)
def test_an_entry_comes_back_as_it_went(made: Entry) -> None:
    assert entry_of(entry_item(made)) == made


def test_the_strategy_knows_every_field_of_an_entry() -> None:
    assert {field.name for field in fields(Entry)} == set(FIELDS)


@given(entries)
def test_an_item_holds_only_what_dynamodb_takes(made: Entry) -> None:
    item = entry_item(made)
    assert all(isinstance(value, str | int | bool) for value in item.values())
    assert "" not in item.values()


@given(st.lists(instants, min_size=2))
def test_instants_sort_as_text_as_they_do_in_time(times: list[datetime]) -> None:
    assert [instant_of(text) for text in sorted(map(instant_text, times))] == sorted(times)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 11, 23, 9, 5, tzinfo=UTC), "2026-11-23T09:05:00.000000Z"),
        (datetime.fromisoformat("2026-11-23T10:05:00.000001+01:00"), "2026-11-23T09:05:00.000001Z"),
    ],
)
def test_an_instant_is_written_in_utc(instant: datetime, text: str) -> None:
    assert instant_text(instant) == text


@pytest.mark.parametrize(
    ("state", "group"),
    [
        (State.PREPARED, "prepared"),
        *[(state, "underway") for state in (State.RESERVED, State.SENDING, State.SENT, State.UNKNOWN)],
        *[(state, "unreached") for state in (State.NOT_SENDABLE, State.REFUSED, State.FAILED)],
        *[(state, "ended") for state in (State.DELIVERED, State.UNCONFIRMED, State.CANCELLED, State.EXPIRED)],
    ],
)
def test_where_a_practice_finds_its_entries(state: State, group: str) -> None:
    item = entry_item(entry(state))
    place = NOW if group == "ended" else BEGINS
    assert (item["open_pk"], item["open_sk"]) == (f"praxis-am-bach#{group}", instant_text(place))


def test_no_send_slot_finds_what_is_held_and_nobody_what_is_stripped() -> None:
    assert entry_item(entry(State.PREPARED, held=True))["open_pk"] == "praxis-am-bach#held"
    assert "open_pk" not in entry_item(entry(State.DELIVERED, anonymised=True))


@given(entries)
def test_the_sweep_finds_an_entry_exactly_when_it_should_look_again_by_itself_or_by_its_charge(made: Entry) -> None:
    item, look_again = entry_item(made), next_check_at(made)
    alone = made.charge is None or made.state is State.UNKNOWN
    expected = ("status", instant_text(look_again)) if look_again and alone else (None, None)
    assert (item.get("due_pk"), item.get("due_sk")) == expected


SMS_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"  # the longest possible


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.DELIVERED, None),
        (State.UNCONFIRMED, Text("sweep.no_receipt")),
        (State.REFUSED, Text("carrier.refuses_opted_out")),
        *((State.FAILED, not_delivered(said)) for said in PROVIDERS_SAY),
    ],
    ids=str,
)
def test_an_entry_of_an_sms_is_less_than_a_kilobyte(state: State, reason: Text | None) -> None:
    """With more bytes, each of its five writes would cost twice (tests/bench/units.py)."""
    made = entry(
        state, reason=reason, practice="a" * 32, identity=reminder_identity(SMS_ID), appointment=SMS_ID, patient=SMS_ID,
        mandant=SMS_ID, message_id=SMS_ID, charge=f"charge#{'0' * 32}", write_id="0" * 12, sender="PraxisAmBach"[:11],
        text="ü" * 20 + "x" * 140, announced_start="2026-11-24T14:30", language="de", version=5,
        practitioner="Dr. med. Ämilia Müller-Beispiel"[:NAME],
    )  # fmt: skip
    assert size_of({name: SERIALIZER.serialize(value) for name, value in entry_item(made).items()}) <= 1024


@given(entries)
def test_an_item_goes_by_ttl_when_the_guard_may(made: Entry) -> None:
    assert entry_item(made)["ttl"] == int(delete_at(made).timestamp())


def test_within_a_group_entries_stand_by_their_clock() -> None:
    made = [entry(), greeting(), entry(identity="reminder:T2", expires_at=NOW + timedelta(microseconds=1))]
    by_key = sorted(made, key=lambda one: str(entry_item(one)["open_sk"]))
    assert by_key == sorted(made, key=lambda one: one.expires_at)


@given(practices, top_ups | charges | refunds | transfers)
def test_a_ledger_item_comes_back_as_it_went(practice: str, made: LedgerItem) -> None:
    item = ledger_item(practice, made)
    assert ledger_of(item) == made
    assert (item["pk"], item["sk"]) == (f"{practice}#mandant#{made.mandant}", made.key)
    assert item["credits"] == made.credits
    look = ("status", instant_text(made.at + timedelta(minutes=20))) if isinstance(made, Charge) else (None, None)
    assert (item.get("due_pk"), item.get("due_sk")) == look


@given(practices, charges)
def test_a_charge_that_has_its_lines_as_a_map_is_read_too(practice: str, made: Charge) -> None:
    """Before 2026-12 each charge had: a ledger is never written anew."""
    item = ledger_item(practice, made)
    del item["prices"]
    assert ledger_of(item | {"lines": dict(made.lines)}) == made


@given(jobs)
def test_a_job_comes_back_as_it_went(made: JobState) -> None:
    assert job_store.job_of(job_store.job_item(made)) == made


@given(texts, licences)
def test_a_licence_comes_back_as_it_went(practice: str, made: Licence) -> None:
    assert practice_items.licence_of(practice_items.licence_item(practice, made)) == made


@pytest.mark.parametrize(
    ("job", "tick"),
    [
        (Job.PREPARE_REMINDERS, "prepare"),
        (Job.PREPARE_BIRTHDAYS, "prepare"),
        (Job.SEND, "send"),
        (Job.STATUS, "status"),
    ],
)
def test_a_job_is_due_at_the_ticks_of_its_rule(job: Job, tick: str) -> None:
    assert job_store.job_item(job_record(job))["due_pk"] == tick


def test_a_practice_is_read_from_all_items_under_its_key() -> None:
    key: dict[str, Any] = practice_items.practice_item_key("praxis")
    own = {**key, "email_senders": ["a@example.org"], "stopped": text_line(by_operator("Angehalten."))}
    send, licence = replace(job_record(), practice="praxis", done=SLOT), Licence("L-1", revoked=True)
    told = practice_items.alert_item_key("praxis", "low-balance#M1") | {"at": "2026-11-23T09:00:00.000000Z"}
    due = practice_items.alert_item_key("praxis", "low-balance#M2") | {"marked": "2026-11-23T09:00:00.000000Z"}
    found = practice_items.practice_of(
        "praxis", [told, due, job_store.job_item(send), own, practice_items.licence_item("praxis", licence)]
    )
    assert found == PracticeRecord(
        practice="praxis",
        email_senders=frozenset({"a@example.org"}),
        stopped=by_operator("Angehalten."),
        jobs={Job.SEND: send},
        licences={"L-1": licence},
        alerts=frozenset({"low-balance#M1"}),
        untold=frozenset({"low-balance#M2"}),
    )


def test_a_practice_without_its_own_item_is_not_there() -> None:
    assert practice_items.practice_of("praxis", [job_store.job_item(job_record())]) is None


def test_no_two_kinds_of_items_share_a_key() -> None:
    keys = [
        items.DEPLOYMENT, practice_items.practice_item_key("p"), job_store.job_item_key("p", Job.SEND),
        practice_items.licence_item_key("p", "x"), practice_items.alert_item_key("p", "x"),
        items.balance_item_key("p", "x"),
        items.ledger_item_key("p", TopUp("x", "x", 1, NOW)), job_store.run_item_key("p", Job.SEND, SLOT),
        items.receipt_item_key("x"), items.checkpoint_item_key("x"), items.entry_item_key("p", "x"),
        {"pk": items.email_events_key("p"), "sk": "x#failed"},
        practice_items.automatic_item_key("p", "x"), practice_items.order_item("p", Order(1, "x", 1, "", NOW, "x")),
    ]  # fmt: skip
    assert len({(key["pk"], key["sk"]) for key in keys}) == len(keys)
