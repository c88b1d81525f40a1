"""Deliberate faults in what a person sends again."""

from __future__ import annotations

from tests.prove.faults import Fault

AGAIN = (
    Fault(
        "sent again by a double click",
        {"chalicelib/admin/send_again.py": (("if seen not in (None, first.version):", "if first is None:"),)},
    ),
    Fault(
        "an entry sent again covers a row that is entered again",
        {
            "chalicelib/jobs/told_starts.py": (
                ("            if entry.kind is not Kind.AGAIN:", "            if entry.kind:"),
            )
        },
    ),
    Fault(
        "sent again after the appointment has moved",
        {"chalicelib/rules/occasion_rules.py": (("or it.known_start == it.candidate.local_start", "or it.candidate"),)},
    ),
)
