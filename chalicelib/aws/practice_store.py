"""Practices in the table, with their licences, opt-outs and raised alerts. I/O."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws.batches import batches
from chalicelib.aws.items import DEPLOYMENT, Item, balance_item_key, put_new
from chalicelib.aws.job_store import is_resting, job_is_due, job_item, job_item_key, job_rests
from chalicelib.aws.practice_items import (
    PRACTICES,
    alert_item_key,
    automatic_item,
    automatic_item_key,
    forecast_writes,
    keys_of,
    licence_item,
    missed_line,
    opt_out_item,
    opt_out_item_key,
    order_item,
    order_of,
    orders_key,
    practice_item,
    practice_item_key,
    practice_of,
)
from chalicelib.aws.table import WRITE, CancelledError, Table
from chalicelib.planning.alerts import parse_cause
from chalicelib.practice.foreseen import Foreseen
from chalicelib.practice.opt_out import OptOut, Source
from chalicelib.practice.record import AutomaticTopUp, Licence, MissedAlert, Order, PracticeRecord
from chalicelib.schedule.job import Job
from chalicelib.schedule.job_state import JobState
from chalicelib.schedule.time_zone import instant_of, instant_text

CLAIM = timedelta(seconds=50)  # sending an alert takes less, and Lambda repeats a failed call after a minute


class PracticeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, practice: str) -> PracticeRecord | None:
        """Everything under the practice's own key, by one query; None if there is no such practice."""
        items = self._table.query("pk = :practice", {":practice": practice})
        return practice_of(practice, list(items))

    def add(self, practice: str, email_senders: Sequence[str], jobs: Sequence[JobState]) -> None:
        """Register a practice with its jobs; an existing registration is replaced."""
        own = practice_item(practice, email_senders)
        self._table.transact([{"Put": {"Item": own}}] + [{"Put": {"Item": job_item(job)}} for job in jobs])

    def ids(self) -> list[str]:
        """The ids of all practices, sorted."""
        items = self._table.query("open_pk = :all", {":all": PRACTICES}, index="groups")
        return [item["pk"] for item in items]

    def remove(self, practice: str, jobs: Sequence[Job], at: datetime) -> None:
        """Mark a practice as removed from `at` (UTC) on, and let these jobs of it rest: no tick finds them.

        Raises CancelledError if there is no such practice. A second call completes an interrupted one.
        """
        mark = {
            "Update": {
                "Key": practice_item_key(practice),
                "UpdateExpression": "SET removed = if_not_exists(removed, :at)",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":at": instant_text(at)},
            }
        }
        self._table.transact([mark])
        for job in jobs:
            self._table.write(job_rests(practice, job))

    def reinstate(self, record: PracticeRecord, jobs: Sequence[JobState]) -> bool:
        """Take a removal back: its jobs are due again as they were, and those of `jobs` that it lacks are added.

        False, and nothing is written, if the practice is no longer removed as in `record`.
        """
        own = self._table.query("pk = :practice", {":practice": record.practice})
        resting = {item["sk"]: item for item in own if is_resting(item)}
        known = {*resting, *(job_item_key(record.practice, job)["sk"] for job in record.jobs)}
        writes = [_as_removed(record, {"Update": {"UpdateExpression": "REMOVE removed"}})]
        writes += [job_is_due(item) for item in resting.values()]
        writes += [{"Put": {"Item": item}} for item in map(job_item, jobs) if item["sk"] not in known]
        return self._done(writes)

    def forget(self, record: PracticeRecord) -> None:
        """Delete a removed practice's record, jobs, licences, alerts, opt-outs, days, forecasts; entries, ledger stay.

        Does nothing if somebody has reinstated or registered it since the record was read.
        """
        deletes: list[Item] = [{"Delete": {"Key": key}} for key in keys_of(record)]
        first, *rest = batches([_as_removed(record, {"Delete": {}}), *deletes], WRITE)
        if self._done(first):
            for batch in rest:
                self._table.transact(batch)

    def _done(self, writes: Sequence[Item]) -> bool:
        """Do all of the writes; False if a condition failed."""
        try:
            self._table.transact(writes)
        except CancelledError as cancelled:
            if not any(reason.code == "ConditionalCheckFailed" for reason in cancelled.reasons):
                raise
            return False
        return True

    def set_optional_columns(self, practice: str, columns: frozenset[str]) -> None:
        """Note which optional columns the views of a practice have, unless it was forgotten meanwhile."""
        write: Item = {"Key": practice_item_key(practice), "ConditionExpression": "attribute_exists(pk)"}
        write |= {"UpdateExpression": "SET optional_columns = :columns"}
        self._table.write({"Update": write | {"ExpressionAttributeValues": {":columns": sorted(columns)}}})

    def set_charted(self, practice: str, charted: bool) -> None:
        """Note whether a practice has a dashboard, unless it was forgotten meanwhile."""
        write: Item = {"Key": practice_item_key(practice), "ConditionExpression": "attribute_exists(pk)"}
        write["UpdateExpression"] = "SET charted = :yes" if charted else "REMOVE charted"
        self._table.write({"Update": write | ({"ExpressionAttributeValues": {":yes": True}} if charted else {})})

    def add_licence(self, practice: str, licence: Licence) -> None:
        self._table.write({"Put": {"Item": licence_item(practice, licence)}})

    def add_opt_out(self, practice: str, opt_out: OptOut) -> bool:
        """Record an opt-out; an existing one stays with its source and time, except that a wish replaces a bounce.

        Returns whether it was written.
        """
        put: Item = {"Item": opt_out_item(practice, opt_out), "ConditionExpression": "attribute_not_exists(pk)"}
        if opt_out.source is not Source.BOUNCE:
            put["ConditionExpression"] += " OR #source = :bounce"
            put |= {"ExpressionAttributeNames": {"#source": "source"}}
            put |= {"ExpressionAttributeValues": {":bounce": Source.BOUNCE.value}}
        return self._table.write({"Put": put}) is None

    def set_automatic(self, practice: str, rule: AutomaticTopUp) -> None:
        """Have a Mandant topped up automatically; replaces an earlier decision."""
        self._table.write({"Put": {"Item": automatic_item(practice, rule)}})

    def drop_automatic(self, practice: str, mandant: str) -> None:
        self._table.write({"Delete": {"Key": automatic_item_key(practice, mandant)}})

    def set_forecasts(self, record: PracticeRecord, forecasts: Sequence[Foreseen]) -> None:
        """Replace the forecasts of a practice, unless it was forgotten since; those like before stay."""
        there = {"Key": practice_item_key(record.practice), "ConditionExpression": "attribute_exists(pk)"}
        for batch in batches(forecast_writes(record, forecasts), WRITE - 1):
            self._done([{"ConditionCheck": there}, *batch])

    def orders(self, practice: str) -> list[Order]:
        """All orders of a practice, by number, open or not."""
        items = self._table.query("pk = :orders", {":orders": orders_key(practice)})
        return [order_of(item) for item in items]

    def add_order(self, practice: str, order: Order, seen: int) -> Order:
        """Store an order under the next number after the `seen` ones, which the result has.

        A like one that somebody has given since stands for it: two people at once order once.
        """
        since: list[Order] = []
        while not any(one.is_like(order) for one in since):
            numbered = replace(order, number=seen + len(since) + 1)
            if self._table.write(put_new(order_item(practice, numbered))) is None:
                return numbered
            since = self.orders(practice)[seen:]  # with this one, if only the answer was lost
        return next(one for one in since if one.is_like(order))

    def drop_opt_out(self, practice: str, hash: str) -> None:
        """Delete an opt-out; only a person may."""
        self._table.write({"Delete": {"Key": opt_out_item_key(practice, hash)}})


def _as_removed(record: PracticeRecord, write: Item) -> Item:
    """A write to the practice's item, on condition that it is still removed (or not) as in the record."""
    ((operation, given),) = write.items()
    given = {**given, "Key": practice_item_key(record.practice)}
    if record.removed is None:
        return {operation: {**given, "ConditionExpression": "attribute_not_exists(removed)"}}
    values = {":at": instant_text(record.removed)}
    return {operation: {**given, "ConditionExpression": "removed = :at", "ExpressionAttributeValues": values}}


class RaisedAlerts:
    def __init__(self, table: Table, new_write_id: Callable[[], str]) -> None:
        self._table, self._new_write_id = table, new_write_id

    def claim(self, practice: str, cause: str, at: datetime) -> bool:
        """Whether the caller is the one to send an alert: somebody missed it, and nobody else is about to send it."""
        own = self._new_write_id()
        free = "(attribute_not_exists(#at) OR attribute_exists(missed)) AND "
        free += "(attribute_not_exists(claimed_until) OR claimed_until <= :now)"
        now, until = instant_text(at), instant_text(at + CLAIM)
        claim: Item = {
            "Key": alert_item_key(practice, cause),
            "UpdateExpression": "SET claimed_until = :until, claimed_by = :own",
            "ConditionExpression": free,
            "ExpressionAttributeNames": {"#at": "at"},
            "ExpressionAttributeValues": {":now": now, ":until": until, ":own": own},
        }
        there = self._table.write({"Update": claim})
        return there is None or there.get("claimed_by") == own

    def confirm(self, practice: str, cause: str, at: datetime, missed: MissedAlert | None = None) -> None:
        """Record that a claimed alert was sent, and who missed it, unless its cause ended meanwhile."""
        who = {":missed": missed_line(missed)} if missed else {}
        note = ", missed = :missed REMOVE" if missed else " REMOVE missed,"
        sent: Item = {
            "Key": alert_item_key(practice, cause),
            "UpdateExpression": f"SET #at = :at{note} claimed_until, claimed_by",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": {"#at": "at"},
            "ExpressionAttributeValues": {":at": instant_text(at), **who},
        }
        self._table.write({"Update": sent})

    def end_low(self, practice: str, cause: str, mandant: str, least: int) -> None:
        """Record that a balance is no longer below the minimum, if it is so at this moment."""
        enough: Item = {"Key": balance_item_key(practice, mandant), "ConditionExpression": "balance >= :least"}
        enough["ExpressionAttributeValues"] = {":least": least}
        checks = [{"ConditionCheck": enough}] if least else []
        with suppress(CancelledError):
            self._table.transact([*checks, {"Delete": {"Key": alert_item_key(practice, cause)}}])

    def add(self, practice: str, cause: str, at: datetime) -> bool:
        """Record that an alert was sent; False if it was recorded before and its cause persists."""
        put: Item = {"Item": {**alert_item_key(practice, cause), "at": instant_text(at)}}
        put |= {"ConditionExpression": "attribute_not_exists(#at)", "ExpressionAttributeNames": {"#at": "at"}}
        return self._table.write({"Put": put}) is None

    def end(self, record: PracticeRecord, kind: str, subject: str, but: Container[str] = ()) -> None:
        """Record that the causes of this kind and subject are over, except `but`; new ones are alerted again."""
        for cause in record.alerts | record.untold:
            if parse_cause(cause) == (kind, subject) and cause not in but:
                self._table.write({"Delete": {"Key": alert_item_key(record.practice, cause)}})

    def shared_since(self, kind: str) -> datetime | None:
        """When (UTC) the operator was alerted about a cause that all practices share; None if it is over."""
        item = self._table.get(alert_item_key(DEPLOYMENT["pk"], kind))
        return instant_of(item["at"]) if item else None

    def share(self, kind: str, at: datetime) -> None:
        """Record that the operator was alerted (UTC) about a cause that all practices share."""
        self._table.write({"Put": {"Item": {**alert_item_key(DEPLOYMENT["pk"], kind), "at": instant_text(at)}}})

    def end_shared(self, kind: str) -> None:
        self._table.write({"Delete": {"Key": alert_item_key(DEPLOYMENT["pk"], kind)}})
