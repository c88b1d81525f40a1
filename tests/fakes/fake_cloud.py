"""A practice's days on the fakes: rules fire, queues are drained, networks report, as on the local cloud.

Events have the same order as in `infra/local/platform.py`; the time is a variable of this object's world.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.aws.queues import CheckMessage, message_of, outbox_of
from chalicelib.jobs.apply_parameters import on_parameter_changed
from chalicelib.jobs.check_practice import check_practice
from chalicelib.jobs.dead_letters import dead_outbox, dead_run
from chalicelib.jobs.deliver import DeliveryResult, deliver
from chalicelib.jobs.run_job import run_job
from chalicelib.jobs.spend_limit import warn_of_spend_limit
from chalicelib.jobs.status_tick import StatusTick, status_tick
from chalicelib.jobs.tick import job_tick
from chalicelib.preview.balance_warnings import check_credits
from chalicelib.schedule.job import Tick
from infra.local.event_queue import Agenda, Turn
from infra.local.networks import delivery_outcomes as fates
from infra.local.networks.sent_message import SMS, SentMessage
from infra.local.parameter_changes import changed_names, prefixes_of
from infra.local.platform import LambdaKilled
from infra.local.timetable import RETRIES, RULES
from tests.fakes.practice_database import Tables
from tests.fakes.queues import FakeQueue, Message
from tests.fakes.wiring import CONFIGURATION_SET, STAGE, FakeWiring
from tests.fakes.world import World

BUNDLE_SECONDS = 15  # SNS writes its logs in bundles


class NotSentError(Exception):
    """As in app.py: the message comes back after the delay that was set."""


@dataclass(frozen=True)
class Failure:
    """A handler did not finish."""

    at: datetime
    handler: str
    error: BaseException


class FakeCloud:
    """Everything of a deployment in memory, at the time `start` (aware); `databases` are practice databases by URL.

    `seed` and `carrier_failures` decide the fate of messages as on the local cloud.
    """

    def __init__(
        self,
        start: datetime,
        databases: Mapping[str, Tables] | None = None,
        *,
        seed: int = 0,
        carrier_failures: float = 0.0,
    ) -> None:
        self.world = World(start.astimezone(UTC))
        self.parts = FakeWiring(self.world, {} if databases is None else databases, self._on_accepted)
        self.errors: list[Failure] = []
        self.delivered: list[DeliveryResult] = []
        self.status_ticks: list[StatusTick] = []
        self._agenda = Agenda()
        self._seed, self.carrier_failures = seed, carrier_failures
        runs, outbox = self.parts.queues.runs_queue, self.parts.queues.outbox_queue
        assert runs.dead
        assert outbox.dead
        self.consumers: dict[str, tuple[FakeQueue, Callable[[Message], None]]] = {
            "dead_runs": (runs.dead, lambda message: dead_run(message.body, self.parts)),
            "run": (runs, self._run),
            "dead_outbox": (outbox.dead, lambda message: dead_outbox(message.body, self.parts)),
            "deliver": (outbox, self._deliver),
        }
        for name, rule in RULES.items():
            self._plan_tick(name, rule.next(self.world.now))
        self._seen: dict[str, str] = {}
        self._seen_version = 0

    def at(self, when: datetime, action: Callable[[], object]) -> None:
        """Have the world do something at a time (aware), before any tick of that instant."""
        self._agenda.add(when, Turn.WORLD, action)

    def play(self, until: datetime) -> None:
        """Run everything that is due before `until`; afterwards it is `until`."""
        until = until.astimezone(UTC)
        while (instant := self._next_instant(until)) < until:
            self.world.now = instant
            self._notice_parameters()
            while action := self._agenda.take_due(instant):
                action()
                self._empty_queues()
            self._empty_queues()
        self.world.now = max(self.world.now, until)  # a nested play may have come further

    def invoke(self, handler: str, act: Callable[[], object]) -> bool:
        """Run a handler; True if it finished."""
        try:
            act()
        except (Exception, SystemExit, LambdaKilled) as error:
            self.errors.append(Failure(self.world.now, handler, error))
            return False
        return True

    def tick(self, rule: Tick, at: datetime) -> int:
        """Run a rule's Lambda; return how many runs it queued."""
        if rule is Tick.STATUS:
            self.status_ticks.append(status_tick(at, self.parts))
            return self.status_ticks[-1].queued
        return job_tick(rule, at, self.parts.queues, self.parts.jobs)

    def _run(self, message: Message) -> None:
        run = message_of(message.body)
        if isinstance(run, CheckMessage):
            if checked := check_practice(run.practice, self.parts):
                check_credits(checked, self.world.now, self.parts)
        else:
            run_job(run, self.world.new_id(), self.parts)

    def _deliver(self, message: Message) -> None:
        outbox = outbox_of(message.body)
        done = deliver(outbox, message.receives, self.parts.delivery_ports())
        self.delivered.append(done)
        self.parts.alerts.notify_operator(outbox.practice, done.alerts)
        for cause in [alert.cause for alert in done.alerts if alert.cause]:
            self.parts.raised_alerts.add(outbox.practice, cause, self.world.now)
        if done.retry_in is not None:
            self.parts.queues.put_off(message.handle, done.retry_in)
            raise NotSentError(f"comes back in {done.retry_in} seconds")

    def forget_changes(self) -> None:
        """Treat the current parameters as known: setting a practice up sends no events."""
        parameters = self.parts.parameters
        self._seen, self._seen_version = dict(parameters.values), parameters.version

    @property
    def has_changes(self) -> bool:
        """Whether a parameter change is still without its event."""
        return self.parts.parameters.version != self._seen_version

    def _notice_parameters(self) -> None:
        """Have EventBridge report each parameter that was saved or deleted."""
        while self.has_changes:
            before, after = self._seen, self.parts.parameters.values
            self.forget_changes()
            for name in changed_names(before, after):
                if name.startswith(prefixes_of(STAGE)):
                    operation = "Delete" if name not in after else "Update" if name in before else "Create"
                    self._try("switches", partial(on_parameter_changed, name, operation, self.parts), RETRIES)

    def _next_instant(self, until: datetime) -> datetime:
        if self.has_changes:
            return self.world.now
        times = [
            self._agenda.next_time(),
            *(queue.next_visible() for queue, _ in self.consumers.values() if queue.messages),
        ]
        return max(self.world.now, min((time for time in times if time), default=until)).astimezone(UTC)

    def _plan_tick(self, rule: str, at: datetime) -> None:
        def tick() -> None:
            self._plan_tick(rule, at + RULES[rule].every)
            if rule == "nightly_check":
                self._try(rule, self._nightly_check, RETRIES)
            else:
                self._fire(Tick(rule), at, RETRIES)

        self._agenda.add(at, Turn.TICK, tick)

    def _nightly_check(self) -> None:
        self.parts.queues.put_checks(self.parts.practices.ids())
        warn_of_spend_limit(self.parts)

    def _fire(self, rule: Tick, at: datetime, retries: tuple[timedelta, ...]) -> None:
        self._try(rule, lambda: self.tick(rule, at), retries)

    def _try(self, handler: str, act: Callable[[], object], retries: tuple[timedelta, ...]) -> None:
        """Run a handler for an asynchronous event: Lambda retries."""
        if not self.invoke(handler, act) and retries:
            again = self.world.now + retries[0]
            self._agenda.add(again, Turn.RETRY, partial(self._try, handler, act, retries[1:]))

    def _empty_queues(self) -> None:
        self._notice_parameters()
        while self._handle_next():
            self._notice_parameters()

    def _handle_next(self) -> bool:
        for name, (queue, act) in self.consumers.items():
            if queue.messages and self._handle_one(name, queue, act):
                return True
        return False

    def _handle_one(self, name: str, queue: FakeQueue, act: Callable[[Message], None]) -> bool:
        messages = queue.receive()
        for message in messages:
            handle = message.handle
            if self.invoke(name, partial(act, message)):
                queue.delete(handle)
        return bool(messages)

    def _on_accepted(self, message: SentMessage) -> None:
        self.plan_receipt(message)

    def plan_receipt(self, message: SentMessage, late: timedelta = timedelta()) -> None:
        """Schedule the receipt of a message as `Receipts` of the local cloud does, `late` later."""
        end = fates.fate(message, self._seed, self.carrier_failures)
        reported = message.at + end.delay + late
        if message.channel == SMS:
            limit = self.world.weather.sms_account
            end = fates.withheld(end, limit) if limit else end
            log = self.parts.delivery_logs[0 if end.delivered else 1]
            bundle = datetime.fromtimestamp(-(-reported.timestamp() // BUNDLE_SECONDS) * BUNDLE_SECONDS, UTC)
            line = json.dumps(fates.delivery_log(message, end))
            visible = bundle + self.world.weather.logs_late
            self._agenda.add(visible, Turn.RECEIPT, lambda: log.write(reported, line))
            return
        self._plan_event(message.at, fates.mail_sent(message, CONFIGURATION_SET))
        self._plan_event(reported, fates.mail_ended(message, CONFIGURATION_SET, end))
        if end.delivered and fates.is_away(message):
            self.plan_reply(message, reported + fates.ANSWERS_AFTER)

    def plan_reply(self, message: SentMessage, when: datetime) -> None:
        """Schedule the event that SES makes of the automatic reply to an e-mail (UTC)."""
        self._plan_event(when, fates.mail_answered(message, CONFIGURATION_SET, when))

    def _plan_event(self, when: datetime, event: dict[str, Any]) -> None:
        body = json.dumps(event)
        self._agenda.add(when, Turn.RECEIPT, lambda: self.parts.queues.receipts_queue.send([body]))
