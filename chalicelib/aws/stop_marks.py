"""The stop marks of a practice and of the deployment, read together with the entries that they would stop. I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws.items import DEPLOYMENT, Item, Key, balance_item_key, entry_item_key, entry_of, text_in
from chalicelib.aws.practice_items import practice_item_key
from chalicelib.aws.table import Table
from chalicelib.entries.entry import Entry
from chalicelib.entries.stops import Stops
from chalicelib.schedule.time_zone import instant_of, instant_text
from chalicelib.text import Text, text_line

REMOVED = Text("stop.removed")
_SMS, _EMAILS = "stopped_sms", "stopped_emails"
_UNTOLD = "sms_untold"  # until when somebody is about to tell the operator
_TELLING = timedelta(seconds=50)  # as long as a claimed alert


def by_operator(words: str) -> Text:
    """The reason of a stop by a person; the practices read these exact words."""
    return Text("stop.by_operator", text=words)


class StopMarks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def entries_and_stop(self, practice: str, keys: Sequence[str]) -> tuple[list[Entry], Stops, datetime | None]:
        """The existing entries, the stops, and when (UTC) a patient was last stopped, in one read.

        The practice's own reason takes precedence. A removed practice is stopped.
        """
        entries, stops, patient, _ = self._with_marks(practice, keys, ())
        return entries, stops, patient

    def entries_stop_and_balances(
        self, practice: str, keys: Sequence[str], mandanten: Collection[str]
    ) -> tuple[list[Entry], Stops, dict[str, int]]:
        """As `entries_and_stop`, with the credits of these Mandanten; 0 if nothing was ever topped up."""
        entries, stops, _, found = self._with_marks(practice, keys, mandanten)
        return entries, stops, {mandant: found.get(mandant, 0) for mandant in mandanten}

    def _with_marks(
        self, practice: str, keys: Sequence[str], mandanten: Iterable[str]
    ) -> tuple[list[Entry], Stops, datetime | None, dict[str, int]]:
        own = practice_item_key(practice)
        wanted = [entry_item_key(practice, key) for key in dict.fromkeys(keys)]
        wanted += [balance_item_key(practice, mandant) for mandant in mandanten]
        items = self._table.get_many([*wanted, own, DEPLOYMENT])
        balances = {item["mandant"]: item["balance"] for item in items if item["sk"] == "balance"}
        marks = {item["sk"]: item for item in items}
        own_mark, shared = marks.get("practice", {}), marks.get("deployment", {})
        entries = [entry_of(item) for item in items if item["sk"] == "entry"]
        patient = next((item["patient_stopped"] for item in items if "patient_stopped" in item), None)
        everything = _reason(own_mark) or _reason(shared)
        stops = replace(_shared_stops(shared), everything=everything, emails=text_in(own_mark, _EMAILS))
        return entries, stops, instant_of(patient) if patient else None, balances

    def stop_of(self, practice: str) -> Stops:
        """The stops of the practice and the deployment."""
        return self.entries_and_stop(practice, [])[1]

    def patient_stopped(self, practice: str, at: datetime) -> None:
        """Note that a patient was stopped (UTC): deliver gives back what a run reserved before it could know."""
        write = {
            "Key": practice_item_key(practice),
            "UpdateExpression": "SET patient_stopped = :at",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {":at": instant_text(at)},
        }
        self._table.write({"Update": write})

    def stop(self, practice: str, reason: Text) -> bool:
        """Mark a practice as stopped until a person resumes it; False if it was already: the first reason stays."""
        condition = "attribute_exists(pk) AND attribute_not_exists(stopped)"
        return self._table.write(_set_mark(practice_item_key(practice), reason, condition)) is None

    def stop_emails(self, practice: str, reason: Text) -> bool:
        """Stop the e-mails of a practice until a person resumes it; False if they were already."""
        condition = f"attribute_exists(pk) AND attribute_not_exists({_EMAILS})"
        return self._table.write(_set_mark(practice_item_key(practice), reason, condition, _EMAILS)) is None

    def resume(self, practice: str, at: datetime) -> bool:
        """Remove a practice's stop marks, at a time (UTC); False if there was none."""
        return self._table.write(_take_marks(practice_item_key(practice), at, _EMAILS)) is None

    def deployment_stops(self) -> Stops:
        """The deployment's own marks."""
        return _shared_stops(self._table.get(DEPLOYMENT) or {})

    def sms_resumed(self) -> datetime | None:
        """When (UTC) a person last resumed sending: what SNS accepted before says nothing about now."""
        resumed = (self._table.get(DEPLOYMENT) or {}).get("resumed")
        return instant_of(resumed) if resumed else None

    def stop_sms(self, reason: Text, told: bool = True) -> bool:
        """Stop the SMS of all practices; False if they were already: the first reason stays.

        If the operator was not `told`, somebody has to do so.
        """
        mark = _set_mark(DEPLOYMENT, reason, f"attribute_not_exists({_SMS})", _SMS)
        if not told:
            mark["Update"]["UpdateExpression"] += f", {_UNTOLD} = :now"
            mark["Update"]["ExpressionAttributeValues"][":now"] = ""
        return self._table.write(mark) is None

    def claim_untold(self, now: datetime) -> bool:
        """Whether the caller is the one to tell the operator of the stopped SMS: nobody has, or is about to (UTC)."""
        values = {":now": instant_text(now), ":until": instant_text(now + _TELLING)}
        claim = {"UpdateExpression": f"SET {_UNTOLD} = :until", "ConditionExpression": f"{_UNTOLD} <= :now"}
        return self._table.write({"Update": {"Key": DEPLOYMENT, **claim, "ExpressionAttributeValues": values}}) is None

    def told(self) -> None:
        """The operator was told of the stopped SMS."""
        self._table.write({"Update": {"Key": DEPLOYMENT, "UpdateExpression": f"REMOVE {_UNTOLD}"}})

    def stop_all(self, reason: Text) -> bool:
        """Mark the deployment as stopped, for all practices; False if it was already: the first reason stays."""
        return self._table.write(_set_mark(DEPLOYMENT, reason, "attribute_not_exists(stopped)")) is None

    def resume_all(self, at: datetime) -> bool:
        """Remove the deployment's stop marks, at a time (UTC); the practices' own stay. False if there was none."""
        return self._table.write(_take_marks(DEPLOYMENT, at, _SMS, f", {_UNTOLD}")) is None


def _reason(item: Item) -> Text | None:
    return REMOVED if "removed" in item else text_in(item, "stopped")


def _set_mark(key: Key, reason: Text, condition: str, mark: str = "stopped") -> Item:
    return {
        "Update": {
            "Key": key,
            "UpdateExpression": f"SET {mark} = :reason",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":reason": text_line(reason)},
        }
    }


def _shared_stops(item: Item) -> Stops:
    return Stops(text_in(item, "stopped"), text_in(item, _SMS), untold=_UNTOLD in item)


def _take_marks(key: Key, at: datetime, channel: str, others: str = "") -> Item:
    return {
        "Update": {
            "Key": key,
            "UpdateExpression": f"SET resumed = :at REMOVE stopped, {channel}{others}",
            "ConditionExpression": f"attribute_exists(stopped) OR attribute_exists({channel})",
            "ExpressionAttributeValues": {":at": instant_text(at)},
        }
    }
