"""The saved queries ask fields that are really written, and find in a local log what their names promise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from infra.local.clients import client
from tests.cli.running import running
from tests.deploy.insights import Row, ask, fields_of, value_of
from tests.deploy.template import RESOURCES, of, said
from tests.flow.build import PRACTICE, at, entry_of

QUERIES = {query["Name"].rpartition("/")[2]: query for query in of("Logs::QueryDefinition").values()}
NAMES = ("Auftragsverlauf", "nur Fehler", "warum keine Mitteilung", "Weg eines Eintrags", "Ablehnungen nach Grund")
PERSONAL = ("Vorname", "Nachname", "+4179", "@patient", "@beispiel")


class LocalLogs:
    """The log groups of a day on the local cloud, as StartQuery of moto answers; it knows no filter."""

    def __init__(self, key: str) -> None:
        self._logs, self.key = client("logs"), key

    def lines(self, groups: list[str], order: str = "desc") -> list[Row]:
        """The lines of the groups by logical name, with the stream and the time of each."""
        names = [said(RESOURCES[group]["Properties"]["LogGroupName"]).replace(app.STAGE, "local") for group in groups]
        query = f"fields @timestamp, @logStream, @message | sort @timestamp {order} | limit 10000"
        asked = self._logs.start_query(
            logGroupNames=names, startTime=0, endTime=int(at("23:59").timestamp()), queryString=query
        )
        found = self._logs.get_query_results(queryId=asked["queryId"])["results"]
        rows = [{cell["field"]: cell["value"] for cell in row} for row in found]
        return [{**row, **json.loads(row["@message"])} for row in rows if row["@message"].startswith("{")]

    def answer(self, name: str) -> list[Row]:
        """The answer of a saved query, about the first entry of the day where it needs one."""
        query = QUERIES[name]
        text = query["QueryString"].replace("0ed002", self.key[:6])
        return ask(text, self.lines(query["LogGroupNames"], "asc" if "@timestamp asc" in text else "desc"))


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalLogs]:
    """A day with a message, a patient without a number, one who wants none, a cancelled entry, and a failed job."""
    folder: Path = tmp_path_factory.mktemp("logs")
    with running(folder) as (rehearsed, database):
        database.patient("2026-11-24 11:00:00", KeineMitteilungen=1)
        database.patient("2026-11-24 12:00:00")
        rehearsed.cloud.at(at("10:03"), database.set_appointment("T5", "Status", "abgesagt"))
        rehearsed.cloud.play(at("10:30"))
        client("ssm").put_parameter(Name=f"/vitosms/local/{PRACTICE}/Schalter/MaxSMSTeile", Value="x", Type="String")
        rehearsed.cloud.play(at("10:40"))
        yield LocalLogs(entry_of(rehearsed, "T1").key)


def test_there_are_these_queries_of_the_stage() -> None:
    assert tuple(QUERIES) == NAMES
    assert {query["Name"].partition("/")[0] for query in QUERIES.values()} == {f"vitosms-{app.STAGE}"}


@pytest.mark.parametrize("name", NAMES)
def test_each_field_of_a_query_is_written(name: str, logs: LocalLogs) -> None:
    query = QUERIES[name]
    lines = logs.lines(query["LogGroupNames"])
    asked = fields_of(query["QueryString"])
    assert len(asked) > 2
    assert {field for field in asked if all(value_of(line, field) is None for line in lines)} <= {"by", "alert"}


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_names_a_patient(name: str, logs: LocalLogs) -> None:
    shown = json.dumps(logs.answer(name), ensure_ascii=False)
    assert [word for word in PERSONAL if word in shown] == []


def test_the_job_history_reads_as_sentences(logs: LocalLogs) -> None:
    rows = logs.answer("Auftragsverlauf")
    assert {row["practice"] for row in rows} == {PRACTICE}
    (one,) = (row for row in rows if row["name"] == "Geburtstagsglückwünsche aufbereiten")
    assert (one["local"], one["text"]) == ("2026-11-23 10:00:00+01:00", "Erfolgreich: gesucht 1, aufbereitet 1")


def test_the_errors_are_those_of_the_day(logs: LocalLogs) -> None:
    assert [row["name"] for row in logs.answer("nur Fehler") if "MaxSMSTeile" in row["text"]] != []


def test_who_got_no_message_and_why(logs: LocalLogs) -> None:
    found = {row["entry"]: row["text"] for row in logs.answer("warum keine Mitteilung")}
    assert found.keys() == {"reminder:T2", "reminder:T4", "reminder:T5"}
    assert found["reminder:T4"].startswith("Terminerinnerung, keine Mitteilung: ")
    assert found["reminder:T5"].startswith("Terminerinnerung, storniert: ")


def test_the_way_of_an_entry_goes_through_both_logs(logs: LocalLogs) -> None:
    assert [row["to"] for row in logs.answer("Weg eines Eintrags")] == [
        "prepared", "reserved", "sent", "delivered",
    ]  # fmt: skip


def test_refusals_are_counted_by_reason(logs: LocalLogs) -> None:
    rows = logs.answer("Ablehnungen nach Grund")
    assert sorted(row["what"] for row in rows) == ["cancelled", "not_sendable", "wants_messages"]
    assert {(row["practice"], row["messages"]) for row in rows} == {(PRACTICE, 1)}
    assert all(row["why"] for row in rows)
