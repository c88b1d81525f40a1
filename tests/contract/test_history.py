"""The two logs as the command reads them: by practice, by time, from an instant on."""

from datetime import datetime, timedelta

from chalicelib.entries.states import State
from chalicelib.planning.alerts import Alert, AlertKind, unknown_text
from chalicelib.planning.run_report import Activity, LeftOut, RunOutcome, RunReport
from chalicelib.practice.reader import Reader
from chalicelib.schedule.job import Job
from chalicelib.text import Text, text_of
from tests.contract.sides import NOW, Side, new_practice

MINUTE = timedelta(minutes=1)
REASON = Text("run.no_sender", mandant="M1")
UNKNOWN = Alert(AlertKind.UNKNOWN, "", unknown_text(1))


def write_run(side: Side, practice: str, job: Job, at: datetime) -> None:
    report = RunReport(practice, job, NOW, at, 0.5, RunOutcome.DONE, {"searched": 1}, {}, (REASON,))
    side.parts.history.write_run(report, at, Reader())


def test_nothing_was_written_of_a_new_practice(side: Side) -> None:
    practice = new_practice()
    for since in (None, NOW):
        assert side.parts.history.runs(practice, since) == []
        assert side.parts.history.activities(practice, since) == []


def test_runs_are_read_by_time_and_from_an_instant_on(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    jobs = {Job.SEND: NOW, Job.STATUS: NOW + MINUTE, Job.SUMMARY: NOW + 2 * MINUTE}
    for job, at in jobs.items():
        write_run(side, practice, job, at)
    write_run(side, other, Job.PREPARE_REMINDERS, NOW)

    def read(since: datetime | None = None) -> list[str]:
        return [line["job"] for line in side.parts.history.runs(practice, since)]

    assert read() == read(NOW) == ["send", "status", "summary"]
    assert read(NOW + MINUTE) == ["status", "summary"]
    assert read(NOW + 3 * MINUTE) == []
    assert side.parts.history.activities(practice) == []
    (line,) = side.parts.history.runs(other)
    assert (line["outcome"], line["counts"], [*map(text_of, line["reasons"])]) == ("done", {"searched": 1}, [REASON])


def test_activities_are_read_in_their_order_and_from_an_instant_on(side: Side) -> None:
    practice = new_practice()
    moved = [Activity(NOW, f"reminder:T{n}", f"{n}", None, State.PREPARED, None) for n in range(3)]
    side.parts.history.write_activity(practice, moved, [], NOW, Reader())
    side.parts.history.write_activity(practice, [], [UNKNOWN], NOW + MINUTE, Reader())
    found = side.parts.history.activities(practice)
    assert [line.get("entry") for line in found] == ["reminder:T0", "reminder:T1", "reminder:T2", None]
    assert side.parts.history.activities(practice, NOW + MINUTE) == found[-1:]
    assert side.parts.history.runs(practice) == []


def test_the_log_lines_of_some_entries_and_of_left_out_candidates(side: Side) -> None:
    practice, other = new_practice(), new_practice()
    keys = [f"{n:032x}" for n in range(4)]
    moved = [Activity(NOW, f"reminder:T{n}", keys[n], None, State.PREPARED, None) for n in (0, 1)]
    left_out = LeftOut(NOW, "reminder:T2", keys[2], "definitive", REASON)
    side.parts.history.write_activity(practice, [*moved, left_out], [UNKNOWN], NOW, Reader())
    side.parts.history.write_activity(other, moved, [], NOW, Reader())

    def identities(*wanted: str, since: datetime = NOW) -> list[tuple[str, str | None]]:
        found = side.parts.history.of_entries(practice, set(wanted), since)
        return [(line["entry"], line.get("rule")) for line in found]

    assert identities(keys[0]) == [("reminder:T0", None)]
    assert identities(keys[1], keys[2]) == [("reminder:T1", None), ("reminder:T2", "definitive")]
    assert identities() == identities(keys[3]) == identities(keys[0], since=NOW + MINUTE) == []
    (line,) = side.parts.history.of_entries(practice, {keys[2]}, NOW)
    assert "to" not in line
