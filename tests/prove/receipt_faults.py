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
        "a late receipt that wakes no job",
        {"chalicelib/jobs/collect_receipts.py": (("    if status_jobs.waiting:\n", "    if False:\n"),)},
    ),
    Fault(
        "every job that waits woken by a receipt of one",
        {
            "chalicelib/jobs/collect_receipts.py": (
                ("status_jobs.waiting.keys() & ports.receipts.practices_of(new)", "status_jobs.waiting"),
            )
        },
    ),
    Fault(
        "unconfirmed without reading the log again",
        {"chalicelib/jobs/collect_receipts.py": (("[*newly_ripe, *silent]", "newly_ripe"),)},
    ),
    Fault(
        "the SMS of another stage taken for ours",
        {"chalicelib/jobs/collect_receipts.py": (("    owned |= ports.other_stages", "    ports.other_stages"),)},
    ),
    Fault(
        "an account without quota that stops nothing",
        {"chalicelib/entries/receipt.py": (('    "account_limit": FailureKind.ACCOUNT,\n', ""),)},
    ),
    Fault(
        "SMS that leave though they are stopped",
        {"chalicelib/jobs/deliver.py": (("stops.of(one.channel) or", "stops.everything or"),)},
    ),
    Fault(
        "bounces that stop nothing",
        {"chalicelib/jobs/stop_emails.py": (("> most}", "> 5 * most}"),)},
    ),
    Fault(
        "bounces before a resume that stop again",
        {"chalicelib/jobs/stop_emails.py": ((", context.record.resumed]", "]"),)},
    ),
    Fault(
        "all bounces of two months counted",
        {"chalicelib/jobs/stop_emails.py": ((", *sent[-LAST : 1 - LAST]])", "])"),)},
    ),
    Fault(
        "a resume that sends to patients who were phoned",
        {
            "chalicelib/entries/manual_decision.py": (
                (
                    " or entry.expires_at <= now or already_phoned(entry.phone_calls, entry.announced_start):",
                    " or entry.expires_at <= now:",
                ),
            )
        },
    ),
    Fault(
        "old receipts that stop SMS again",
        {"chalicelib/jobs/collect_receipts.py": ((" or (resumed and last.at <= resumed):", ":"),)},
    ),
)
