"""The counts of the bench: calls, statements, request units and their price, beside the row-by-row baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from chalicelib.jobs.send import ENTRIES_PER_STATEMENT
from chalicelib.messages.recipient import Channel
from tests.bench.cost import bill
from tests.bench.day import Day
from tests.bench.prices import AS_OF
from tests.bench.report import Bar, Row, Section

SIZES = (10, 100, 1000, 5000)
CALLS, WRITES = 1.5, 20  # the bars, at BAR_SIZE messages
BAR_SIZE = 1000
_NAMES = {Channel.SMS: "SMS", Channel.EMAIL: "e-mail"}


def call_section(channel: Channel, days: Sequence[Day], baseline: Mapping[int, Day]) -> Section:
    """Calls for one delivered message; `days` by size, the baseline by messages."""
    name, rows = _NAMES[channel], []
    for day in days:
        per, idle = day.own_calls / day.messages, day.idle_calls
        beside = _beside(baseline.get(day.messages)) if channel is Channel.SMS else ""
        held = channel is Channel.SMS and day.messages == BAR_SIZE
        bar = Bar(f"≤ {CALLS} (floor 1)", per <= CALLS) if held else None
        numbers = {"calls": per, "idle_queries": idle, "calls_with_idle": day.total_calls / day.messages}
        ours = f"{per:.3f}; with {idle} idle queries {numbers['calls_with_idle']:.3f}"
        rows.append(Row(f"calls for one delivered {name}, all jobs", day.messages, ours, beside, bar, numbers))
    rows += _by_handler(days, name)
    return Section(f"AWS calls, {name}", rows, _CALL_NOTES if channel is Channel.SMS else ())


_CALL_NOTES = (
    "every request at the botocore boundary from 09:45 until 20:00, repeated attempts included; the floor is one "
    "publish a message.",
    "an idle query is the one with which each tick of a rule reads the jobs that are due (123 in that time). Its "
    "number does not depend on the number of practices. The bar counts all other calls.",
    "the baseline makes 7 calls a message whatever the number, so it was measured only up to 1,000. It stores less: no "
    "receipts, no claim before the request, no refund.",
)


def _beside(baseline: Day | None) -> str:
    return f"row by row {baseline.total_calls / baseline.messages:.3f}" if baseline else "row by row: constant"


def _by_handler(days: Sequence[Day], name: str) -> list[Row]:
    (day,) = (day for day in days if day.messages == BAR_SIZE)
    rows = []
    for handler, operations in day.calls.items():
        ordered = sorted(operations.items(), key=lambda operation_count: -operation_count[1])
        text = ", ".join(f"{operation} {count:,}" for operation, count in ordered)
        rows.append(Row(f"  of these, {handler}", day.messages, text, numbers={k: float(v) for k, v in ordered}))
    return rows


def statement_section(days: Sequence[Day]) -> Section:
    """SQL statements of a day: one prepare run, and send runs that take 1,000 entries a statement."""
    rows = []
    for day in days:
        prepare, send = (day.statement_steps.get(step, 0) for step in ("prepare", "send"))
        chunks = -(-day.messages // ENTRIES_PER_STATEMENT)
        met = (prepare, send, day.statements) == (1, chunks, 1 + chunks)
        ours = f"prepare {prepare}, send {send}, status {day.statements - prepare - send}"
        numbers = {"prepare": float(prepare), "send": float(send), "all": float(day.statements)}
        bar = Bar(f"1 a prepare run, {chunks} in send, 0 in status", met)
        rows.append(Row("SQL statements of the day", day.messages, ours, "row by row: 1", bar, numbers))
    return Section(
        "SQL statements", rows, ("at the cursor; the baseline's one scan is never asked again before it sends.",)
    )


def unit_section(sms: Sequence[Day], mail: Sequence[Day], long_ids: Day, baseline: Mapping[int, Day]) -> Section:
    """DynamoDB's request units for one message, and where the writes go."""
    rows = []
    for channel, days in ((Channel.SMS, sms), (Channel.EMAIL, mail)):
        for day in days:
            held = channel is Channel.SMS and day.messages == BAR_SIZE
            beside = _units(baseline.get(day.messages)) if channel is Channel.SMS else ""
            rows.append(_unit_row(f"units for one {_NAMES[channel]}", day, beside, held))
    rows.append(_unit_row("the same, SMS, ids of 25 characters", long_ids, "", held=False))
    (day,) = (day for day in sms if day.messages == BAR_SIZE)
    rows += _where_they_go(day)
    return Section("DynamoDB request units, index writes included", rows, _UNIT_NOTES)


_UNIT_NOTES = (
    "computed from the items before and after each write as AWS does (tests/bench/units.py names the sources).",
    "the baseline's 4 units are one for each of its four writes of small items outside a transaction: it has no index "
    "of open entries, no claim, no receipt, and no ledger.",
    "steps of 1 KB: an e-mail keeps its whole text on the entry; the row with long ids shows whether they lift an SMS "
    "over the first step.",
)


def _unit_row(what: str, day: Day, beside: str, held: bool) -> Row:
    writes, reads = sum(day.writes.values()) / day.messages, sum(day.reads.values()) / day.messages
    bar = Bar(f"≤ {WRITES} write units", writes <= WRITES) if held else None
    ours = f"{writes:.2f} writes, {reads:.2f} reads"
    return Row(what, day.messages, ours, beside, bar, {"writes": writes, "reads": reads})


def _units(baseline: Day | None) -> str:
    if baseline is None:
        return "row by row: constant"
    writes, reads = (sum(units.values()) / baseline.messages for units in (baseline.writes, baseline.reads))
    return f"row by row {writes:.2f} writes, {reads:.2f} reads"


def _where_they_go(day: Day) -> list[Row]:
    by_item: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for place, units in day.writes.items():
        by_item[place.handler, place.item][place.where] = units / day.messages
    found = sorted(by_item.items(), key=lambda item_places: -sum(item_places[1].values()))
    shown = [(name, places) for name, places in found if sum(places.values()) >= 0.1]
    rest = sum(sum(places.values()) for _, places in found[len(shown) :])
    rows = []
    for (handler, item), places in shown:
        text = ", ".join(f"{where} {count:.2f}" for where, count in places.items())
        rows.append(
            Row(f"  writes of {handler}: {item}", day.messages, f"{sum(places.values()):.2f} ({text})", numbers=places)
        )
    return [*rows, Row("  writes of all the rest", day.messages, f"{rest:.2f}", numbers={"all": rest})]


def cost_section(sms: Day, mail: Day, baseline: Day) -> Section:
    """USD for a thousand messages of each channel."""
    rows = []
    for channel, day in ((Channel.SMS, sms), (Channel.EMAIL, mail)):
        items = bill(day, mails=channel is Channel.EMAIL)
        total = sum(item.usd for item in items)
        text = ", ".join(f"{item.price} {item.usd:.4f}" for item in items if item.usd >= 0.00005)
        beside = ""
        if channel is Channel.SMS:
            other = {item.price: item.usd for item in bill(baseline, mails=False)}
            beside = f"row by row: units alone {other['write units'] + other['read units']:.4f}"
        numbers = {item.price: item.usd for item in items} | {"usd": total}
        rows.append(
            Row(f"USD for 1,000 {_NAMES[channel]}", day.messages, f"{total:.4f} ({text})", beside, None, numbers)
        )
    return Section("Cost without the carrier", rows, _COST_NOTES)


_COST_NOTES = (
    f"prices of {AS_OF}, eu-central-1, tests/bench/prices.py; the carrier (1,000 SMS about 60, e-mails 0.10) "
    "is left out, free tiers too.",
    "everything is counted except the seconds of a Lambda, which are estimated (1.2 s a deliver, 10 s a run, 0.2 s a "
    "tick).",
)
