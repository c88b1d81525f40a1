"""The same day row by row, as such services are commonly written: one scan, then everything for each row.

Written here for comparison, on the same data and the same moto. For each row it reads the settings, asks whether a
message was sent already, renders, charges, publishes, makes two updates (being sent, sent) and inserts a line of a
log. It guarantees less than vitosms: it reads no receipts, and if it dies between two calls, a message is sent twice,
lost, or paid and not sent.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import jinja2
import phonenumbers

import app
from infra.local.cloud import LocalCloud
from tests.bench.day import Day, day_of
from tests.bench.meter import metered
from tests.bench.practice import START, practice_file

HANDLER = "row by row"
SETTINGS = "/baseline/settings"
_SCAN = """
SELECT t.TerminId, t.Beginn, p.Anrede, p.Nachname, p.Mobiltelefon, m.MandantId, m.Name, m.Telefon
FROM Termin t JOIN Patient p ON p.PatientId = t.PatientId JOIN Behandlung b ON b.PatientId = p.PatientId
JOIN Mandant m ON m.MandantId = b.MandantId
WHERE t.Beginn >= '2026-11-24' AND t.Beginn < '2026-11-25' AND t.Status = 'definitiv' ORDER BY t.Beginn, t.TerminId
"""
_TEXT = (
    "Guten Tag {{ Anrede }} {{ Nachname }}. Wir erwarten Sie am {{ day }} Uhr. "
    "Verhindert? Bitte anrufen: {{ Telefon }}. {{ Name }}"
)


class RowByRow:
    """Sends the reminders of a practice database, with clients of its own on the open local cloud."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._dynamodb, self._sns, self._ssm = (boto3.client(name) for name in ("dynamodb", "sns", "ssm"))
        self._text = jinja2.Template(_TEXT)
        self.statements = 0

    def send_all(self, database: str) -> int:
        """One message for each row of tomorrow; returns how many were sent."""
        return sum(self._send(row) for row in self._scan(database))

    def _scan(self, database: str) -> Iterator[Mapping[str, Any]]:
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
            connection.row_factory = sqlite3.Row
            self.statements += 1
            yield from map(dict, connection.execute(_SCAN))

    def _send(self, row: Mapping[str, Any]) -> bool:
        settings = self._ssm.get_parameters_by_path(Path=SETTINGS)["Parameters"]
        if not any(setting["Value"] == "Ja" for setting in settings) or self._was_sent(row):
            return False
        number = phonenumbers.parse(row["Mobiltelefon"], "CH")
        starts_at = datetime.fromisoformat(row["Beginn"])
        text = self._text.render({**row, "day": f"{starts_at:%d.%m.%Y, %H:%M}"})
        self._charge(row["MandantId"])
        self._update(row, "sending", text)
        to = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        answer = self._sns.publish(PhoneNumber=to, Message=text)
        self._update(row, "sent", answer["MessageId"])
        self._log(row, answer["MessageId"])
        return True

    def _was_sent(self, row: Mapping[str, Any]) -> bool:
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"message#{row['TerminId']}"}},
            ConsistentRead=True,
        )
        return bool(found["Items"])

    def _charge(self, mandant: str) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"pk": {"S": f"credits#{mandant}"}, "sk": {"S": "balance"}},
            UpdateExpression="ADD balance :one",
            ConditionExpression="balance > :none",
            ExpressionAttributeValues={":one": {"N": "-1"}, ":none": {"N": "0"}},
        )

    def _update(self, row: Mapping[str, Any], state: str, answer: str) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"pk": {"S": f"message#{row['TerminId']}"}, "sk": {"S": "message"}},
            UpdateExpression=f"SET #state = :state, changed_at = :at, told_{state} = :told",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":state": {"S": state}, ":at": {"S": _now()}, ":told": {"S": answer}},
        )

    def _log(self, row: Mapping[str, Any], message_id: str) -> None:
        line = {"pk": {"S": "log#2026-11-23"}, "sk": {"S": f"log#{_now()}#{row['TerminId']}"}}
        line |= {"action": {"S": "sent"}, "message_id": {"S": message_id}}
        self._dynamodb.put_item(TableName=self._table, Item=line)


def count_baseline(messages: int) -> Day:
    """The same practice's day row by row, counted in the same way. Raises AssertionError if one is not sent."""
    with TemporaryDirectory() as folder, LocalCloud(app, START) as cloud, metered(cloud) as meter:
        database = practice_file(Path(folder) / "practice.db", messages)
        cloud.put_parameter(f"{SETTINGS}/TerminerinnerungSenden", "Ja")
        baseline = RowByRow(os.environ["VITOSMS_TABLE"])
        _top_up(os.environ["VITOSMS_TABLE"])
        with cloud.counting(HANDLER):
            sent = baseline.send_all(database)
        assert sent == len(cloud.networks.messages) == messages
        return day_of(cloud, meter, messages, {"send": baseline.statements})


def _top_up(table: str) -> None:
    item = {"pk": {"S": "credits#M0000001"}, "sk": {"S": "balance"}, "balance": {"N": "100000"}}
    boto3.client("dynamodb").put_item(TableName=table, Item=item)


def _now() -> str:
    return datetime.now(UTC).isoformat()
