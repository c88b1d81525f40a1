"""The alerts of a practice that were raised and whose cause is not over, in the table. I/O."""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.practice_items import alert_item_key
from chalicelib.aws.table import Table
from chalicelib.practice.record import PracticeRecord
from chalicelib.schedule.instants import instant_text


class RaisedAlerts:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, practice: str, cause: str, at: datetime) -> bool:
        """Record that an alert was sent; False if it was recorded before, and its cause is not over."""
        item = {**alert_item_key(practice, cause), "at": instant_text(at)}
        return self._table.write({"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}) is None

    def end(self, record: PracticeRecord, cause: str) -> None:
        """The cause is over: the next time it is alerted again."""
        if cause in record.alerts:
            self._table.write({"Delete": {"Key": alert_item_key(record.practice, cause)}})
