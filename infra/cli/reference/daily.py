"""The documents of `status`, `daily-check`, `sent`, `calls`, `patients`, `history` and `activity`."""

from __future__ import annotations

from chalicelib.reports.reconciliation import Column
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
    records,
    shared,
    string,
    text,
    time,
)

_COLUMNS = list(Column)
_STATUS = {
    "practice": parts.PRACTICE,
    "now": time("The time that it is about."),
    "zone": string("The time zone of the practice."),
    "clock_change_at": or_null(time("When the clocks change, within a month.")),
    "stopped": parts.STOPPED,
    "removed_at": or_null(time("When the practice was removed.")),
    "jobs": records(
        {"job": parts.JOB, "last_run": parts.LAST_RUN, "next_run": or_null(time("The tick of its next run."))},
        "The jobs.",
    ),
    "queue": by_name(integer(), "Entries that have not ended, by state.", parts.STATES),
    "held": integer("How many of them are on hold."),
    "ended_today": by_name(integer(), "Entries that ended today, by state.", parts.STATES),
    "days": records(
        {"day": day(), "sent": integer("Messages that were sent."), "delivered": integer("Those that arrived.")},
        "The last seven days; today is the last.",
    ),
    "appointment_days": records(
        {
            "day": day(),
            "delivered": integer("Messages about appointments of this day that arrived."),
            "not_delivered": integer("Those that did not: no usable address, refused, failed or expired."),
            "not_confirmed": integer("Those on their way, unconfirmed or unknown."),
        },
        "The same days, by appointments.",
    ),
    "to_phone": integer("Patients on the call list: of several practices by the entries alone."),
    "balances": records(
        {
            "mandant": string(),
            "credits": integer(),
            "low": boolean("Whether it is below CreditMindestbestand, and the Mandant may send."),
            "licence_problem": or_null(text("Why the Mandant may not send; null if it may, or if that is not known.")),
        },
        "The balance of each Mandant.",
    ),
    "alerts": list_of(text(), "The open alerts, and all low balances."),
    "gets_alerts": boolean("Whether anybody at the practice gets alerts: MeldungAn."),
    "problems": list_of(text(), "Invalid parameters."),
}
_SENT = {
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "entry": parts.ENTRY,
    "key": parts.KEY,
    "kind": parts.KIND,
    "appointment": parts.APPOINTMENT,
    "starts_at": parts.STARTS_AT,
    "sent_at": time("When the provider was asked to send it."),
    "channel": parts.CHANNEL,
    "mandant": parts.MANDANT,
    "state": parts.STATE,
    "credits": parts.CREDITS,
    "parts": parts.SMS_PARTS,
}
_CALL = {
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "born": or_null(day("The date of birth.")),
    "phones": parts.PHONES,
    "appointment": parts.APPOINTMENT,
    "starts_at": time("The start of the appointment."),
    "practitioner": or_null(string("The Behandler of the appointment.")),
    "place": or_null(string("The Ort of the appointment.")),
    "language": or_null(string("The language of the patient: `de`, `fr`, `it`, `en`, or as the practice wrote it.")),
    "reason": text("Why no message told the patient."),
    "tries": list_of(
        shared("phone_call"), "Calls about this start that did not reach the patient; the latest is the last."
    ),
    "reached": or_null(shared("phone_call", "The call that reached the patient about this start.")),
    "claim": or_null(shared("phone_call", "Who is phoning now.")),
    "entry": parts.ENTRY,
    "key": parts.KEY,
    "version": integer("The version of the entry; 0 if there is none yet."),
}
_FOUND = {
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "born": or_null(day("The date of birth.")),
    "deceased": boolean("Whether a date of death is on file."),
    "phones": parts.PHONES,
    "next_start": or_null(time("The start of the next definitive appointment.")),
}
_UNREACHABLE = {
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "appointment": parts.APPOINTMENT,
    "starts_at": time("The start of the appointment."),
    "reason": text("Why no message can leave."),
}
_CALLS_NOTED = {
    "practice": parts.PRACTICE,
    "done": records(
        {
            "entry": parts.ENTRY,
            "key": parts.KEY,
            "call": shared("phone_call", "The call that was noted, or taken back."),
            "tries": integer("Calls that have not reached the patient about this start."),
        },
        "What was written.",
    ),
    "conflicts": records(
        {
            "entry": or_null(string("The identity of the entry; null if there is none.")),
            "key": parts.KEY,
            "reason": text("What somebody else has noted before, or what has become of the message."),
        },
        "The entries of which nothing was written.",
    ),
}
_HISTORY = {
    "practice": parts.PRACTICE,
    "since": time("The start of the period."),
    "runs": list_of(shared("run_line"), "The runs; the newest is the last."),
    "alerts": optional(list_of(shared("activity_line"), "With `--errors`: the alerts.")),
}
_NOW = {
    "entry": parts.ENTRY,
    "key": parts.KEY,
    "state": parts.STATE,
    "held": boolean("Whether it is on hold."),
    "reason": parts.REASON,
    "starts_at": parts.STARTS_AT,
    "changed_at": time("Since when it has been in this state."),
}
_DAILY_CHECK = {
    "practice": parts.PRACTICE,
    "date": day("The day of the runs."),
    "days": list_of(day(), "The days that they searched."),
    "total": integer("Definitive appointments of these days, as the practice database counts them."),
    "adds_up": boolean("Whether each of them is in one column."),
    "unaccounted": list_of(string(), "The TerminId of those in no column."),
    "counts": by_name(integer(), "Appointments by column; `phoned`: of `to_phone` those done.", [*_COLUMNS, "phoned"]),
    "appointments": records(
        {
            "appointment": string("The TerminId."),
            "patient": parts.PATIENT,
            "starts_at": parts.STARTS_AT,
            "mandant": string("The MandantId that pays; empty if there is none."),
            "column": one_of(_COLUMNS, "Where it counts."),
            "reason": or_null(text("Why it is there.")),
            "entry": or_null(string("Its entry: the identity, or the key.")),
            "call": or_null(shared("phone_call", "The call that reached the patient about this start.")),
        },
        "The appointments.",
    ),
    "misinformed": records(
        {
            "key": parts.KEY,
            "appointment": string("The TerminId."),
            "patient": parts.PATIENT,
            "name": parts.NAME,
            "phones": parts.PHONES,
            "announced_start": time("The start that the patient was told."),
            "starts_at": or_null(time("The current start; null if there is none.")),
            "reason": text("What has changed."),
        },
        "Patients who were told a start that has since changed.",
    ),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "status": (
        "The status of a practice; without `--practice`, if there are several, of all practices of the stage.",
        {
            **{name: optional(one) for name, one in _STATUS.items()},
            "remarks": optional(parts.REMARKS),
            "stage": optional({**parts.STAGE, "description": "Of several practices: the stage."}),
            "practices": optional(records(_STATUS, "Several practices, each as above.")),
        },
    ),
    "daily-check": ("The reconciliation of a day.", _DAILY_CHECK),
    "sent": (
        "What was sent on a day.",
        {
            "practice": parts.PRACTICE,
            "date": day("The local day."),
            "unknown": integer("Messages of the day of which it is unknown whether they left; they are not listed."),
            "messages": records(_SENT, "The messages that a provider accepted, by patient and time."),
            "remarks": parts.REMARKS,
        },
    ),
    "calls": (
        "The call list.",
        {
            "practice": parts.PRACTICE,
            "calls": records(_CALL, "The patients to phone."),
            "done": records(_CALL, "Those who were reached, while their appointments are ahead."),
            "remarks": parts.REMARKS,
        },
    ),
    "calls reached": ("Patients who were reached by phone.", _CALLS_NOTED),
    "calls not-reached": ("Calls that did not reach the patient.", _CALLS_NOTED),
    "calls claim": ("Patients whom somebody is phoning now.", _CALLS_NOTED),
    "calls undo": ("Calls that were taken back.", _CALLS_NOTED),
    "patients find": (
        "The patients of a name, a date of birth, a number or a telephone.",
        {
            "practice": parts.PRACTICE,
            "patients": records(_FOUND, "The patients by name, at most 50."),
            "more": boolean("Whether there are more."),
        },
    ),
    "patients unreachable": (
        "Patients without a usable address.",
        {"practice": parts.PRACTICE, "patients": records(_UNREACHABLE, "The patients, by their next appointment.")},
    ),
    "history": ("The job history.", _HISTORY),
    "activity": (
        "The activity log.",
        {
            "practice": parts.PRACTICE,
            "since": time("The start of the period."),
            "entries": optional(records(_NOW, "With `--entry` or `--patient`: the current entries.")),
            "activities": list_of(shared("activity_line"), "What happened, by time."),
        },
    ),
}
