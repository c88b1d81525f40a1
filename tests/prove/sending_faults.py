"""Deliberate faults around the requests to providers."""

from __future__ import annotations

from tests.prove.faults import Fault

CONFLICTS = (
    Fault(
        "outcomes are given up like any other write",
        {"chalicelib/jobs/deliver.py": (("commit(transitions, patience)", "commit(transitions)"),)},
    ),
)
DOUBTS = (
    Fault(
        "one odd address stops the practice",
        {"chalicelib/jobs/deliver.py": (("SEVERAL = 3 ", "SEVERAL = 1 "),)},
    ),
    Fault(
        "a quoted address decides what SES says",
        {"chalicelib/providers/ses_email.py": (("words.startswith(_OUR_SETUP)", '"from" in words'),)},
    ),
)
