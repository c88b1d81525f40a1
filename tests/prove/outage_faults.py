"""Deliberate faults in what people are told while a provider accepts nothing."""

from __future__ import annotations

from tests.prove.faults import Fault

OUTAGES = (
    Fault(
        "what has not left counted as sent",
        {
            "chalicelib/entries/states.py": (
                (
                    "ACCEPTED = frozenset({S.SENT,",
                    "ACCEPTED = frozenset({S.RESERVED, S.SENT,",
                ),
            )
        },
    ),
    Fault(
        "what came back not on the call list",
        {
            "chalicelib/reports/call_list.py": (
                (
                    "    return entry.attempt > 1 or too_late or entry.expires_at <= next_tick(Tick.SEND, now)\n",
                    "    return too_late\n",
                ),
            )
        },
    ),
)

# Found by tests/flow/days/test_long_outages.py.
ALERTS = (
    Fault(
        "an alert about an outage for each practice",
        {
            "chalicelib/jobs/dead_letters.py": (
                (
                    "operator=not known,",
                    "operator=True,",
                ),
            )
        },
    ),
)
