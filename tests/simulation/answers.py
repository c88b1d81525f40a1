"""Whether the answers about the appointments ahead agree: calls, daily-check, explain, preview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.entries.states import State
from chalicelib.explain.explain import explain_appointment
from chalicelib.planning.search_state import past_runs
from chalicelib.reports.current_call_list import current_call_list
from chalicelib.reports.reconcile_day import entries_for_day, reconcile_day
from chalicelib.reports.reconciliation import Column
from chalicelib.text import Text
from tests.flow.fake_build import Desk
from tests.flow.previews import preview_on_fakes
from tests.flow.test_reconciliation import asking

COMES = frozenset({"verdict.planned", "verdict.planned_and_sent", "verdict.planned_to_phone", "verdict.at_work"})
LOST = frozenset({"verdict.lost", "verdict.run_ended"})


def disagreements(desk: Desk) -> list[str]:
    """Of appointments ahead that have no message: who is to be phoned, who will be prepared, who neither."""
    now, practice, deployment = desk.cloud.world.now, desk.practice, desk.deployment
    calls = {call.appointment for call in current_call_list(practice, deployment).calls}
    planned = {entry.appointment for entry in preview_on_fakes(desk).entries}
    listed = dict(_listed(desk))
    found = []
    for row in desk.tables["Termin"]:
        name, starts_at = str(row["TerminId"]), datetime.fromisoformat(str(row["Beginn"]))
        entry = desk.entries.get(name)
        if starts_at.replace(tzinfo=practice.zone).astimezone(UTC) <= now or (
            entry and entry.state is not State.CANCELLED
        ):
            continue
        code = explain_appointment(name, practice, deployment)[0].verdict.headline.code
        answers = {"calls": name in calls, "preview": name in planned, "explain": code, "daily-check": listed.get(name)}
        if not _agree(entry is not None, answers):
            found.append(f"{name} {row['Beginn']}: {answers}")
    return found


def _agree(cancelled: bool, answers: dict[str, object]) -> bool:
    code, column, phone = answers["explain"], answers["daily-check"], answers["calls"]
    if cancelled:  # explain tells the life of its entry
        explained = True
    elif phone:
        explained = code in LOST
    else:
        explained = code in COMES if answers["preview"] else code != "verdict.lost"
    columns = {True: {Column.TO_PHONE}, False: {Column.UNDERWAY, Column.EXCLUDED}}[bool(phone)]
    if answers["preview"]:
        columns &= {Column.UNDERWAY}
    return explained and not (phone and answers["preview"]) and (column is None or column in columns)


def _listed(desk: Desk) -> Iterator[tuple[str | None, Column]]:
    """The columns of today's reconciliation."""
    with asking(desk) as view:
        day = view.context.today
        known, history = entries_for_day(view.context, day, desk.parts.store), desk.parts.history.runs(desk.name)
        found = reconcile_day(day, view.context, known, view.rows, desk.parts.store, Text("unsent"), past_runs(history))
    yield from ((one.candidate.appointment, one.column) for one in found.results)
