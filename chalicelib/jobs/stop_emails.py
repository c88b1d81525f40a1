"""Stop the e-mails of a practice alone, before AWS pauses those of all practices because of its addresses.

«Reputation metrics messages» (Amazon SES Developer Guide): AWS reviews an account from 5 % bounces or 0.1 % complaints
on. A practice is stopped at more than half of that among its last 500 e-mails: 12 bounces. Half of 0.1 % of them is
less than one complaint, and one angry reader says nothing about the others: the second complaint stops.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.entries.groups import Group
from chalicelib.jobs.ports import JobPorts
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import stopped_alert
from chalicelib.planning.context import RunContext
from chalicelib.practice.opt_out import Source
from chalicelib.practice.record import PracticeRecord
from chalicelib.text import Text

LAST = 500
MOST = {Source.BOUNCE: 12, Source.COMPLAINT: 1}
_NO_EARLIER = timedelta(days=60)  # who sends few e-mails has not 500 of the same list


def stop_emails(new: Counter[Source], context: RunContext, ports: JobPorts) -> None:
    """Stop if too many addresses were opted out by their mailbox or reader; `new` counts those of this run.

    The record has the others: the entries are read only if there may be too many. Those before a person resumed do not
    count. It comes before the events are applied: if a worker dies, the next one does it.
    """
    since = max(filter(None, [context.now - _NO_EARLIER, context.record.resumed]))
    if not _too_many(new, context.record, since):
        return
    practice = context.run.practice
    entries = ports.store.entries_in(practice, Group, {Group.ENDED: since})
    sent = sorted(one.reserved_at for one in entries if one.channel == Channel.EMAIL and one.reserved_at)
    for source, count in _too_many(new, context.record, max([since, *sent[-LAST : 1 - LAST]])).items():
        reason = Text(f"stop.emails.{source}", found=count, last=LAST, most=MOST[source])
        if ports.stops.stop_emails(practice, reason):
            context.tally.add_alert(stopped_alert(reason, "emails"), context.record.alerts)


def _too_many(new: Counter[Source], record: PracticeRecord, since: datetime) -> dict[Source, int]:
    """The sources with too many opt-outs of e-mail addresses since an instant (UTC), and how many. Pure."""
    known = Counter(one.source for one in record.opt_outs.values() if one.channel is Channel.EMAIL and one.at >= since)
    return {source: count for source, most in MOST.items() if (count := known[source] + new[source]) > most}
