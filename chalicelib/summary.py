"""The daily summary: what became of the day's messages, what they cost, whom to phone. For people without a command.

Its job is due at the first status tick an hour after the day's last send slot, and tells of that day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from .alerts import AlertMailError, Alerts
from .call_list import entries_to_phone, unsearched, why_unsent
from .context import RunContext
from .job import Job
from .store import Store
from .summary_text import summary_text

SENDEN = ("TerminerinnerungSenden", "GeburtstagsglueckwuenscheSenden")


def send_summary(context: RunContext, store: Store, alerts: Alerts, stop: str | None) -> None:
    """Send the day's summary to MeldungAn; nothing where nobody wants it, or where the practice sends nothing.

    `stop` is the German reason of a stop mark.
    """
    switches = context.switches
    to, wanted = switches.values.get("MeldungAn", ()), [switches.values.get(name) for name in SENDEN]
    if not to or not any(wanted):
        return
    practice, zone = context.run.practice, switches["Zeitzone"]
    day = context.record.jobs[Job.SUMMARY].day_told(context.run.slot)
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    waiting = [entry for group in ("prepared", "held") for entry in store.open_entries(practice, group)]
    others = [entry for group in ("underway", "unreached") for entry in store.open_entries(practice, group)]
    others += store.open_entries(practice, "ended", since=start)
    sent = [entry for entry in others if entry.reserved_at and entry.reserved_at >= start]
    payers = {entry.mandant for entry in [*sent, *waiting] if entry.mandant}
    balances = store.balances(practice, payers) if payers else {}
    calls = entries_to_phone([*waiting, *others], context.record.jobs[Job.SEND], context.now)
    subject, text = summary_text(
        practice=practice, day=day, zone=zone, sent=sent, waiting=waiting, calls=calls, balances=balances,
        stopped=stop, unsent=why_unsent(stop, context.record.alerts), failed=unsearched(context.record.alerts),
    )  # fmt: skip
    try:
        alerts.mail(to, subject, text)
    except AlertMailError as error:
        context.tally.error(f"Die Tagesübersicht konnte nicht versendet werden ({error}).")
    context.tally.counts["Anrufe"] = len(calls)
