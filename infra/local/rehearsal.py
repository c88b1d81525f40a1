"""Rehearse a span of days of a practice on a fresh local cloud; nothing leaves the machine."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

import app
from chalicelib.aws.items import entry_of
from chalicelib.aws.practice_database import practice_database
from chalicelib.entries.credits import TopUp, Totals, totals_of
from chalicelib.entries.entry import Entry
from chalicelib.messages.recipient import Address, email_address
from chalicelib.planning.outlook import current_rules
from chalicelib.practice.practice import Practice
from chalicelib.practice.record import Licence, PracticeRecord, normal_number
from chalicelib.practice.settings_shown import SETTINGS
from chalicelib.practice.switches import read_switches
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.database import Row, open_practice_database
from chalicelib.practice_db.raw_columns import find_columns
from chalicelib.reports.appointments import Appointments
from chalicelib.reports.call_list import UNSENT, Call
from chalicelib.reports.current_call_list import current_calls
from chalicelib.reports.reconcile_day import lost_appointments
from chalicelib.schedule.job_state import JobState, new_jobs
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.wiring import wiring
from infra.local.clients import REGION
from infra.local.cloud import LocalCloud
from infra.local.networks.sent_message import SentMessage
from infra.local.plan_errors import no_licence, no_mandant, refused_value

LICENCE_STATES = ("valid", "revoked", "expired")


@dataclass(frozen=True)
class Change:
    """An event during the rehearsal, at an aware time."""

    at: datetime
    act: Callable[[], None]


@dataclass(frozen=True)
class Plan:
    """The plan of a rehearsal. `start` and `end` are aware; `licences` are valid, revoked or expired, by number.

    `switches` are parameters by name under the practice's `Schalter/`, or under its root if the name has a slash
    (`Auftraege/send/Aktiviert`). With `all_settings` the others are saved too, as `practice add` does.
    """

    database: str
    start: datetime
    end: datetime
    practice: str = "praxis"
    switches: Mapping[str, str] = field(default_factory=dict)
    topups: Mapping[str, int] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)
    carrier_failures: float = 0.0
    seed: int = 0
    sms_region: str = REGION
    changes: tuple[Change, ...] = ()
    all_settings: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """A practice on an open local cloud, with the results up to now."""

    plan: Plan
    cloud: LocalCloud
    zone: ZoneInfo
    mandanten: tuple[Row, ...]
    statements: list[str]  # each SQL statement that the handlers executed

    def play(self, progress: Callable[[datetime], None] | None = None) -> None:
        """Let the plan's span pass."""
        self.cloud.play(self.plan.end, progress)

    def entries(self) -> list[Entry]:
        """All entries, by start (greetings by their day) and identity."""
        items = (item for item in self.cloud.scan_table() if item["sk"] == "entry")
        return sorted(map(entry_of, items), key=lambda entry: (entry.expires_at, entry.identity))

    def messages(self) -> list[SentMessage]:
        """The accepted messages; those of one instant by recipient, since parallel requests arrive in any order."""
        return sorted(self.cloud.networks.messages, key=lambda m: (m.at, m.channel, m.to, m.text))

    def credits(self, entries: Iterable[Entry] | None = None) -> dict[str, Totals]:
        """The totals of the ledgers by Mandant; `entries`, if given, are not read again."""
        mandanten = self._mandant_ids(self.entries() if entries is None else entries)
        ledger = wiring().store.ledger
        return {mandant: totals_of(ledger(self.plan.practice, mandant)) for mandant in mandanten}

    def balances(self) -> dict[str, int]:
        """The balance items, which must equal the sums of the ledgers."""
        return wiring().store.balances(self.plan.practice, self._mandant_ids(self.entries()))

    def calls(self, entries: Iterable[Entry]) -> list[Call]:
        """The call list at the plan's end. Raises PracticeDatabaseError."""
        parts, record = wiring(), wiring().practices.record(self.plan.practice)
        checked = ValidatedParameters(parts.parameters.saved(self.plan.practice))
        practice = Practice(record or PracticeRecord(self.plan.practice), checked)
        now = self.plan.end.astimezone(UTC)
        context = current_rules(practice, now, parts.parameters.opt_outs(practice.record))
        with practice_database(practice.record, parts, self.plan.database) as database:
            rows = Appointments(database, self.zone, practice.validated.switches.values.get("DefaultSMSMandant"))
            lost = lost_appointments(context, rows, parts.store)
            return current_calls(entries, lost, context, rows, UNSENT)

    def licences(self) -> Mapping[str, Licence]:
        """The registered licences, by number."""
        record = wiring().practices.record(self.plan.practice)
        return record.licences if record else {}

    def runs(self) -> list[dict[str, Any]]:
        """The lines of the job history."""
        return self._log_lines(wiring().settings.job_history_group)

    def activities(self) -> list[dict[str, Any]]:
        """The lines of the activity log."""
        return self._log_lines(wiring().settings.activity_group)

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts to the operator."""
        return [alert for notification in self.cloud.notifications() for alert in notification["alerts"]]

    def _mandant_ids(self, entries: Iterable[Entry]) -> list[str]:
        known = {str(row["MandantId"]) for row in self.mandanten}
        return sorted(known | {entry.mandant for entry in entries if entry.mandant})

    def _log_lines(self, group: str) -> list[dict[str, Any]]:
        events = self.cloud.log_events(group)
        return [json.loads(event["message"]) for event in events if event["stream"] == self.plan.practice]


@contextmanager
def rehearsal(plan: Plan) -> Iterator[Rehearsal]:
    """Open a fresh local cloud with the practice set up, at the plan's start.

    Raises PracticeDatabaseError if the database cannot be read, PlanError if the plan does not fit it.
    """
    mandanten = _mandanten(plan)
    cloud = LocalCloud(
        app,
        plan.start,
        seed=plan.seed,
        carrier_failures=plan.carrier_failures,
        sms_region=plan.sms_region,
        on_start=wiring.cache_clear,
    )
    with cloud:
        rehearsed = Rehearsal(plan, cloud, zone_of(plan.switches), mandanten, [])
        wiring().on_statement = rehearsed.statements.append
        _set_up(rehearsed)
        for change in plan.changes:
            if change.at >= plan.start:
                cloud.at(change.at, change.act)
        yield rehearsed
    wiring.cache_clear()


def _mandanten(plan: Plan) -> tuple[Row, ...]:
    with open_practice_database(plan.database) as database:
        mandanten = tuple(database.mandanten())
    known = {str(row["MandantId"]) for row in mandanten}
    numbers = {normal_number(row["Lizenznummer"]) for row in mandanten}
    for mandant in plan.topups:
        if mandant not in known:
            raise no_mandant(mandant, known)
    for number in plan.licences:
        if number.strip() not in numbers:
            raise no_licence(number, numbers)
    return mandanten


def zone_of(switches: Mapping[str, str]) -> ZoneInfo:
    """The practice's zone; Europe/Zurich if the switch Zeitzone is missing or invalid."""
    return zone_named(read_switches(switches).values.get("Zeitzone", zone_named(DEFAULT)).key)


def _set_up(rehearsed: Rehearsal) -> None:
    """Set the practice up as an operator does: parameters, senders, licences, credits."""
    plan, cloud, parts = rehearsed.plan, rehearsed.cloud, wiring()
    for setting in SETTINGS.values() if plan.all_settings else ():
        parts.parameters.add(plan.practice, setting.name, setting.default)
    for name, value in plan.switches.items():
        folder, _, last = name.rpartition("/")
        _put_parameter(cloud, parts.parameters.path_of(plan.practice, folder or "Schalter") + last, value)
    secret = f"/vitosms-secrets/{parts.settings.stage}/{plan.practice}/Datenbank"
    _put_parameter(cloud, secret, plan.database, secure=True)
    senders = _senders(rehearsed.mandanten)
    for sender in senders:
        cloud.verify_mail_sender(sender)
    parts.practices.add(plan.practice, senders, _jobs(rehearsed))
    with open_practice_database(plan.database) as database:
        parts.practices.set_optional_columns(plan.practice, find_columns(database, plan.start.date()))
    for licence in _licences(rehearsed):
        parts.practices.add_licence(plan.practice, licence)
    for mandant, credits in plan.topups.items():
        parts.store.top_up(plan.practice, TopUp(mandant, "rehearsal", credits, plan.start))
    cloud.platform.forget_changes()


def _put_parameter(cloud: LocalCloud, name: str, value: str, secure: bool = False) -> None:
    try:
        cloud.put_parameter(name, value, secure)
    except ClientError as error:
        raise refused_value(name, None if secure else value, error) from None


def _senders(mandanten: tuple[Row, ...]) -> list[str]:
    """Every valid AbsenderEMail: in a rehearsal, all of them are on the operator's list."""
    addresses = [email_address(row["AbsenderEMail"]) for row in mandanten]
    return sorted({address.value for address in addresses if isinstance(address, Address)})


def _jobs(rehearsed: Rehearsal) -> list[JobState]:
    """All jobs, from the plan's start on, by the schedules among its switches."""
    plan = rehearsed.plan
    settings = ValidatedParameters(wiring().parameters.saved(plan.practice)).jobs
    before = plan.start - timedelta(microseconds=1)
    return new_jobs(plan.practice, settings.schedules, rehearsed.zone.key, before)


def _licences(rehearsed: Rehearsal) -> list[Licence]:
    """Every licence number in the database, valid unless the plan says otherwise."""
    numbers = {normal_number(row["Lizenznummer"]) for row in rehearsed.mandanten}
    named = {number.strip(): state for number, state in rehearsed.plan.licences.items()}
    yesterday = rehearsed.plan.start.astimezone(rehearsed.zone).date() - timedelta(days=1)
    return [
        Licence(
            number,
            last=yesterday if named.get(number) == "expired" else None,
            revoked=named.get(number) == "revoked",
        )
        for number in sorted(number for number in numbers if number)
    ]
