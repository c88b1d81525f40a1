"""Deliberate faults in what a change of settings leaves out."""

from __future__ import annotations

from tests.prove.faults import Fault

SETTINGS = (
    Fault(
        "a skipped run counts as a search",
        {
            "chalicelib/jobs/run_job.py": (
                (
                    "outcome.is_success",
                    "outcome is not RunOutcome.FAILED",
                ),
            )
        },
    ),
    Fault(
        "the former plan forgotten",
        {
            "chalicelib/planning/search_state.py": (
                (
                    "        if latest and latest.plan != self.plan:\n",
                    "        if latest and latest.plan.zone != self.plan.zone:\n",
                ),
            )
        },
    ),
    Fault(
        "cancelled while off, and searched all the same",
        {
            "chalicelib/jobs/send.py": (("    _search_again(transitions, turn)\n", ""),),
        },
    ),
    Fault(
        "a late booking, whatever slot was missed since",
        {
            "chalicelib/planning/search_state.py": (
                (
                    "        if self._missed_slot(starts_at):\n",
                    "        if self._missed_slot(starts_at) and not self._first_search(day):\n",
                ),
            )
        },
    ),
    Fault(
        "a run of today dropped for a new time that is over",
        {"chalicelib/schedule/job_state.py": (("waits or _keeps_today(record, changed, slot, now) or ", "waits or "),)},
    ),
    Fault(
        "a changed plan leaves the days between",
        {
            "chalicelib/schedule/search.py": (
                ("for n in range(plan.offset)}\n    elif", "for n in range(0)}\n    elif"),
            ),
        },
    ),
)
FORMER = (
    Fault(
        "the days of an interrupted run forgotten",
        {"chalicelib/jobs/prepare.py": (("            begin_search(context, ports)\n", ""),)},
    ),
    Fault(
        "a late run forgets what the former plan had to search",
        {"chalicelib/planning/search_days.py": ((".after(slot, plan, days, now)", ".after(slot, plan, days)"),)},
    ),
)
