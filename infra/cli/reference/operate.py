"""The documents of the operation of a stage."""

from __future__ import annotations

from chalicelib.schedule.job import Job
from infra.account.step import Outcome
from infra.cli.reference import parts
from infra.cli.reference.schema import (
    Schema,
    boolean,
    by_name,
    integer,
    list_of,
    one_of,
    optional,
    or_null,
    record,
    records,
    shared,
    string,
    time,
)
from infra.deploy.change_set import Loss

_STATUS = or_null(string("The status of the stack, as CloudFormation names it; null if there is none."))
_FAILURES = by_name(string(), "What failed and why, by resource.")
_CHANGED_STACK: dict[str, Schema] = {
    "status": _STATUS,
    "changes": records(
        {
            "action": string("In CloudFormation's words: Add, Modify, Remove, Import."),
            "name": string("Of the resource, in the template."),
            "kind": string("Of the resource."),
            "replacement": or_null(string("In CloudFormation's words: True, False, Conditional.")),
            "properties": list_of(string(), "What changes."),
            "stays": boolean("Whether what is removed is kept outside the stack."),
            "loss": or_null(
                one_of(Loss, "What happens to its data, messages or history; null if nothing, or if it has none.")
            ),
        }
    ),
    "outputs": by_name(string(), "The outputs of the stack."),
    "not_made": by_name(list_of(string()), "Resources that an emulator does not know, by kind."),
    "failures": _FAILURES,
}
_PRACTICE = {
    "practice": parts.PRACTICE,
    "canary": boolean("Whether the alarm canary-not-delivered watches it."),
    "state": one_of(["active", "stopped", "removed"], "Its status."),
    "stopped": {**parts.STOPPED, "description": "Why nothing is sent for it; null without a pause of its own."},
    "emails_stopped": {**parts.STOPPED, "description": "Why its e-mails alone are not sent; null if they are."},
    "removed_at": or_null(time("When it was removed.")),
    "email_senders": list_of(string(), "Addresses that its e-mails may come from."),
    "next_runs": by_name(or_null(time()), "The next run, by job.", Job),
    "alerts": records(
        {
            "kind": shared("alert_kind", "The kind of alert."),
            "subject": string("What it is about, such as a Mandant or a job; empty for the practice."),
        },
        "The open alerts.",
    ),
}
_CHANGED = {**_PRACTICE, "warnings": parts.WARNINGS}
_RESTORED = {
    "practice": parts.PRACTICE,
    "entries": records(
        {
            "entry": parts.ENTRY,
            "key": parts.KEY,
            "state": parts.STATE,
            "held": boolean("Whether it is on hold."),
            "reason": parts.REASON,
        },
        "Changed entries, in their new state.",
    ),
    "missing": records(
        {"entry": string("The identity, or the key."), "state": shared("state", "The last state in the logs.")},
        "Entries that are no longer in the table; they are not sent again.",
    ),
    "unpaid": by_name(integer(), "Messages that were sent and are no longer charged, by MandantId."),
    "credits_since": integer("Credits that its send runs have used since."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "practice add": (
        "A practice that was registered.",
        {
            **_CHANGED,
            "settings_added": or_null(
                integer("Settings that were saved with their defaults; null: none, the stage has too many practices.")
            ),
        },
    ),
    "practice list": (
        "All practices of a stage.",
        {"stage": parts.STAGE, "stopped": parts.STOPPED, "practices": records(_PRACTICE)},
    ),
    "practice pause": ("A practice that is paused.", _CHANGED),
    "practice resume": ("A practice that is resumed.", _CHANGED),
    "practice remove": (
        "A practice that was removed; also of `canary remove`.",
        {
            **_PRACTICE,
            "cancelled": integer("Entries that were cancelled."),
            "refunded": integer("Of them those that were refunded."),
            "signed_out": integer("People who can no longer sign in to the desk."),
            "receipts_until": or_null(time("Until when receipts are collected.")),
        },
    ),
    "practice reinstate": (
        "A practice whose removal is taken back.",
        {
            **_CHANGED,
            "reinstated": boolean("Whether it was removed before."),
            "waiting": integer("Entries that the removal had cancelled, and that wait again."),
            "held": integer("Of them those on hold."),
            "too_late": integer("Entries that the removal had cancelled, and whose time is over."),
        },
    ),
    "practice dashboard": (
        "A practice with a dashboard, or without.",
        {
            "practice": parts.PRACTICE,
            "dashboard": or_null(string("Its name in CloudWatch; null after `--remove`.")),
        },
    ),
    "practice policy": (
        "What the people of a practice may do in AWS.",
        {
            "practice": parts.PRACTICE,
            "policy": {"type": "object", "description": "The IAM policy, for `aws iam create-policy`."},
            "links": list_of(string(), "The streams of its two logs in the console."),
        },
    ),
    "practice database": (
        "A practice whose database has another URL.",
        {"practice": parts.PRACTICE, "warnings": parts.WARNINGS},
    ),
    "canary add": (
        "The test practice.",
        {
            "practice": parts.PRACTICE,
            "daily_at": string("The time of the day, in Zurich."),
            "to": string("Where the messages go."),
            "sender": or_null(string("Where e-mails come from.")),
            "watched": boolean("Whether the alarm canary-not-delivered watches it."),
            "warnings": parts.WARNINGS,
        },
    ),
    "canary status": (
        "When a test message was last delivered.",
        {
            "practice": parts.PRACTICE,
            "delivered_at": or_null(time("When the last one was delivered; null if it is not known.")),
            "first_run": or_null(time("Of a new one: when its first message is prepared.")),
            "overdue": boolean("Whether that is too long ago."),
            "watched": boolean("Whether the alarm canary-not-delivered watches it."),
            "warnings": parts.WARNINGS,
        },
    ),
    "pause": (
        "All practices are paused.",
        {
            "stage": parts.STAGE,
            "paused": boolean("Whether they were not paused before."),
            "stopped": parts.STOPPED,
            "warnings": parts.WARNINGS,
        },
    ),
    "resume": (
        "All practices are resumed.",
        {
            "stage": parts.STAGE,
            "resumed": boolean("Whether they were paused before."),
            "send_slots": integer("Send slots of today that continue."),
        },
    ),
    "restored": (
        "Messages that are not sent again after a restore of the table.",
        {
            "stage": parts.STAGE,
            "since": time("The moment to which the table was restored."),
            "practices": records(_RESTORED),
            "sms": records(
                {
                    "at": time(),
                    "number": string("The mobile number."),
                    "delivered": boolean(),
                    "entries": list_of(string(), "Entries with this number."),
                },
                "SMS that SNS has taken since, and that no entry knows.",
            ),
            "unregistered": list_of(string(), "Practices that have sent messages since, and are not in the table."),
            "warnings": parts.WARNINGS,
        },
    ),
    "deploy": (
        "What was changed in AWS.",
        {
            "stage": parts.STAGE,
            **_CHANGED_STACK,
            "sms": optional(
                record(
                    {"region": string("Of AWS."), **_CHANGED_STACK},
                    "The second stack, if SMS are sent from another region and it changes.",
                )
            ),
        },
    ),
    "destroy": (
        "What was removed from AWS.",
        {
            "stage": parts.STAGE,
            "status": _STATUS,
            "stays": optional(list_of(string(), "The IDs of what stays.")),
            "failures": optional(_FAILURES),
        },
    ),
    "setup": (
        "What was set up in an account.",
        {
            "stage": parts.STAGE,
            "steps": records(
                {
                    "step": string(
                        "What it is: `sms_access`, `sender_names`, `email_access`, `sender_address`, `sender_domain`, "
                        "`operator_alerts`, `practices`, `practice`, `licence`, `credits`; or the name of a setting of "
                        "SNS, or of a price."
                    ),
                    "subject": or_null(string("Which practice, licence, Mandant, address or domain; null of others.")),
                    "outcome": one_of(
                        Outcome, "`person`: somebody has to do it; `not_known`: an emulator has no answer."
                    ),
                    "text": string("What it is, or what to do."),
                    "links": list_of(string(), "Pages of AWS on which a person continues."),
                    "records": records({"name": string(), "kind": string(), "value": string()}, "DNS records to set."),
                }
            ),
        },
    ),
}
