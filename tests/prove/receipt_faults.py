"""Deliberate faults in reading the delivery logs."""

from __future__ import annotations

from tests.prove.faults import Fault

RECEIPTS = (
    Fault(
        "lines that become visible late are never read",
        {"chalicelib/jobs/collect_receipts.py": (("    if checkpoint.date() < read_to.date():\n", "    if False:\n"),)},
    ),
    Fault(
        "a fast clock moves the checkpoint past the receipts",
        {"chalicelib/jobs/collect_receipts.py": (("min(now, at) - LATE_EVENTS", "now - LATE_EVENTS"),)},
    ),
    Fault(
        "unconfirmed without reading the log again",
        {"chalicelib/jobs/collect_receipts.py": (("[*newly_ripe, *silent]", "newly_ripe"),)},
    ),
    Fault(
        "the SMS of another stage taken for ours",
        {"chalicelib/jobs/collect_receipts.py": (("    owned |= ports.other_stages", "    ports.other_stages"),)},
    ),
)
