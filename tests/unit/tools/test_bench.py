"""The bench's own parts: its baseline, its bill, its comparisons, and its bars."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from chalicelib.messages.recipient import Channel
from chalicelib.schedule.job import Job
from chalicelib.schedule.schedule import parse_schedule
from tests.bench.baseline import HANDLER, count_baseline
from tests.bench.calls import call_section, statement_section
from tests.bench.cost import bill
from tests.bench.day import Day
from tests.bench.delivery_process import ideal
from tests.bench.meter import Place
from tests.bench.page import BEGIN, END, PAGE, with_measured
from tests.bench.prepare_process import ForgetfulStore, bare_work, prepare_all
from tests.bench.questions import Asked, row_of
from tests.bench.report import Bar, Row, Section, document_of, table_of
from tests.bench.schedules import BOTH, runs_by_cron, runs_by_us
from tests.bench.times import delivery_section, prepare_section

WRITES = {Place("run", "entry new → prepared", "table"): 2_000_000.0}


def day(messages: int = 1000, calls: int = 1400, idle: int = 100, prepare: int = 1, send: int = 1) -> Day:
    """A day with a number of calls, including its idle queries."""
    made = {"status": {"dynamodb.Query": idle}, "deliver": {"sns.Publish": calls - idle}}
    statements = {"prepare": prepare, "send": send}
    return Day(messages, made, prepare + send, statements, WRITES, {}, {"deliver": 100}, logged=1_000_000)


def test_row_by_row_makes_seven_calls_and_four_writes_a_message_whatever_the_number() -> None:
    counted = count_baseline(3)
    each = {"ssm.GetParametersByPath": 3, "dynamodb.Query": 3, "dynamodb.UpdateItem": 9, "dynamodb.PutItem": 3}
    assert counted.calls == {HANDLER: {**each, "sns.Publish": 3}}
    assert sum(counted.writes.values()) == 4 * 3
    assert sum(counted.reads.values()) == 1 * 3


def test_a_bill_is_of_a_thousand_messages_and_without_the_carrier() -> None:
    lines = {item.price: item for item in bill(day(messages=500), mails=False)}
    assert lines["write units"].amount == 4_000_000
    assert lines["write units"].usd == pytest.approx(3.05)
    assert lines["Lambda time"].amount == pytest.approx(2 * 100 * 1.2 * 256 / 1024)
    assert lines["SQS"].amount == 2 * 200
    assert lines["SNS topics"].amount == 0
    assert {item.price: item.amount for item in bill(day(), mails=True)}["SNS topics"] == 1000


@pytest.mark.parametrize(("calls", "met"), [(1600, True), (1601, False)])
def test_the_bar_of_calls_leaves_out_the_idle_queries_alone(calls: int, met: bool) -> None:
    section = call_section(Channel.SMS, [day(calls=calls, idle=100)], {})
    assert section.rows[0].bar == Bar("≤ 1.5 (floor 1)", met)
    assert section.rows[0].numbers["calls_with_idle"] == calls / 1000


@pytest.mark.parametrize(
    ("messages", "prepare", "send", "met"),
    [(1000, 1, 1, True), (1001, 1, 2, True), (1000, 1, 2, False), (10, 2, 1, False)],
)
def test_a_statement_more_is_seen(messages: int, prepare: int, send: int, met: bool) -> None:
    (row,) = statement_section([day(messages, prepare=prepare, send=send)]).rows
    assert row.bar is not None
    assert row.bar.met is met


@pytest.mark.parametrize(("prepare", "peak", "met"), [(2.5, 130, True), (2.6, 131, False)])
def test_the_bars_of_preparing_are_ratios(prepare: float, peak: int, met: bool) -> None:
    cpu = {10_000: {"prepare": prepare, "bare": 1.0}}
    section = prepare_section(cpu, {1000: {"peak": 100}, 100_000: {"peak": peak}})
    assert [row.bar.met for row in section.rows if row.bar] == [met, met]


@pytest.mark.parametrize(("seconds", "met"), [(6.5, True), (6.6, False)])
def test_the_bar_of_delivering_is_a_ratio_to_the_ideal(seconds: float, met: bool) -> None:
    assert [ideal(messages) for messages in (1, 20, 21, 500)] == pytest.approx([0.2, 0.2, 0.4, 5.0])
    took = {("vitosms", 500): {"seconds": seconds, "ideal": 5.0}, ("huey", 500): {"seconds": 5.1, "ideal": 5.0}}
    (row,) = delivery_section(took).rows
    assert row.bar == Bar("≤ 1.3 × ideal", met)


def test_preparing_and_the_bare_work_do_the_same_rows() -> None:
    rows = range(150)
    assert prepare_all(rows, ForgetfulStore()) == bare_work(rows) == 150


@pytest.mark.parametrize(("text", "cron"), BOTH.items())
def test_cronsim_names_the_same_runs(text: str, cron: str) -> None:
    runs = runs_by_us(parse_schedule(text, Job.PREPARE_REMINDERS))
    assert runs == runs_by_cron(cron)
    assert len(runs) >= 36


def test_each_bar_is_told_in_words_and_counted() -> None:
    rows = [Row("calls", 1000, "1.4", "", Bar("≤ 1.5", True)), Row("time", None, "2", "", Bar("≤ 1", False))]
    sections = [Section("Title", rows, ["a note"])]
    console = Console(file=io.StringIO(), width=120)
    console.print(table_of(sections))
    assert isinstance(console.file, io.StringIO)
    words = Counter(console.file.getvalue().split())
    assert words["1,000"] == 1
    assert "met: ≤ 1.5" in console.file.getvalue()
    assert "NOT MET: ≤ 1" in console.file.getvalue()
    assert document_of(sections)["bars"] == {"met": 1, "not_met": 1}


def test_the_page_has_the_last_run_and_keeps_what_people_wrote() -> None:
    section = Section("Title", [Row("calls", 1000, "1.4", "7", Bar("≤ 1.5", False))], ["a note"])
    page = with_measured(f"before\n{BEGIN}old\n{END}after\n", [section], {"seconds": 200})
    assert page.startswith(f"before\n{BEGIN}")
    assert page.endswith(f"{END}after\n")
    assert "old" not in page
    assert "| calls | 1,000 | 1.4 | 7 | **NOT MET: ≤ 1.5** |\n" in page
    assert with_measured(PAGE.read_text(encoding="utf-8"), [section], {}) != page


def test_a_page_without_its_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="lacks its marks"):
        with_measured("nothing", [], {})


@pytest.mark.parametrize(("read", "met"), [(910, True), (911, False)])
def test_the_bar_of_a_question_is_ten_rows_read_for_each_of_its_own(read: int, met: bool) -> None:
    assert row_of("reminders", Asked(91, read, 0.004)).bar == Bar("≤ 10 rows for each of its own", met)
    assert row_of("birthdays", Asked(91, read, 0.004)).bar is None
