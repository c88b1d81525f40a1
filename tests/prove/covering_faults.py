"""Deliberate faults about rows of one appointment, and rows that are entered again."""

from __future__ import annotations

from tests.prove.faults import Fault

COVERING = (
    Fault(
        "a row entered again after its message is told again",
        {
            "chalicelib/jobs/prepare.py": (
                ("        return covered_entry_transition(", "        covered_entry_transition("),
            ),
        },
    ),
    Fault(
        "a covered row that moves is told by nobody",
        {
            "chalicelib/rules/rescheduled.py": (
                ("reminder.state in ANNOUNCED | {State.COVERED}", "reminder.state in ANNOUNCED"),
            )
        },
    ),
)
# The simulation meets them after too many days.
COVERED = (
    Fault(
        "each row that moves is told by itself",
        {
            "chalicelib/planning/grouping.py": (
                (
                    "    if entry.starts_at is None or",
                    "    if entry.kind is not Kind.REMINDER or entry.starts_at is None or",
                ),
            ),
        },
    ),
    Fault(
        "covered whatever was told since",
        {
            "chalicelib/entries/covering.py": (
                (
                    "return found[2] if all((one.appointment, one.announced_start) in present for one in gone)",
                    "return found[2] if gone is not None",
                ),
            ),
        },
    ),
    Fault(
        "a row beside one that waits is sent by itself",
        {
            "chalicelib/planning/grouping.py": (
                (
                    "entry.taken_after < slot or not about.isdisjoint(_about(entry))",
                    "entry.taken_after < slot",
                ),
            )
        },
    ),
    Fault(
        "a released row told again",
        {"chalicelib/jobs/told_starts.py": ((" or entry.reason == RELEASED)", ")"),)},
    ),
    Fault(
        "a row covered at its former start",
        {"chalicelib/jobs/told_starts.py": (("transition(moved, State.COVERED", "transition(entry, State.COVERED"),)},
    ),
    Fault(
        "a row that moves waits for the message about its former start",
        {"chalicelib/entries/covering.py": (("(again and not has_moved)", "again"),)},
    ),
)
