"""The tables of a preview, from its data to what rich prints."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chalicelib.messages.kind import Kind
from chalicelib.preview.result import REACHED, PlannedOutcome, Preview, PreviewLine
from chalicelib.rules.sending_rules import ADDRESS
from infra.cli.core.labels import channel_words, credits_words, kind_words, parts_words, short_id_words
from infra.cli.core.tables import MOST_ROWS, more_messages, more_patients, new_table, with_rest
from infra.language import moment, number, said, short
from infra.translation import tr, trn

_ONE_LINE = 28  # characters of a message and its time


def preview_tables(preview: Preview, zone: ZoneInfo) -> Iterator[RenderableType]:
    """The messages by when they leave; the patients left out, and why; the totals; the credits."""
    told = [line for line in preview.lines if line.outcome in REACHED]
    for leaves in sorted({line.leaves for line in told if line.leaves}):
        lines = [line for line in told if line.leaves == leaves]
        yield heading(tr("Send run {time}", time=moment(leaves, zone)))
        yield messages_table(lines, zone)
    for outcome, title in _titles().items():
        if lines := [line for line in preview.lines if line.outcome is outcome]:
            yield heading(title)
            yield reasons_table(lines, zone)
    yield heading(tr("In total"))
    yield _totals(preview)
    if preview.balances:
        yield Text()
        yield _credits(preview)


def heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def patient(line: PreviewLine) -> tuple[str, str]:
    return fill(line.patient, 10), line.name or "–"


def starts(line: PreviewLine, zone: ZoneInfo) -> str:
    when = moment(line.starts_at, zone) if line.starts_at else kind_words(Kind.BIRTHDAY)
    return "\n".join([when, *_entry(line)])


def _entry(line: PreviewLine) -> list[str]:
    """The short ID of an entry that exists already."""
    return [short_id_words(line.key)] if line.known else []


def messages_table(lines: Sequence[PreviewLine], zone: ZoneInfo, with_leaving: bool = False) -> RenderableType:
    headers = ["!" + tr("No."), tr("Name"), "!" + tr("Message"), "!" + tr("Channel")]
    table = new_table(*headers, ">" + tr("Parts"), ">" + tr("Credits"))
    for line in lines[:MOST_ROWS]:
        what, covered = [_what(line, zone)], line.outcome is PlannedOutcome.COVERED
        if with_leaving and line.leaves:
            what.append(tr("sent {time}", time=moment(line.leaves, zone)))
        what += [tr("(in the first one of the day)")] if covered else []
        parts = number(line.parts) if line.parts else "–"
        paid = ["–"] * 3 if covered else [channel_words(line.channel), parts, number(line.credits)]
        table.add_row(*patient(line), "\n".join([*what, *_entry(line)]), *paid)
    return with_rest(table, len(lines), more_messages)


def _what(line: PreviewLine, zone: ZoneInfo) -> str:
    """The message and the start of its appointment; on two lines if both need too much of one."""
    words = {
        Kind.REMINDER: tr("Reminder"), Kind.BIRTHDAY: tr("Greeting"), Kind.RESCHEDULED: tr("New time"),
        Kind.AGAIN: tr("Sent again"),
    }  # fmt: skip
    if not line.starts_at:
        return words[line.kind]
    starts_at = moment(line.starts_at, zone)
    longest = max(map(len, words.values())) + 1 + len(starts_at)
    return (" " if longest <= _ONE_LINE else "\n").join((words[line.kind], starts_at))


def reasons_table(lines: Sequence[PreviewLine], zone: ZoneInfo) -> RenderableType:
    table = new_table("!" + tr("No."), tr("Name"), "!" + tr("Appointment"), tr("Reason"))
    for line in lines[:MOST_ROWS]:
        addresses = line.outcome is PlannedOutcome.PHONE or line.rule == ADDRESS.name
        reason = short(line.reason) if addresses else said(line.reason)
        table.add_row(*patient(line), starts(line, zone), reason or "–")
    return with_rest(table, len(lines), more_patients)


def _titles() -> dict[PlannedOutcome, str]:
    return {
        PlannedOutcome.PHONE: tr("To phone, because there is no address"),
        PlannedOutcome.WAITS: tr("Prepared, but still waiting"),
        PlannedOutcome.ENDS: tr("Prepared, but will no longer be sent"),
        PlannedOutcome.LEFT_OUT: tr("Without a message"),
    }


def _totals(preview: Preview) -> Text:
    messages = [line for line in preview.lines if line.outcome is PlannedOutcome.MESSAGE]
    told = _messages(messages) if messages else tr("No message")
    outcomes = Counter(line.outcome for line in preview.lines)
    others = (PlannedOutcome.COVERED, PlannedOutcome.PHONE, *_titles())
    rest = [_counted(one, outcomes[one]) for one in dict.fromkeys(others) if outcomes[one]]
    return Text(f"{'; '.join(filter(None, (told, ', '.join(rest))))}.")


def _messages(messages: Sequence[PreviewLine]) -> str:
    return trn(
        "{count} message: {amounts}", "{count} messages: {amounts}",
        len(messages), count=number(len(messages)), amounts=_amounts(messages),
    )  # fmt: skip


def _amounts(messages: Sequence[PreviewLine]) -> str:
    sms = [line for line in messages if line.parts]
    mails = len(messages) - len(sms)
    amounts = []
    if sms:
        parts = parts_words(sum(line.parts for line in sms))
        amounts.append(
            trn("{count} SMS ({parts})", "{count} SMS ({parts})", len(sms), count=number(len(sms)), parts=parts)
        )
    if mails:
        amounts.append(trn("{count} e-mail", "{count} e-mails", mails, count=number(mails)))
    return ", ".join([*amounts, credits_words(sum(line.credits for line in messages))])


def _counted(outcome: PlannedOutcome, count: int) -> str:
    many = number(count)
    match outcome:
        case PlannedOutcome.COVERED:
            return trn("{count} combined", "{count} combined", count, count=many)
        case PlannedOutcome.PHONE:
            return trn("{count} to phone", "{count} to phone", count, count=many)
        case PlannedOutcome.WAITS:
            return trn("{count} waiting", "{count} waiting", count, count=many)
        case PlannedOutcome.ENDS:
            return trn("{count} no longer sent", "{count} no longer sent", count, count=many)
        case _:
            return trn("{count} without a message", "{count} without a message", count, count=many)


def _credits(preview: Preview) -> Table:
    costs = preview.costs()
    table = new_table(tr("Mandant"), ">" + tr("Balance"), ">" + tr("Cost"), ">" + tr("Left"))
    for mandant, balance in sorted(preview.balances.items()):
        cost = costs.get(mandant, 0)
        table.add_row(mandant, number(balance), number(cost), Text(number(balance - cost), "bold"))
    return table
