"""A separate process that prepares a number of candidates in memory, or does the bare work on their rows.

    python -m tests.bench.prepare_process time 10000       CPU seconds of both
    python -m tests.bench.prepare_process memory 10000     the process's peak, in KiB

Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import phonenumbers

from chalicelib.aws.entry_store import EntryStore
from chalicelib.aws.log_store import LogStore
from chalicelib.aws.practice_store import RaisedAlerts
from chalicelib.entries.entry import Entry
from chalicelib.entries.transition import Transition
from chalicelib.jobs.prepare import prepare_entries
from chalicelib.messages.template_set import TemplateSet
from chalicelib.planning.context import RunContext
from chalicelib.planning.run_report import Tally
from chalicelib.practice.parameters import SavedParameters
from chalicelib.practice.practice import Practice
from chalicelib.practice.reader import Reader
from chalicelib.practice.record import Licence, PracticeRecord
from chalicelib.practice.validation import ValidatedParameters
from chalicelib.practice_db.database import PracticeDatabase, Row
from chalicelib.schedule.job import Job, RunMessage
from chalicelib.schedule.job_state import JobState
from tests.bench.rows import ZONE, rows

PRACTICE, JOB = "praxis", Job.PREPARE_REMINDERS
SLOT = datetime(2026, 11, 23, 10, tzinfo=ZONE)
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_WARM = 200  # rows before anything is measured: caches and metadata are read once
_TIMES = 3  # reports the least of these, unless one takes a minute
_MANY = 50_000


class GeneratedDatabase(PracticeDatabase):
    """Yields rows like those of the statement, made on demand: none is kept."""

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers

    def reminders(self, first: date, end: date, default_mandant: str | None) -> Iterator[Row]:
        return rows(self._numbers)


class NoAlerts(RaisedAlerts):
    """Has no raised alerts to clear."""

    def __init__(self) -> None:
        pass

    def end(self, record: PracticeRecord, kind: str, subject: str, but: Container[str] = ()) -> None:
        return None


class ForgetfulStore(EntryStore):
    """Accepts all entries and keeps none, so that the memory used is that of preparing alone."""

    def __init__(self) -> None:
        pass

    def entries(self, practice: str, keys: Sequence[str]) -> dict[str, Entry]:
        return {}

    def commit(self, transitions: Sequence[Transition], patience: float = 0.0) -> list[Transition]:
        return list(transitions)

    def balances(self, practice: str, mandanten: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(mandanten, 100_000)


class NoLogs:
    """Accepts all lines and keeps none."""

    def put_log_events(self, **_: Any) -> None:
        return None


PROTOCOL = LogStore(NoLogs(), jobs_group="", activity_group="", deliver_group="")


def prepare_all(numbers: range, store: EntryStore) -> int:
    """Run the step; returns how many entries it made."""
    job = JobState(PRACTICE, JOB, SLOT, SLOT, "Europe/Zurich")
    record = PracticeRecord(PRACTICE, jobs={JOB: job}, licences={"L1": Licence("L1")})
    saved = SavedParameters({"TerminerinnerungSenden": "Ja"}, {}, {}, "/", ())
    run = RunMessage(PRACTICE, JOB, SLOT, SLOT)
    tally = Tally(write=lambda activities: PROTOCOL.write_activity(PRACTICE, activities, [], SLOT, Reader()))
    context = RunContext(run, SLOT, Practice(record, ValidatedParameters(saved)), tally)
    prepare_entries(context, GeneratedDatabase(numbers), store, NoAlerts())
    return context.tally.counts["prepared"]


def bare_work(numbers: range) -> int:
    """Parse each number and render each text with the same libraries; returns how many."""
    template = TemplateSet({}).compiled("Terminerinnerung", "SMS", "de")
    assert template is not None
    done = 0
    for row in rows(numbers):
        number = phonenumbers.parse(str(row["Mobiltelefon"]), "CH")
        if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE:
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            done += bool(template.render(_values(row)))
    return done


def _values(row: Row) -> dict[str, Any]:
    starts_at = datetime.fromisoformat(str(row["Beginn"]))
    values = {name: row[name] for name in ("Anrede", "Vorname", "Nachname", "Behandler", "Ort")}
    time = {
        "Wochentag": _WEEKDAYS[starts_at.weekday()],
        "Datum": f"{starts_at:%d.%m.%Y}",
        "Uhrzeit": f"{starts_at:%H:%M}",
    }
    return {**values, **time, "Praxis": row["MandantName"], "Telefon": row["MandantTelefon"]}


def cpu_seconds(candidates: int) -> dict[str, float]:
    """The least CPU time of preparing and of the bare work; new phone numbers each time, as parsed ones are cached."""
    from tests.fakes.store import FakeEntryStore
    from tests.fakes.world import Data, World

    times: dict[str, list[float]] = {"prepare": [], "bare": []}
    for turn in range(1 if candidates > _MANY else _TIMES):
        numbers = range(_WARM + turn * candidates, _WARM + (turn + 1) * candidates)
        store = FakeEntryStore(World(SLOT), Data())
        times["bare"].append(_timed(partial(bare_work, numbers), candidates))
        times["prepare"].append(_timed(partial(prepare_all, numbers, store), candidates))
    return {name: min(taken) for name, taken in times.items()}


def _timed(work: Callable[[], int], expected: int) -> float:
    start = time.process_time()
    assert work() == expected
    return time.process_time() - start


def peak_kib() -> int:
    """Return the peak memory of this process since its start; Linux only."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def main(what: str, candidates: int) -> None:
    warm = range(_WARM)
    prepare_all(warm, ForgetfulStore())
    bare_work(warm)
    if what == "time":
        print(json.dumps(cpu_seconds(candidates)))
        return
    before = peak_kib()
    assert prepare_all(range(candidates), ForgetfulStore()) == candidates
    print(json.dumps({"before": before, "peak": peak_kib()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
