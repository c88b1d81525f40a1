"""The tables of what other settings change in a preview."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.preview.result import Difference, PlannedOutcome, Preview, PreviewLine
from infra.cli.core.labels import channel_words
from infra.cli.core.tables import MOST_ROWS, more_patients, new_table, with_rest
from infra.cli.daily.preview_tables import heading, messages_table, patient, reasons_table, starts
from infra.language import moment, number
from infra.translation import tr, trn


def difference_tables(compared: Difference, today: Preview, after: Preview, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Show what the settings change against the saved ones."""
    gains, loses, changes = compared.gains, compared.loses, compared.changes
    yield heading(tr("Compared with the saved settings"))
    if not (gains or loses or changes):
        yield Text(tr("The next runs would do exactly the same."), "green")
    if gains:
        many = number(len(gains))
        yield Text(trn("{count} message is added:", "{count} messages are added:", len(gains), count=many), "green")
        yield messages_table(gains, zone, with_leaving=True)
    if loses:
        many = number(len(loses))
        yield Text(trn("{count} message is dropped:", "{count} messages are dropped:", len(loses), count=many), "red")
        yield reasons_table(loses, zone)
    if changes:
        many = number(len(changes))
        yield Text(trn("{count} message changes:", "{count} messages change:", len(changes), count=many), "yellow")
        yield _changes(changes, zone)
    yield Text()
    yield _costs(today, after)


def _changes(changes: Sequence[tuple[PreviewLine, PreviewLine]], zone: ZoneInfo) -> RenderableType:
    table = new_table("!" + tr("No."), tr("Name"), "!" + tr("Appointment"), tr("Change"))
    for old, new in changes[:MOST_ROWS]:
        table.add_row(*patient(new), starts(new, zone), ", ".join(_changed(old, new, zone)))
    return with_rest(table, len(changes), more_patients)


def _changed(old: PreviewLine, new: PreviewLine, zone: ZoneInfo) -> Iterator[str]:
    if old.channel != new.channel:
        yield f"{channel_words(old.channel)} → {channel_words(new.channel)}"
    if old.leaves and new.leaves and old.leaves != new.leaves:
        before, after = moment(old.leaves, zone), moment(new.leaves, zone)
        same_day = before[:-5] == after[:-5]
        yield tr("send run {before} → {after}", before=before, after=after[-5:] if same_day else after)
    if old.mandant != new.mandant:
        yield tr("billing practitioner {before} → {after}", before=old.mandant or "–", after=new.mandant or "–")
    if old.credits != new.credits:
        yield tr("credits {before} → {after}", before=number(old.credits), after=number(new.credits))
    if (old.outcome, new.outcome) == (PlannedOutcome.MESSAGE, PlannedOutcome.COVERED):
        yield tr("now in the first reminder of the day")
    elif (old.outcome, new.outcome) == (PlannedOutcome.COVERED, PlannedOutcome.MESSAGE):
        yield tr("gets a separate message")
    elif old.channel == new.channel and (old.subject, old.text) != (new.subject, new.text):
        yield tr("different text")


def _costs(today: Preview, after: Preview) -> Table:
    before, now = today.costs(), after.costs()
    table = new_table(tr("Mandant"), ">" + tr("Credits now"), ">" + tr("new"), ">" + tr("Difference"))
    for mandant in sorted(before.keys() | now.keys()):
        old, new = before.get(mandant, 0), now.get(mandant, 0)
        difference = f"{'+' if new > old else ''}{number(new - old)}"
        table.add_row(mandant, number(old), number(new), difference)
    return table
