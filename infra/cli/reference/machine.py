"""The documents of what runs on one machine."""

from __future__ import annotations

from infra.cli.reference import parts
from infra.cli.reference.schema import (
    Schema,
    by_name,
    integer,
    list_of,
    one_of,
    or_null,
    record,
    records,
    shared,
    string,
    time,
)
from infra.local.timetable import RULES
from infra.local.weather import DatabaseState, ProviderTrouble

_MESSAGES = list_of(shared("message"), "Messages to patients.")
_NOTICES = list_of(shared("message"), "E-mails to people of practices.")
_OPERATOR = records(
    {
        "practice": string("The practice; where it is about none, what it is about, in words."),
        "alerts": list_of(shared("alert")),
    },
    "What the operator was told.",
)
_REHEARSED = {
    "practice": parts.PRACTICE,
    "from": time("Where the clock began."),
    "to": time("Where it ended."),
    "entries": records(
        {
            "entry": parts.ENTRY,
            "kind": parts.KIND,
            "state": parts.STATE,
            "channel": parts.CHANNEL_OR_NONE,
            "recipient": or_null(string("Where the message goes; null before it is frozen.")),
            "mandant": parts.MANDANT,
            "parts": parts.SMS_PARTS,
            "credits": parts.CREDITS,
            "language": parts.LANGUAGE,
            "text": or_null(string("Of the message.")),
            "reason": parts.REASON,
            "starts_at": parts.STARTS_AT,
        },
        "All entries at the end.",
    ),
    "messages": records(
        {
            "at": time(),
            "channel": parts.CHANNEL,
            "to": string(),
            "sender": or_null(string()),
            "subject": or_null(string("Of an e-mail.")),
            "text": string(),
            "attachments": list_of(string(), "The names of the files of an e-mail."),
            "entry": or_null(string("The identity of its entry.")),
        },
        "Messages that the carriers accepted.",
    ),
    "skipped": parts.SKIPPED,
    "credits": parts.BALANCES,
    "runs": list_of(shared("run_line"), "The job history."),
    "alerts": list_of(shared("alert"), "What the operator was told."),
    "notices": records(
        {"at": time(), "to": string(), "subject": string(), "text": string()}, "E-mails to people of the practice."
    ),
    "calls": record({"aws": by_name(integer(), "By operation."), "sql_statements": integer()}, "The number of calls."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "demo": ("Two days of a generated practice.", _REHEARSED),
    "rehearse": ("A practice that was played for a span of time.", _REHEARSED),
    "simulate": (
        "Broken promises.",
        {
            "days": integer("Practice-days that were played."),
            "messages": integer("Messages that were requested."),
            "faults": by_name(integer(), "The failures that were caused, by kind."),
            "violations": records(
                {
                    "seed": integer(),
                    "episode": integer(),
                    "practice": string(),
                    "text": string("The promise that was broken."),
                    "history": list_of(string(), "The transitions of the entry."),
                }
            ),
        },
    ),
    "local play": (
        "What happened while the clock of the local cloud moved.",
        {
            "stage": parts.STAGE,
            "now": time("Where the clock stands."),
            "zone": string("The time zone of the practices."),
            "runs": records({"practice": parts.PRACTICE, **parts.RUN}, "Runs that ended meanwhile."),
            "messages": _MESSAGES,
            "notices": _NOTICES,
            "operator": _OPERATOR,
            "failed": list_of(string(), "Lambdas that failed, once for each call."),
        },
    ),
    "local mailbox": ("E-mails to people of practices.", {"notices": _NOTICES, "operator": _OPERATOR}),
    "local messages": ("The messages to patients that the carriers accepted.", {"messages": _MESSAGES}),
    "local provider": (
        "The trouble that the next messages will meet.",
        {"next": one_of(ProviderTrouble), "count": integer("How many messages.")},
    ),
    "local database": (
        "Whether the practice databases answer from now on.",
        {"state": one_of(DatabaseState)},
    ),
    "local tick": (
        "The ticks that will be lost.",
        {"lost": records({"rule": one_of(RULES, "The Lambda that is not called."), "at": time()})},
    ),
}
