"""The documents of the settings of a practice, and of `doctor`."""

from __future__ import annotations

from chalicelib.practice.parameter_names import TEMPLATES
from chalicelib.practice.switches import SWITCHES
from chalicelib.schedule.job import SCHEDULED
from chalicelib.text import LANGUAGES
from infra.cli.reference import parts
from infra.cli.reference.schema import (
    Schema,
    boolean,
    by_name,
    day,
    integer,
    list_of,
    one_of,
    optional,
    or_null,
    record,
    records,
    sentence,
    shared,
    string,
    text,
    time,
)
from infra.doctor.finding import Result

_RESULTS = [one.value for one in Result]
_SWITCH = one_of(SWITCHES, "The name of the setting.")
_NEXT_DAYS = or_null(
    record(
        {
            "until": day("The last day that is counted."),
            "searches": list_of(text(), "What it does to the runs that search appointments."),
            "messages": or_null(
                record(
                    {"today": integer("With the settings before."), "changed": integer("With the new ones.")},
                    "Messages that leave; null if they are unknown.",
                )
            ),
            "calls": or_null(integer("Patients who go on the call list; null if they are unknown.")),
            "credits": by_name(
                record(
                    {
                        "today": integer("What its messages cost with the settings before."),
                        "changed": integer("What they cost with the new ones."),
                        "balance": integer("Credits that it has."),
                    }
                ),
                "By MandantId.",
            ),
            "unread": or_null(text("Why the practice database cannot be read.")),
        },
        "What the change does to the next seven days; null if it does nothing.",
    )
)
_STORED = {
    "practice": parts.PRACTICE,
    "switch": string("The name of the setting; an unknown one can be deleted."),
    "value": or_null(string("The current value; null if there is none.")),
    "next_days": _NEXT_DAYS,
    "warnings": parts.WARNINGS,
}
_NAME = one_of(TEMPLATES, "The name of the template.")
_ORIGIN = one_of(["own", "packaged", "none"], "Whose text it is; `none`: there is no such message.")
_PROBLEM = or_null(text("What is wrong with it."))
_MESSAGE = {
    "kind": parts.KIND,
    "channel": parts.CHANNEL,
    "to": or_null(string("The mobile number or e-mail address.")),
    "no_address": or_null(text("Why there is none.")),
    "language": one_of(LANGUAGES, "The language of the message."),
    "sender": or_null(string("Where it comes from.")),
    "subject": or_null(string("Of an e-mail.")),
    "text": string("What the patient reads; empty if no message can be made."),
    "parts": parts.SMS_PARTS,
    "credits": parts.CREDITS,
    "problem": or_null(text("Why no message can be made.")),
}
_ACTIVATED = or_null(boolean("Whether the job is enabled; null for an invalid value."))
_SCHEDULE = or_null(string("Its schedule; null for an invalid value, and for the daily summary."))
_JOB_CHANGED = {
    "practice": parts.PRACTICE,
    "job": or_null(one_of(SCHEDULED, "The job; null if it is more than one.")),
    "activated": _ACTIVATED,
    "schedule": _SCHEDULE,
    "next_runs": list_of(time(), "Its next three runs."),
    "jobs": records(
        {
            "job": one_of(SCHEDULED, "The job."),
            "activated": _ACTIVATED,
            "schedule": _SCHEDULE,
            "next_runs": list_of(time(), "Its next three runs."),
        },
        "All jobs that were changed.",
    ),
    "next_days": _NEXT_DAYS,
    "warnings": parts.WARNINGS,
}
_LICENCE_CHANGED = {
    "practice": parts.PRACTICE,
    "licence": shared("licence", "The current licence."),
    "outcome": one_of(["registered", "replaced", "reinstated", "revoked"], "What happened to it."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "switches list": (
        "All settings.",
        {
            "practice": parts.PRACTICE,
            "switches": records(
                {
                    "name": _SWITCH,
                    "value": or_null(string("The current value.")),
                    "default": or_null(string("The value if the practice has saved none; `-` means empty.")),
                    "own": boolean("Whether the value is not the default."),
                    "problem": _PROBLEM,
                    "meaning": text("What it does."),
                    "allowed": text("Which values are allowed."),
                }
            ),
            "remarks": parts.REMARKS,
            "next_closed_days": list_of(day(), "The next days on which the practice is closed."),
        },
    ),
    "switches set": ("A setting that was saved.", _STORED),
    "switches unset": ("A setting that has its default again.", _STORED),
    "switches sync": (
        "Settings that were saved with their defaults.",
        {
            "added": by_name(integer("How many."), "By practice."),
            "used": integer("The standard parameters of the region, of which AWS allows 10,000."),
        },
    ),
    "switches check": (
        "Whether everything that is saved is valid.",
        {
            "practice": parts.PRACTICE,
            "problems": by_name(text(), "What is wrong, by parameter."),
            "remarks": parts.REMARKS,
            "warnings": list_of(text(), "Warnings that jobs will not do what the practice may expect."),
        },
    ),
    "templates list": (
        "All templates.",
        {
            "practice": parts.PRACTICE,
            "templates": records(
                {"name": _NAME, "origin": _ORIGIN, "text": or_null(string("The template.")), "problem": _PROBLEM}
            ),
        },
    ),
    "templates set": (
        "A template that was saved.",
        {"practice": parts.PRACTICE, "template": _NAME, "remarks": parts.REMARKS},
    ),
    "templates unset": (
        "A template that is the built-in text again.",
        {"practice": parts.PRACTICE, "template": _NAME},
    ),
    "templates lint": (
        "Problems of the texts to fix, and their cost with the practice's own names.",
        {
            "practice": parts.PRACTICE,
            "templates": records(
                {
                    "name": _NAME,
                    "origin": _ORIGIN,
                    "problem": _PROBLEM,
                    "remarks": parts.REMARKS,
                    "messages": integer("SMS that the rows of the practice make of it."),
                    "median": optional(integer("SMS parts that they usually have.")),
                    "most": optional(integer("SMS parts of the longest.")),
                    "longest": optional(
                        record(
                            {"appointment": optional(string("The TerminId.")), "patient": optional(parts.PATIENT)},
                            "Which is the longest.",
                        )
                    ),
                    "parts": optional(by_name(integer(), "SMS by the number of their parts.")),
                },
                "All, except those of messages that do not exist.",
            ),
            "remarks": parts.REMARKS,
        },
    ),
    "templates preview": (
        "The messages as a patient reads them.",
        {"practice": parts.PRACTICE, "messages": records(_MESSAGE)},
    ),
    "jobs list": (
        "All jobs.",
        {
            "practice": parts.PRACTICE,
            "jobs": records(
                {
                    "job": parts.JOB,
                    "activated": _ACTIVATED,
                    "schedule": _SCHEDULE,
                    "last_run": parts.LAST_RUN,
                    "next_run": or_null(time("Its next run.")),
                }
            ),
            "warnings": parts.WARNINGS,
        },
    ),
    "jobs enable": ("A job that was enabled.", _JOB_CHANGED),
    "jobs disable": ("A job that was disabled.", _JOB_CHANGED),
    "jobs schedule": ("Jobs with a new schedule.", _JOB_CHANGED),
    "jobs run": (
        "A run that was queued.",
        {
            "practice": parts.PRACTICE,
            "job": one_of(SCHEDULED, "The job."),
            "slot": time("The slot of the run."),
            "warnings": parts.WARNINGS,
        },
    ),
    "jobs next": (
        "When the jobs run next.",
        {
            "practice": parts.PRACTICE,
            "next_runs": by_name(list_of(time()), "The next runs, by job.", SCHEDULED),
            "warnings": parts.WARNINGS,
        },
    ),
    "licences add": ("A licence that was registered.", _LICENCE_CHANGED),
    "licences revoke": ("A licence that was revoked.", _LICENCE_CHANGED),
    "licences list": (
        "All licences.",
        {"practice": parts.PRACTICE, "licences": list_of(shared("licence"), "By number.")},
    ),
    "doctor": (
        "Whether a practice is set up correctly.",
        {
            "practice": parts.PRACTICE,
            "counts": by_name(integer(), "Checks by result.", _RESULTS),
            "findings": records(
                {
                    "check": text("What was checked."),
                    "result": one_of(_RESULTS, "`doubtful`: it works, but may not be meant so."),
                    "found": sentence("What was found."),
                    "fix": or_null(sentence("What to do; null if nothing is wrong.")),
                }
            ),
        },
    ),
}
