"""The reconciliation of a day on a screen of 80 columns or more."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from chalicelib.entries.entry import short_id
from chalicelib.reports.checks.day_words import by_day_and_payer
from chalicelib.reports.checks.day_words import reason_words as words_of_reason
from chalicelib.reports.reconciliation import AppointmentResult, Column, Misinformed, Reconciliation, column_label
from infra.cli.core.tables import MOST_ROWS, more_patients, new_table, with_rest
from infra.language import day_words, moment, number, said, short
from infra.translation import tr, trn

_WIDTH = 60  # of the bar
_PAYER = 24  # characters of a name on a line
COLOURS = {
    Column.DELIVERED: "green",
    Column.UNDERWAY: "cyan",
    Column.COVERED: "blue",
    Column.EXCLUDED: "bright_black",
    Column.TO_PHONE: "yellow",
}
_FILLINGS = dict(zip(Column, "█▓▒░!", strict=True))  # told apart without colours too


def shown_check(reconciled: Reconciliation, practice: str, zone: ZoneInfo, now: datetime) -> Iterator[RenderableType]:
    """All of it, with an empty line between the parts."""
    yield Text(tr("Daily check of {day}, {practice}", day=day_words(reconciled.day), practice=practice), "bold")
    if not reconciled.days:
        yield Text(tr("No run that searches for appointments is planned on this day."))
        return
    days = ", ".join(map(day_words, reconciled.days))
    yield Text(tr("Definite appointments of {days}; as of {time}", days=days, time=moment(now, zone)))
    yield Text()
    if reconciled.results:
        yield _columns(reconciled, zone)
        yield Text()
        yield _bar(reconciled)
    for title, standing in _why().items():
        lines = [line for line in reconciled.results if line.column is standing]
        if lines:
            yield Text()
            yield _reasons(title, lines)
    if reconciled.misinformed:
        yield Text()
        yield _astray(reconciled.misinformed, zone)
    yield Text()
    yield _sum(reconciled)


def headers() -> list[str]:
    """Of the columns in their order; a translation breaks them into lines of about six characters."""
    return [tr("deliv-\nered"), tr("on its\nway"), tr("com-\nbined"), tr("ex-\ncluded"), tr("call\nlist")]


def _why() -> dict[str, Column]:
    return {
        tr("Why excluded"): Column.EXCLUDED,
        tr("Progress"): Column.UNDERWAY,
        tr("Reason to phone"): Column.TO_PHONE,
    }


def _columns(reconciled: Reconciliation, zone: ZoneInfo) -> RenderableType:
    """A row for each Mandant, by day, and their sum."""
    table = new_table(tr("Mandant"), ">" + tr("appoint-\nments"), *(f">{header}" for header in headers()))
    table.columns[0].max_width = _PAYER
    rows = by_day_and_payer(reconciled.results, zone, tr("no billing practitioner"))
    days = [day for day, _ in rows]
    for (day, payer), lines in rows.items():
        if len(reconciled.days) > 1 and day in days:
            table.add_row(Text(tr("Start unreadable") if day == date.max else day_words(day), "bold"))
            days = [one for one in days if one != day]
        table.add_row(payer, *_amounts(lines))
    table.add_section()
    table.add_row(Text(tr("All"), "bold"), *(Text(amount, "bold") for amount in _amounts(reconciled.results)))
    table.add_row("", "100 %", *(f"{share} %" for share in shares(reconciled.counts).values()))
    return table


def _amounts(lines: Sequence[AppointmentResult]) -> list[str]:
    counts = Counter(line.column for line in lines)
    done = sum(line.call is not None for line in lines)
    amounts = [number(counts[standing]) if counts[standing] else "–" for standing in Column]
    return [number(len(lines)), *amounts[:-1], f"{amounts[-1]} ({number(done)} ✓)" if done else amounts[-1]]


def shares(counts: Mapping[Column, int]) -> dict[Column, int]:
    """Whole percentages that add up to 100: what is cut off goes to where most was cut. Nothing without a count."""
    return _parts(counts, 100)


def _parts(counts: Mapping[Column, int], whole: int) -> dict[Column, int]:
    total = sum(counts.values()) or 1
    parts = {standing: counts[standing] * whole // total for standing in Column}
    left = (whole if sum(counts.values()) else 0) - sum(parts.values())
    by_loss = sorted(Column, key=lambda standing: counts[standing] * whole % total, reverse=True)
    return {standing: part + (standing in by_loss[:left]) for standing, part in parts.items()}


def _bar(reconciled: Reconciliation) -> RenderableType:
    there = [
        (standing, cells)
        for standing, cells in _parts(reconciled.counts, _WIDTH).items()
        if reconciled.counts[standing]
    ]
    bar = Text.assemble(*((_FILLINGS[standing] * max(cells, 1), COLOURS[standing]) for standing, cells in there))
    legend = [Text.assemble((_FILLINGS[one], COLOURS[one]), f" {said(column_label(one))}") for one, _ in there]
    return Group(bar, Text("   ").join(legend))


def reason_words(line: AppointmentResult) -> str:
    return words_of_reason(line, said, short)


def _reasons(title: str, lines: Sequence[AppointmentResult]) -> RenderableType:
    table = new_table(">" + tr("Count"), title)
    for reason, count in Counter(map(reason_words, lines)).most_common():
        table.add_row(number(count), reason)
    return table


def _astray(found: Sequence[Misinformed], zone: ZoneInfo) -> RenderableType:
    """Patients who would come in vain, or too late."""
    patient = f"{tr('Patient')}\n{tr('Short ID')}"
    table = new_table(f"!{patient}", "!" + tr("Announced"), tr("Valid now"), "!" + tr("Phone"))
    for one in found[:MOST_ROWS]:
        now = moment(one.starts_at, zone) if one.starts_at else said(one.reason)
        phones = "\n".join(fill(phone, 21) for _, phone in one.phones) or "–"
        who = f"{fill(one.name or one.patient, 22)}\n{short_id(one.key)}"
        table.add_row(who, moment(one.announced_start, zone), now, phones, style="red")
    title = tr("These patients were told a time that has since changed: please phone them")
    return Group(Text(title, "bold red"), with_rest(table, len(found), more_patients))


def _sum(reconciled: Reconciliation) -> Text:
    amounts = {"count": number(reconciled.total), "placed": number(len(reconciled.results))}
    if reconciled.adds_up:
        adds_up = trn(
            "Adds up: {count} definite appointment in the practice database, {placed} in the columns.",
            "Adds up: {count} definite appointments in the practice database, {placed} in the columns.",
            reconciled.total,
            **amounts,
        )
        return Text(adds_up, "green")
    names = ", ".join(name or tr("without a TerminId") for name in reconciled.unaccounted[:MOST_ROWS])
    astray = trn(
        "Does not add up: {count} definite appointment in the practice database, {placed} in the columns. "
        "In no column: {names}.",
        "Does not add up: {count} definite appointments in the practice database, {placed} in the columns. "
        "In no column: {names}.",
        reconciled.total, names=names, **amounts,
    )  # fmt: skip
    return Text(astray, "bold red")
