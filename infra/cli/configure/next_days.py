"""The effect of a change of settings on the next days: shown, and asked about, before it is saved."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.practice.switches import SWITCH_OF_JOB
from chalicelib.schedule.job import SCHEDULED, Job
from chalicelib.schedule.schedule import slot_day
from chalicelib.text import Text
from infra.cli.core.confirmation import confirmed
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.output import Document, hints, printed
from infra.language import number, said, words
from infra.translation import tr, trn

if TYPE_CHECKING:
    from rich.text import Text as Line

    from chalicelib.aws.deployment import Deployment
    from chalicelib.practice.practice import Practice
    from chalicelib.practice_db.database import PracticeDatabase
    from chalicelib.preview.forecast import Planned

_AHEAD = timedelta(days=7)
_DECIDING = (*SWITCH_OF_JOB.values(), "OffsetStartTage", "OffsetSuchTage", "Versandfenster", "Zeitzone")


@dataclass(frozen=True)
class NextDays:
    """The messages that leave up to and including `last` (local) with the saved settings (`today`) and with others.

    `unread` says why they are unknown. `calls` are appointments that no search finds in time.
    """

    searches: Sequence[Text]
    last: date
    zone: Any
    today: Sequence[Planned] = ()
    changed: Sequence[Planned] = ()
    balances: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0
    unread: Text | None = None

    def lines(self) -> list[Line]:
        """For a person; the searches first."""
        told = [*map(said, self.searches)]
        if self.unread:
            return hints([*told, said(self.unread), tr("It is not known how many messages this means.")])
        if self.calls:
            many = number(self.calls)
            told.append(trn("{count} patient goes on the call list.", "{count} patients go on the call list.",
                            self.calls, count=many))  # fmt: skip
        return [*hints([*told, *self._messages()]), *hints(self._lacking(), "bold red")]

    def document(self) -> Document:
        read = self.unread is None
        today, changed = self._costs
        return {
            "until": self.last.isoformat(),
            "searches": text_documents(self.searches),
            "messages": {"today": len(self.today), "changed": len(self.changed)} if read else None,
            "calls": self.calls if read else None,
            "credits": {
                one: {"today": today[one], "changed": changed[one], "balance": balance}
                for one, balance in sorted(self.balances.items())
            },
            "unread": text_document(self.unread),
        }

    @cached_property
    def _costs(self) -> tuple[Counter[str], Counter[str]]:
        """Credits by Mandant."""
        found = Counter[str](), Counter[str]()
        for costs, planned in zip(found, (self.today, self.changed), strict=True):
            for one in planned:
                costs[one.mandant] += one.credits
        return found

    def _messages(self) -> Iterator[str]:
        today, changed = (_by_day(planned, self.zone) for planned in (self.today, self.changed))
        if differing := [day for day in today | changed if today[day] != changed[day]]:
            first = min(differing)
            count, before = changed[first], today[first]
            yield trn(
                "On {day}, {count} message leaves instead of {before}.",
                "On {day}, {count} messages leave instead of {before}.",
                count, day=_near(first), count=number(count), before=number(before),
            )  # fmt: skip
        count, before = changed.total(), today.total()
        if count != before:
            yield trn(
                "Up to {day}, {count} message leaves instead of {before}.",
                "Up to {day}, {count} messages leave instead of {before}.",
                count, day=_near(self.last), count=number(count), before=number(before),
            )  # fmt: skip
        for mandant, balance in sorted(self.balances.items()):
            before, count = (one[mandant] for one in self._costs)
            if before != count:
                yield trn(
                    "{mandant} needs {count} credit for this instead of {before}, and has {balance}.",
                    "{mandant} needs {count} credits for this instead of {before}, and has {balance}.",
                    count, mandant=mandant, count=number(count), before=number(before), balance=number(balance),
                )  # fmt: skip

    def _lacking(self) -> Iterator[str]:
        for mandant, balance in sorted(self.balances.items()):
            if (lacking := self._costs[1][mandant] - balance) > 0:
                yield trn(
                    "{mandant} lacks {count} credit: not all of these messages leave.",
                    "{mandant} lacks {count} credits: not all of these messages leave.",
                    lacking, mandant=mandant, count=number(lacking),
                )  # fmt: skip


def next_days(before: Practice, after: Practice, deployment: Deployment) -> NextDays | None:
    """The next seven days; None if the change does nothing to their searches and messages. Reads only."""
    if _deciding(before) == _deciding(after):
        return None
    from chalicelib.planning.search_change import search_change

    now, zone = deployment.now, after.zone
    change = search_change(before, after, now)
    differs = bool(change.added or change.later or change.lost or change.dropped) or (change.before is None) != (
        change.after is None
    )
    searches = [*change.sentences(zone)] if differs else []
    found = NextDays(
        searches, slot_day(now + _AHEAD, zone), zone, **_read(before, after, bool(change.lost), deployment)
    )
    if differs or found.calls or (_stops(before) != _stops(after) if found.unread else _differ(found)):
        return found
    return None


def asked_first(found: NextDays | None, question: str, yes: bool) -> list[Line]:
    """Ask whether to save this, if it changes the next days; `question` is asked in any case, unless it is empty.

    Return what the answer has to say then: nothing that the person has seen already.
    """
    lines = found.lines() if found else []
    if lines:
        lines = [_heading(), *lines]
    if yes or not (found or question):
        return lines
    printed(lines, sys.stderr)
    confirmed(question or tr("Save this?"), yes=False)
    return []


def _near(day: date) -> str:
    return words().near_day(day)


def _heading() -> Line:
    from rich.text import Text as Line

    return Line(tr("What this changes in the next days:"), "bold")


def _deciding(practice: Practice) -> list[Any]:
    """The settings that decide which days are searched, and when messages leave."""
    switches, jobs = practice.validated.switches.values, practice.validated.jobs
    scheduled = [job for job in SCHEDULED if job is not Job.STATUS]
    times = [(jobs.schedules.get(job), jobs.activated.get(job)) for job in scheduled]
    return [*map(switches.get, _DECIDING), *times]


def _stops(practice: Practice) -> list[bool]:
    from chalicelib.preview.dry_run import run_blockers

    return [bool(run_blockers(practice, job)) for job in (Job.PREPARE_BIRTHDAYS, Job.SEND)]


def _differ(found: NextDays) -> bool:
    """Whether other messages leave on a day."""
    days = [Counter((slot_day(one.leaves, found.zone), one.mandant, one.kind) for one in planned)
            for planned in (found.today, found.changed)]  # fmt: skip
    return days[0] != days[1]


def _by_day(planned: Sequence[Planned], zone: Any) -> Counter[date]:
    return Counter(slot_day(one.leaves, zone) for one in planned)


def _read(before: Practice, after: Practice, lost: bool, deployment: Deployment) -> dict[str, Any]:
    """The messages of both, and who is lost, from the practice database; or why it cannot be read."""
    from chalicelib.aws.parameter_store import ParameterError
    from chalicelib.practice_db.errors import PracticeDatabaseError

    clients = deployment.clients
    try:
        with clients.open_database(clients.parameters.database_url(before.id)) as database:
            today, changed = (_planned(one, database, deployment) for one in (before, after))
            calls = [_lost(one, database, deployment) for one in (before, after)] if lost else [0, 0]
    except (PracticeDatabaseError, ParameterError) as error:
        return {"unread": error.text}
    payers = {one.mandant for one in [*today, *changed] if one.mandant}
    balances = clients.store.balances(before.id, payers) if payers else {}
    return {"today": today, "changed": changed, "balances": balances, "calls": max(0, calls[1] - calls[0])}


def _planned(practice: Practice, database: PracticeDatabase, deployment: Deployment) -> list[Planned]:
    from chalicelib.preview.dry_run import PreviewPorts
    from chalicelib.preview.planned_messages import planned_messages

    clients, end = deployment.clients, slot_day(deployment.now + _AHEAD, practice.zone)
    opt_outs, tariff = clients.parameters.opt_outs(practice.record), clients.parameters.tariff()
    found = planned_messages(practice, deployment.now, end, PreviewPorts(database, clients.store, tariff, opt_outs))
    return [one for one in found if not one.covered]


def _lost(practice: Practice, database: PracticeDatabase, deployment: Deployment) -> int:
    from chalicelib.reports.appointments import Appointments, context_of
    from chalicelib.reports.reconcile_day import lost_appointments

    rows = Appointments(database, practice.zone, practice.validated.switches.values.get("DefaultSMSMandant"))
    return len(lost_appointments(context_of(practice, deployment), rows, deployment.clients.store))
