"""`vitosms credits forecast`: when the credits of each Mandant run out."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from chalicelib.practice.practice import Practice
from chalicelib.preview.forecast import Forecast, Use
from chalicelib.text import Text as Reason
from infra.cli.core.documents import Said, local, text_document
from infra.cli.core.output import Document
from infra.cli.core.tables import new_table, with_rest
from infra.cli.core.unread import EXPERIENCE, unread_remark
from infra.language import day_words, number, said
from infra.translation import tr, trn

_DAYS_SHOWN = 7


def remarks_on(practice: Practice, unread: Reason | None) -> list[Said]:
    """Why the practice database cannot be read, and what blocks the jobs."""
    from chalicelib.preview.dry_run import run_blockers
    from chalicelib.schedule.job import SCHEDULED, Job

    told: list[Said] = [*unread_remark(unread, EXPERIENCE)]
    told += [reason for job in SCHEDULED if job is not Job.STATUS for reason in run_blockers(practice, job)]
    return list(dict.fromkeys(told))


def sentence(found: Forecast, zone: ZoneInfo, problem: Reason | None = None) -> Text:
    """Say until when the balance lasts, and which messages it then lacks; `problem` is why the Mandant may not send."""
    head, balance = Text(f"{tr('{heading}:', heading=found.mandant)} ", "bold"), number(found.balance)
    if problem:
        credits, reason = said(Reason("credits", count=found.balance)), said(problem).rstrip(".")
        return Text.assemble(
            head, (tr("{balance} (sends nothing: {reason})", balance=credits, reason=reason), "yellow")
        )
    if found.until is None:
        lasts = trn(
            "{count} credit lasts beyond {day}", "{count} credits last beyond {day}",
            found.balance, count=balance, day=f"{found.end:%d.%m.}",
        )  # fmt: skip
        return Text.assemble(head, (lasts, "green"))
    at = found.until.astimezone(zone)
    lasts = trn(
        "{count} credit lasts until {weekday}, {day}, {time}", "{count} credits last until {weekday}, {day}, {time}",
        found.balance, count=balance,
        weekday=said(Reason(f"weekday.long.{at.weekday()}")), day=f"{at:%d.%m.}", time=f"{at:%H:%M}",
    )  # fmt: skip
    usual = "" if found.by_agenda else f" {tr('(the usual use on this weekday)')}"
    return Text.assemble(head, (lasts, "bold red"), usual, f"; {_affected(found)}")


def _affected(found: Forecast) -> str:
    """Which known messages the balance does not pay."""
    day = f"{found.end:%d.%m.}"
    count = found.reminders + found.greetings
    reminders = trn("{count} reminder", "{count} reminders", found.reminders, count=number(found.reminders))
    greetings = trn("{count} greeting", "{count} greetings", found.greetings, count=number(found.greetings))
    if found.reminders and found.greetings:
        return tr(
            "{reminders} and {greetings} up to {day} are affected", reminders=reminders, greetings=greetings, day=day
        )
    if not count:
        return tr("no known message up to {day} is affected yet", day=day)
    messages = reminders if found.reminders else greetings
    return trn(
        "{messages} up to {day} is affected", "{messages} up to {day} are affected", count, messages=messages, day=day
    )


def uses_table(found: Forecast) -> Iterator[RenderableType]:
    """Show the credits of each day, by appointments and as usual: the greater number counts. Empty if none are used."""
    uses = [use for use in found.uses if use.expected]
    if not uses:
        return
    columns = (tr("by appointments"), tr("as usual"), tr("remaining"))
    table = new_table("!" + tr("Day"), *(f">{name}" for name in columns))
    for use in uses[:_DAYS_SHOWN]:
        known = Text(number(use.known), "bold" if use.by_agenda else "")
        usual = Text(number(use.usual), "" if use.by_agenda else "bold")
        table.add_row(day_words(use.day), known, usual, _left(use))
    yield with_rest(table, len(uses), _more_days, _DAYS_SHOWN)
    yield Text()


def _left(use: Use) -> Text:
    if use.left >= 0:
        return Text(number(use.left))
    return Text(trn("{count} is missing", "{count} are missing", -use.left, count=number(-use.left)), "bold red")


def _more_days(count: int) -> str:
    return trn(
        "… and {count} more day; --json shows all.", "… and {count} more days; --json shows all.",
        count, count=number(count),
    )  # fmt: skip


def forecast_document(found: Forecast, zone: ZoneInfo, problem: Reason | None) -> Document:
    return {
        "licence_problem": text_document(problem),
        "balance": found.balance,
        "end": found.end.isoformat(),
        "lasts_until": local(found.until, zone),
        "by": ("agenda" if found.by_agenda else "past") if found.until else None,
        "reminders": found.reminders,
        "greetings": found.greetings,
        "days": [
            {"day": use.day.isoformat(), "known": use.known, "usual": use.usual, "expected": use.expected,
             "by": "agenda" if use.by_agenda else "past", "left": use.left}
            for use in found.uses
        ],
    }  # fmt: skip
