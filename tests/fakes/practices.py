"""Practices, their licences, opt-outs, raised alerts in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.aws.practice_store import PracticeStore
from chalicelib.aws.table import CancelledError, Reason
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import AutomaticTopUp, Licence, Order, PracticeRecord
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from tests.fakes.people import desk_keys, forget_desk
from tests.fakes.world import Data, World


class FakePracticeStore(PracticeStore):
    def __init__(self, world: World, data: Data) -> None:
        self._world, self._data = world, data

    def record(self, practice: str) -> PracticeRecord | None:
        return self._world.call("practices.record", lambda: self._record(practice))

    def add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        self._world.call("practices.add", lambda: self._add(practice, email_senders, jobs))

    def set_optional_columns(self, practice: str, columns: frozenset[str]) -> None:
        self._world.call("practices.set_optional_columns", lambda: self._set_columns(practice, columns))

    def set_charted(self, practice: str, charted: bool) -> None:
        self._world.call("practices.set_charted", lambda: self._set_charted(practice, charted))

    def _set_charted(self, practice: str, charted: bool) -> None:
        if practice in self._data.senders:
            (self._data.charted.add if charted else self._data.charted.discard)(practice)

    def add_licence(self, practice: str, licence: Licence) -> None:
        licences = self._data.licences
        self._world.call(
            "practices.add_licence", lambda: licences.setdefault(practice, {}).update({licence.number: licence})
        )

    def add_opt_out(self, practice: str, opt_out: OptOut) -> bool:
        return self._world.call("practices.add_opt_out", lambda: self._opt_out(practice, opt_out))

    def set_automatic(self, practice: str, rule: AutomaticTopUp) -> None:
        rules = self._data.automatic
        self._world.call("practices.set_automatic", lambda: rules.setdefault(practice, {}).update({rule.mandant: rule}))

    def drop_automatic(self, practice: str, mandant: str) -> None:
        rules = self._data.automatic
        self._world.call("practices.drop_automatic", lambda: rules.get(practice, {}).pop(mandant, None))

    def set_forecasts(self, record: PracticeRecord, forecasts: Sequence[Foreseen]) -> None:
        self._world.call("practices.set_forecasts", lambda: self._set_forecasts(record.practice, forecasts))

    def _set_forecasts(self, practice: str, forecasts: Sequence[Foreseen]) -> None:
        if practice in self._data.senders:
            before = self._data.forecasts.get(practice, {})
            self._data.forecasts[practice] = {
                one.mandant: old if (old := before.get(one.mandant)) and one.is_like(old) else one for one in forecasts
            }

    def orders(self, practice: str) -> list[Order]:
        return self._world.call("practices.orders", lambda: list(self._data.orders.get(practice, [])))

    def add_order(self, practice: str, order: Order, seen: int) -> Order:
        return self._world.call("practices.add_order", lambda: self._add_order(practice, order, seen))

    def _add_order(self, practice: str, order: Order, seen: int) -> Order:
        there = self._data.orders.setdefault(practice, [])
        for one in there[seen:]:
            if one.is_like(order):
                return one
        there.append(replace(order, number=len(there) + 1))
        return there[-1]

    def drop_opt_out(self, practice: str, hash: str) -> None:
        opt_outs = self._data.opt_outs
        self._world.call("practices.drop_opt_out", lambda: opt_outs.get(practice, {}).pop(hash, None))

    def ids(self) -> list[str]:
        return self._world.call("practices.ids", lambda: sorted(self._data.senders))

    def remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        self._world.call("practices.remove", lambda: self._remove(practice, jobs, at))

    def reinstate(self, record: PracticeRecord, jobs: Sequence[JobState]) -> bool:
        return self._world.call("practices.reinstate", lambda: self._reinstate(record, jobs))

    def forget(self, record: PracticeRecord) -> None:
        self._world.call("practices.forget", lambda: self._forget(record))

    def _record(self, practice: str) -> PracticeRecord | None:
        data = self._data
        if practice not in data.senders:
            return None
        return PracticeRecord(
            practice=practice,
            email_senders=data.senders[practice],
            stopped=data.stops.get(practice),
            emails_stopped=data.email_stops.get(practice),
            resumed=data.resumed.get(practice),
            charted=practice in data.charted,
            removed=data.removed.get(practice),
            jobs={job: data.jobs[practice, job] for job in Job if (practice, job) in data.jobs},
            licences=dict(data.licences.get(practice, {})),
            alerts=frozenset(data.alerts.get(practice, ())),
            untold=frozenset(set(data.untold.get(practice, ())) - data.alerts.get(practice, set())),
            missed=dict(data.missed.get(practice, {})),
            opt_outs=dict(data.opt_outs.get(practice, {})),
            optional_columns=data.optional_columns.get(practice, frozenset()),
            automatic=dict(data.automatic.get(practice, {})),
            desk_keys=desk_keys(data, practice),
            days=dict(data.days.get(practice, {})),
            forecasts=dict(data.forecasts.get(practice, {})),
            corrected=dict(data.corrected.get(practice, {})),
        )

    def _add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        self._data.senders[practice] = frozenset(sender.casefold() for sender in email_senders)
        data = self._data
        for mark in (data.stops, data.email_stops, data.resumed, data.removed, data.patient_stops):
            mark.pop(practice, None)
        data.charted.discard(practice)
        self._data.optional_columns.pop(practice, None)
        for job in jobs:
            self._data.put_job(job)

    def _set_columns(self, practice: str, columns: frozenset[str]) -> None:
        if practice in self._data.senders:
            self._data.optional_columns[practice] = columns

    def _opt_out(self, practice: str, opt_out: OptOut) -> bool:
        noted = self._data.opt_outs.setdefault(practice, {})
        before = noted.get(opt_out.hash)
        stays = before is not None and (before.source is not Source.BOUNCE or opt_out.source is Source.BOUNCE)
        if not stays:
            noted[opt_out.hash] = opt_out
        return not stays

    def _remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        if practice not in self._data.senders:
            raise CancelledError([Reason("ConditionalCheckFailed", None)])
        self._data.removed.setdefault(practice, at)
        for job in jobs:
            if found := self._data.jobs.get((practice, job)):
                self._data.drop_job(practice, job)
                self._data.resting[practice, job] = found

    def _reinstate(self, record: PracticeRecord, jobs: Sequence[JobState]) -> bool:
        data, practice = self._data, record.practice
        if practice not in data.senders or data.removed.get(practice) != record.removed:
            return False
        data.removed.pop(practice, None)
        resting = [job for (of, _), job in data.resting.items() if of == practice]
        for job in [*jobs, *resting]:
            if (practice, job.job) not in data.jobs or job in resting:
                data.put_job(job)
        return True

    def _forget(self, record: PracticeRecord) -> None:
        data, practice = self._data, record.practice
        if data.removed.get(practice) != record.removed:
            return
        for job in Job:
            data.drop_job(practice, job)
            data.resting.pop((practice, job), None)
        alerts = (data.alerts, data.untold, data.missed)
        kept = (
            data.stops,
            data.email_stops,
            data.resumed,
            data.patient_stops,
            data.licences,
            data.opt_outs,
            data.automatic,
            data.days,
            data.forecasts,
            data.corrected,
        )
        data.charted.discard(practice)
        forget_desk(data, practice, record.desk_keys)
        for item in (data.senders, data.removed, *kept, *alerts):
            item.pop(practice, None)
        data.optional_columns.pop(practice, None)
