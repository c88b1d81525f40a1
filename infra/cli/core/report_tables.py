"""The tables of a report: one function each, from plain data to what rich prints."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from chalicelib.entries.credits import Totals, is_below
from chalicelib.entries.entry import Entry
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.messages.placeholders import as_value
from chalicelib.practice.record import Licence, licence_problem
from chalicelib.practice.switches import Switches
from chalicelib.schedule.job import Job
from chalicelib.schedule.time_zone import instant_of
from infra.cli.core.labels import OUTCOME_COLOURS, STATE_COLOURS, kind_words
from infra.cli.core.tables import MOST_ROWS, more_lines, new_table, with_rest
from infra.language import (
    count_words,
    job_words,
    logged,
    moment,
    number,
    outcome_words,
    rule_words,
    said,
    short,
    state_words,
)
from infra.translation import tr, trn

MOST_REASONS = 3
_PREPARE = {Kind.REMINDER: Job.PREPARE_REMINDERS, Kind.BIRTHDAY: Job.PREPARE_BIRTHDAYS}
_PREPARE_COUNTS: Mapping[str, tuple[str, ...]] = {
    "searched": (),
    State.PREPARED: (),
    State.NOT_SENDABLE: ("still_not_sendable",),
    "skipped": (),
}  # each with those that are added to it
_ORDER = [*_PREPARE_COUNTS, "queued", "credits", "waiting", State.DELIVERED, State.FAILED]  # of counts; others follow


def prepared_table(runs: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Sum the counts of the prepare runs by kind."""
    table = new_table("", *(f">{count_words(key, 2)}" for key in _PREPARE_COUNTS))
    for kind, job in _PREPARE.items():
        counts: Counter[str] = Counter()
        for run in runs:
            counts.update(run["counts"] if run["job"] == job else {})
        sums = (sum(counts[one] for one in (key, *others)) for key, others in _PREPARE_COUNTS.items())
        table.add_row(kind_words(kind), *map(_amount, sums))
    return table


def skipped_table(runs: Iterable[Mapping[str, Any]]) -> RenderableType:
    """Why others were not prepared, by rule; the most frequent first."""
    skipped: Counter[str] = Counter()
    for run in runs:
        skipped.update(run["skipped"])
    table = new_table(">" + tr("Count"), tr("Why no message"), tr("Condition not met"))
    for name, count in skipped.most_common():
        label, sentence = rule_words(name)
        table.add_row(number(count), label, Text(sentence, "dim"))
    return table if skipped else Text(tr("Nobody was skipped."))


def state_table(entries: Sequence[Entry]) -> RenderableType:
    """Where the entries are at the end, by kind, with the most frequent reasons."""
    table = new_table(tr("State"), ">" + tr("Appointments"), ">" + tr("Birthdays"), tr("Most frequent reasons"))
    for state in State:
        there = [entry for entry in entries if entry.state is state]
        reasons = Counter(short(entry.reason) for entry in there if entry.reason)
        told = "\n".join(f"{number(count)}× {reason}" for reason, count in reasons.most_common(MOST_REASONS))
        kinds = Counter(entry.kind for entry in there)
        if there:
            greetings = kinds[Kind.BIRTHDAY]
            amounts = [_amount(len(there) - greetings), _amount(greetings)]
            table.add_row(Text(state_words(state), STATE_COLOURS.get(state, "")), *amounts, told)
    return table if entries else Text(tr("There are no entries."))


def balance_table(
    mandanten: Sequence[Mapping[str, object]] | None,
    credits: Mapping[str, Totals],
    switches: Switches,
    licences: Mapping[str, Licence],
    today: date,
) -> RenderableType:
    """The balance of each Mandant, with what deserves attention. `today` is the practice's local date.

    `mandanten` are the rows of the practice database; None if it could not be read.
    """
    if not credits:
        return Text(tr("The practice database has no billing practitioner."))
    unknown = tr("Unknown billing practitioner.") if mandanten is not None else None
    rows = {str(row["MandantId"]): row for row in mandanten or ()}
    columns = [(tr("topped up"), "topped_up"), (tr("charged"), "charged"), (tr("refunded"), "refunded")]
    wide = any(totals.transferred for totals in credits.values())
    columns += [(tr("transferred"), "transferred")] if wide else []
    notes = [] if wide else [tr("Note")]
    table = new_table(tr("Mandant"), *(f">{name}" for name, _ in columns), ">" + tr("Balance"), *notes)
    for mandant, totals in list(credits.items())[:MOST_ROWS]:
        row = rows.get(mandant)
        name = as_value(row["Name"]) if row else ""
        hints = [_low(totals.balance, switches)]
        hints.append(said(licence_problem(row["Lizenznummer"], licences, today)) if row else unknown)
        low, hint = hints[0], Text("\n".join(text for text in hints if text), "yellow")
        balance = Text(number(totals.balance), "bold red" if low else "bold")
        amounts = (number(getattr(totals, amount)) for _, amount in columns)
        shown = f"{as_value(mandant)} {name}".strip()
        if wide:  # no column is left for the hint
            table.add_row(Text.assemble(shown, "\n" if hint else "", hint), *amounts, balance)
        else:
            table.add_row(shown, *amounts, balance, hint)
    return with_rest(table, len(credits), _more_mandanten)


def _low(balance: int, switches: Switches) -> str | None:
    least: int = switches.values.get("CreditMindestbestand", 0)
    low = switches.values.get("CreditBestandPruefen") and is_below(balance, least)
    return tr("Balance is low (below {minimum})", minimum=number(least)) if low else None


def history_table(runs: Sequence[Mapping[str, Any]], zone: ZoneInfo, most: int = MOST_ROWS) -> RenderableType:
    """The job history; `most` rows of it."""
    if not runs:
        return Text(tr("No job was due in this period."))
    table = new_table("!" + tr("Time"), "!" + tr("Job"), "!" + tr("Result"), tr("What happened"))
    for run in runs[:most]:
        asked = run.get("question_ms")
        took = tr("answer of the practice database after {count} ms", count=number(asked)) if asked else ""
        told = [_counts_words(run["counts"]), *map(logged, run["reasons"]), took]
        outcome = Text(outcome_words(run["outcome"]), OUTCOME_COLOURS.get(run["outcome"], ""))
        what = Group(*(Text(line) for line in told if line))
        table.add_row(moment(instant_of(run["start"]), zone), fill(job_words(Job(run["job"])), 24), outcome, what)
    return with_rest(table, len(runs), more_lines, most)


def _counts_words(counts: Mapping[str, int]) -> str:
    """In the same order in each line, whatever the run met first."""
    ordered = sorted(counts, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
    return ", ".join(f"{count_words(key, counts[key])} {number(counts[key])}" for key in ordered)


def _more_mandanten(count: int) -> str:
    return trn(
        "… and {count} more billing practitioner; --json shows all.",
        "… and {count} more billing practitioners; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def _amount(value: int) -> str:
    return number(value) if value else "–"
