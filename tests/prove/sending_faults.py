"""Deliberate faults around the requests to providers."""

from __future__ import annotations

from tests.prove.faults import Fault

CONFLICTS = (
    Fault(
        "outcomes are given up like any other write",
        {"chalicelib/jobs/deliver.py": (("commit(transitions, patience)", "commit(transitions)"),)},
    ),
)
LAGS = (
    Fault(
        "what an index that lags lists in another group is not erased",
        {
            "chalicelib/admin/personal_data.py": (
                (
                    "    listed = (key for group in Group for key in store.listed_keys(practice, group))",
                    "    listed = (one.key for group in Group for one in store.open_entries(practice, group))",
                ),
                ("list(dict.fromkeys([*listed, *known]))", "list(dict.fromkeys(listed))"),
            ),
        },
    ),
    Fault(
        "a send slot ends before the index lists what was prepared",
        {"chalicelib/jobs/run_context.py": (("return listed < written and", "return False and"),)},
    ),
    Fault(
        "an erasure does not look again",
        {
            "chalicelib/admin/personal_data.py": (
                ("        clients.pause(_INDEX_LAGS)  # for what", "        break  # for what"),
            )
        },
    ),
    Fault(
        "a noted call that the index does not list yet",
        {
            "chalicelib/reports/current_call_list.py": (
                ("[*known, *(one.entry for one in results if one.entry and not one.lost)]", "list(known)"),
            )
        },
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
