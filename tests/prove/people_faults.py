"""Deliberate faults in what people decide: stopped patients, closed days, a practice that is removed and taken back."""

from __future__ import annotations

from tests.prove.faults import Fault

PEOPLE = (
    Fault(
        "a stop ignored by the rules",
        {"chalicelib/rules/rules.py": (("sending.PATIENT, sending.NOT_STOPPED,\n", "sending.PATIENT,\n"),)},
    ),
    Fault(
        "a stop that does not say what has left",
        {
            "chalicelib/admin/patient_stops.py": (
                ("    left = [one for one in entries if", "    left = [one for one in () if"),
            )
        },
    ),
    Fault(
        "a release that forgets what is ahead",
        {
            "chalicelib/admin/patient_stops.py": (
                (
                    "    return wait_again(entries, STOPPED,",
                    "    return wait_again([], STOPPED,",
                ),
                (
                    "    clients.jobs.search_again(practice.id, since, days)  # a run may have searched meanwhile\n",
                    "",
                ),
                (
                    "    clients.jobs.search_again(practice.id, since, days)\n    clients.practices",
                    "    clients.practices",
                ),
            )
        },
    ),
    Fault(
        "a greeting on a closed day",
        {
            "chalicelib/rules/occasion_rules.py": (
                ("if day in it.context.switches.closed_days else None", "if day in () else None"),
            )
        },
    ),
    Fault(
        "a reinstatement sends again what was delivered",
        {
            "chalicelib/admin/cancelled.py": (
                (
                    "if one.state is State.CANCELLED and one.reason == reason and not one.anonymised]",
                    "if one.reason in (reason, None) and not one.anonymised]",
                ),
                (
                    "Transition(one, transition(one, State.PREPARED, now, reason=None))",
                    "Transition(one, replace(one, state=State.PREPARED, version=one.version + 1))",
                ),
            )
        },
    ),
)
# The simulation meets them after too many days, or in no time that `make prove` has.
LIVES = (
    Fault(
        "what a release has searched again is forgotten",
        {
            "chalicelib/schedule/search.py": (("{**self.dropped, **undone, **dict", "{**self.dropped, **dict"),),
            "chalicelib/admin/patient_stops.py": ((".union(*(run.days for run in runs))", ""),),
        },
    ),
    Fault(
        "a stop that leaves what is reserved",
        {
            "chalicelib/admin/patient_stops.py": (
                (
                    "if one.state in (State.PREPARED, State.RESERVED)]",
                    "if one.state in (State.PREPARED,)]",
                ),
            )
        },
    ),
    Fault(
        "a summary of a closed day",
        {
            "chalicelib/jobs/run_job.py": (("    if day in context.switches.closed_days:\n", "    if day in ():\n"),),
        },
    ),
    Fault(
        "no reminders on a closed day either",
        {
            "chalicelib/rules/occasion_rules.py": (
                (
                    "frozenset({Kind.BIRTHDAY}),\n)  # fmt: skip\n\n\ndef _ahead",
                    "frozenset(Kind),\n)  # fmt: skip\n\n\ndef _ahead",
                ),
            )
        },
    ),
    Fault(
        "a removed practice goes on sending",
        {
            "tests/fakes/stops.py": (
                ("        removed = REMOVED if practice in self._data.removed else None\n", "        removed = None\n"),
            ),
            "tests/fakes/practices.py": (
                (
                    "            if found := self._data.jobs.get((practice, job)):\n",
                    "            if found := None:\n",
                ),
            ),
        },
    ),
    Fault(
        "a reinstatement that forgets what it cancelled",
        {
            "chalicelib/admin/removal.py": (
                ("    return wait_again(ended, REMOVED,", "    return wait_again([], REMOVED,"),
            )
        },
    ),
)
