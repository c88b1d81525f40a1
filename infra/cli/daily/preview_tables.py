"""The tables of a preview, in German: from what is foreseen to what rich prints."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.messages.kind import Kind
from chalicelib.preview.result import REACHED, Difference, PlannedOutcome, Preview, PreviewLine
from chalicelib.rules.sending_rules import ADDRESS
from infra.cli.core.tables import MOST_ROWS, new_table, with_rest
from infra.language import counted, moment, number, said, short

WHAT = {Kind.REMINDER: "Erinnerung", Kind.BIRTHDAY: "Glückwunsch", Kind.RESCHEDULED: "Verschiebung"}
_TITLES = {
    PlannedOutcome.PHONE: "Anzurufen, weil keine Adresse da ist",
    PlannedOutcome.WAITS: "Aufbereitet, geht aber nicht weg",
    PlannedOutcome.ENDS: "Wartet noch, wird aber nicht mehr versendet",
    PlannedOutcome.LEFT_OUT: "Ohne Mitteilung",
}


def preview_tables(preview: Preview, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Who gets a message, by when it leaves; who does not, and why; the totals; the credits."""
    told = [line for line in preview.lines if line.outcome in REACHED]
    for leaves in sorted({line.leaves for line in told if line.leaves}):
        lines = [line for line in told if line.leaves == leaves]
        yield _heading(f"Versand {moment(leaves, zone)}")
        yield _messages(lines, zone)
    for fate, title in _TITLES.items():
        if lines := [line for line in preview.lines if line.outcome is fate]:
            yield _heading(title)
            yield _reasons(lines, zone)
    yield _heading("Insgesamt")
    yield _totals(preview)
    if preview.balances:
        yield Text()
        yield _credits(preview)


def difference_tables(compared: Difference, today: Preview, after: Preview, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Show what the settings change against the saved ones."""
    yield _heading("Gegenüber den gespeicherten Einstellungen")
    if not (compared.gains or compared.loses or compared.changes):
        yield Text("Die nächsten Läufe täten genau dasselbe.", "green")
    if compared.gains:
        yield Text(f"{_many(compared.gains, 'kommt', 'kommen')} dazu:", "green")
        yield _messages(compared.gains, zone, with_leaving=True)
    if compared.loses:
        yield Text(f"{_many(compared.loses, 'fällt', 'fallen')} weg:", "red")
        yield _reasons(compared.loses, zone)
    if compared.changes:
        yield Text(f"{_many(compared.changes, 'ändert', 'ändern')} sich:", "yellow")
        yield _changes(compared.changes, zone)
    yield Text()
    yield _costs(today, after)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _many(messages: Sequence[object], one: str, many: str) -> str:
    return f"{counted(len(messages), 'Mitteilung', 'Mitteilungen')} {one if len(messages) == 1 else many}"


def _patient(line: PreviewLine) -> tuple[str, str]:
    return fill(line.patient, 10), line.name or "–"


def _begins(line: PreviewLine, zone: ZoneInfo) -> str:
    return moment(line.starts_at, zone) if line.starts_at else "Geburtstag"


def _messages(lines: Sequence[PreviewLine], zone: ZoneInfo, with_leaving: bool = False) -> RenderableType:
    table = new_table("!Nr.", "Name", "!Mitteilung", "!Kanal", ">Teile", ">Credits")
    for line in lines[:MOST_ROWS]:
        what = f"{WHAT[line.kind]} {moment(line.starts_at, zone) if line.starts_at else ''}".rstrip()
        if with_leaving and line.leaves:
            what = f"{what}\num {moment(line.leaves, zone)}"
        if line.outcome is PlannedOutcome.COVERED:
            table.add_row(*_patient(line), f"{what}\n(in der ersten des Tages)", "–", "–", "–")
        else:
            parts = number(line.parts) if line.parts else "–"
            table.add_row(*_patient(line), what, line.channel or "–", parts, number(line.credits))
    return with_rest(table, len(lines), "weitere Mitteilungen")


def _reasons(lines: Sequence[PreviewLine], zone: ZoneInfo) -> RenderableType:
    table = new_table("!Nr.", "Name", "!Termin", "Grund")
    for line in lines[:MOST_ROWS]:
        addresses = line.outcome is PlannedOutcome.PHONE or line.rule == ADDRESS.name
        reason = short(line.reason) if addresses else said(line.reason)
        table.add_row(*_patient(line), _begins(line, zone), reason or "–")
    return with_rest(table, len(lines), "weitere Patienten")


def _changes(changes: Sequence[tuple[PreviewLine, PreviewLine]], zone: ZoneInfo) -> RenderableType:
    table = new_table("!Nr.", "Name", "!Termin", "Änderung")
    for old, new in changes[:MOST_ROWS]:
        table.add_row(*_patient(new), _begins(new, zone), ", ".join(_changed(old, new, zone)))
    return with_rest(table, len(changes), "weitere Patienten")


def _changed(old: PreviewLine, new: PreviewLine, zone: ZoneInfo) -> Iterator[str]:
    if old.channel != new.channel:
        yield f"{old.channel or '–'} → {new.channel or '–'}"
    if old.leaves and new.leaves and old.leaves != new.leaves:
        before, after = moment(old.leaves, zone), moment(new.leaves, zone)
        same_day = before[:-5] == after[:-5]
        yield f"Versand {before} → {after[-5:] if same_day else after}"
    if old.mandant != new.mandant:
        yield f"Mandant {old.mandant or '–'} → {new.mandant or '–'}"
    if old.credits != new.credits:
        yield f"Credits {number(old.credits)} → {number(new.credits)}"
    if (old.outcome, new.outcome) == (PlannedOutcome.MESSAGE, PlannedOutcome.COVERED):
        yield "steht neu in der ersten Erinnerung des Tages"
    elif (old.outcome, new.outcome) == (PlannedOutcome.COVERED, PlannedOutcome.MESSAGE):
        yield "erhält eine eigene Mitteilung"
    elif old.channel == new.channel and (old.subject, old.text) != (new.subject, new.text):
        yield "anderer Text"


def _totals(preview: Preview) -> Text:
    messages = [line for line in preview.lines if line.outcome is PlannedOutcome.MESSAGE]
    fates = Counter(line.outcome for line in preview.lines)
    sms = [line for line in messages if line.parts]
    mails, parts = len(messages) - len(sms), sum(line.parts for line in sms)
    texts = [f"{number(len(sms))} SMS ({counted(parts, 'Teil', 'Teile')})"] if sms else []
    texts += [counted(mails, "E-Mail", "E-Mails")] if mails else []
    texts += [counted(sum(line.credits for line in messages), "Credit", "Credits")]
    told = (
        f"{counted(len(messages), 'Mitteilung', 'Mitteilungen')}: {', '.join(texts)}"
        if messages
        else "Keine Mitteilung"
    )
    others = {PlannedOutcome.COVERED: "zusammengefasst", PlannedOutcome.PHONE: "anzurufen",
    PlannedOutcome.WAITS: "in Wartestellung",
              PlannedOutcome.ENDS: "ohne Versand beendet", PlannedOutcome.LEFT_OUT: "ohne Mitteilung"}  # fmt: skip
    rest = [f"{number(fates[fate])} {word}" for fate, word in others.items() if fates[fate]]
    return Text(f"{told}{'; ' if rest else ''}{', '.join(rest)}.")


def _credits(preview: Preview) -> Table:
    costs = preview.costs()
    table = new_table("Mandant", ">Guthaben", ">Verbrauch", ">danach")
    for mandant, balance in sorted(preview.balances.items()):
        cost = costs.get(mandant, 0)
        table.add_row(mandant, number(balance), number(cost), Text(number(balance - cost), "bold"))
    return table


def _costs(today: Preview, after: Preview) -> Table:
    before, now = today.costs(), after.costs()
    table = new_table("Mandant", ">Credits heute", ">neu", ">Unterschied")
    for mandant in sorted(before.keys() | now.keys()):
        old, new = before.get(mandant, 0), now.get(mandant, 0)
        difference = f"{'+' if new > old else ''}{number(new - old)}"
        table.add_row(mandant, number(old), number(new), difference)
    return table
