"""The documents of `explain` and `preview`."""

from __future__ import annotations

from chalicelib.explain.verdict import NONE, PLANNED, Basis
from chalicelib.preview.result import PlannedOutcome
from chalicelib.rules.rule import Result
from infra.cli.daily.preview import JOBS
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
    shared,
    string,
    text,
    time,
)

_RULE = record(
    {
        "rule": parts.RULE,
        "result": one_of([one.name.lower() for one in Result], "`not_asked`: a rule that it needs has refused."),
        "reason": or_null(text("Why it refuses.")),
        "fact": or_null(text("The data that it checked.")),
        "suggestions": list_of(shared("suggestion"), "Changes that would help."),
    }
)
_EXPLANATION = {
    "entry": parts.ENTRY,
    "key": parts.KEY,
    "kind": parts.KIND,
    "appointment": parts.APPOINTMENT,
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "day": or_null(day("The day that it is about.")),
    "starts_at": parts.STARTS_AT,
    "state": one_of([*parts.STATES, PLANNED, NONE], "Of the entry; without one `planned` or `none`."),
    "headline": text("The answer."),
    "reason": or_null(text("Why.")),
    "basis": one_of(Basis, "The source of the answer: the entry, the logs, or the rules with the current data."),
    "asked_at": or_null(time("The run for which the rules were evaluated.")),
    "ahead": boolean("Whether that run is still to come."),
    "rules": list_of(_RULE, "Every rule, when the message is prepared."),
    "send_rules": list_of(_RULE, "Those whose answer differs when it is sent."),
    "timeline": records(
        {
            "at": time(),
            "event": text("What happened."),
            "state": or_null(shared("state", "The state since; null where no entry was made.")),
            "rule": or_null({**parts.RULE, "description": "The rule that refused."}),
            "reason": or_null(text("Why.")),
            "by": or_null(string("The person who did it; null for a job.")),
        },
        "What happened, by time.",
    ),
    "next": list_of(text(), "What comes next."),
    "suggestions": list_of(shared("suggestion"), "What to change."),
    "remarks": parts.REMARKS,
    "text": or_null(string("The text of the message, as it was sent or as it would be now.")),
    "message": or_null(
        record(
            {
                "channel": parts.CHANNEL_OR_NONE,
                "recipient": or_null(string("Where it goes.")),
                "sender": or_null(string("From where.")),
                "subject": or_null(string("Of an e-mail.")),
                "parts": parts.SMS_PARTS,
                "credits": parts.CREDITS,
                "mandant": parts.MANDANT,
                "message_id": or_null(string("The ID at SNS or SES.")),
                "reserved_at": or_null(time("When it was paid and frozen.")),
                "attempt": integer("Which attempt this is, from 1."),
            },
            "The message as it is frozen in the entry; null before that.",
        )
    ),
}
_LINE = {
    "key": parts.KEY,
    "kind": parts.KIND,
    "patient": parts.PATIENT,
    "name": parts.NAME,
    "starts_at": parts.STARTS_AT,
    "leaves_at": or_null(time("When the message would be sent; null if none is.")),
    "outcome": one_of(PlannedOutcome, "Its planned outcome."),
    "rule": or_null({**parts.RULE, "description": "The rule that refuses."}),
    "reason": or_null(text("Why there is no message.")),
    "mandant": parts.MANDANT,
    "channel": parts.CHANNEL_OR_NONE,
    "parts": parts.SMS_PARTS,
    "credits": parts.CREDITS,
    "subject": or_null(string("Of an e-mail.")),
    "text": or_null(string("Of the message.")),
}
_COSTS = by_name(record({"today": integer(), "changed": integer()}), "What the messages cost, by MandantId.")
_PREVIEW = {
    "practice": parts.PRACTICE,
    "runs": by_name(time(), "The prepare runs that it is about, by job.", JOBS.values()),
    "blockers": by_name(list_of(text()), "Why a job would do nothing, by job."),
    "lines": records(_LINE, "Each candidate, and each waiting entry."),
    "skipped": parts.SKIPPED,
    "credits": by_name(
        record({"balance": integer("Now."), "cost": integer("Of the messages."), "left": integer("Afterwards.")}),
        "Credits by MandantId.",
    ),
    "settings": by_name(string(), "The parameters of `--switch`."),
    "difference": optional(
        record(
            {
                "gains": records(_LINE, "Who would get a message with them only."),
                "loses": records(_LINE, "Who would get none because of them."),
                "changes": records({"today": record(_LINE), "changed": record(_LINE)}, "Who would get another one."),
                "credits": _COSTS,
            },
            "What the settings of `--switch` change.",
        )
    ),
    "remarks": parts.REMARKS,
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "explain": (
        "Why a patient gets a message, or none.",
        {"practice": parts.PRACTICE, "explanations": records(_EXPLANATION, "One for each message.")},
    ),
    "preview": ("The planned results of the next runs.", _PREVIEW),
}
