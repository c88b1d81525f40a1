"""The documents of `queue`."""

from __future__ import annotations

from chalicelib.entries.groups import OPEN_GROUPS, Group
from infra.cli.reference import parts
from infra.cli.reference.schema import (
    Schema,
    boolean,
    by_name,
    integer,
    list_of,
    one_of,
    or_null,
    records,
    shared,
    string,
    text,
    time,
)

_QUEUED = {
    "entry": parts.ENTRY,
    "key": parts.KEY,
    "group": one_of(OPEN_GROUPS, "The group of the queue."),
    "state": parts.STATE,
    "reason": parts.REASON,
    "patient": parts.PATIENT,
    "starts_at": parts.STARTS_AT,
    "expires_at": parts.EXPIRES_AT,
    "mandant": parts.MANDANT,
    "channel": parts.CHANNEL_OR_NONE,
    "credits": parts.CREDITS,
}
_SHOWN = {
    "practice": parts.PRACTICE,
    **{name: _QUEUED[name] for name in ("entry", "key")},
    "kind": parts.KIND,
    "group": or_null(one_of(Group, "The group of the queue.")),
    "state": parts.STATE,
    "changed_at": time("Since when it has been in this state."),
    "reason": parts.REASON,
    "held": boolean("Whether it is on hold."),
    "cancelled_manually": boolean("Whether a person cancelled it."),
    "patient": parts.PATIENT,
    "starts_at": parts.STARTS_AT,
    "expires_at": parts.EXPIRES_AT,
    "mandant": parts.MANDANT,
    "channel": parts.CHANNEL_OR_NONE,
    "language": parts.LANGUAGE,
    "attempt": integer("How many times it was reserved."),
    "credits": parts.CREDITS,
    "parts": parts.SMS_PARTS,
    "recipient": or_null(string("Where the message goes; null before it is frozen.")),
    "sender": or_null(string("From where.")),
    "subject": or_null(string("Of an e-mail.")),
    "text": or_null(string("Of the message.")),
    "next": text("What comes next."),
    "suggestions": list_of(shared("suggestion"), "What a person may do now."),
    "may_become": list_of(shared("state"), "The states that may follow."),
    "activities": list_of(shared("activity_line"), "What happened to it, by time."),
}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "queue list": (
        "The open entries.",
        {
            "practice": parts.PRACTICE,
            "counts": by_name(integer(), "All of them, by group.", OPEN_GROUPS),
            "entries": records(_QUEUED, "Those asked for."),
        },
    ),
    "queue show": ("Everything about one entry.", _SHOWN),
    "queue cancel": (
        "Entries that were stopped.",
        {
            "practice": parts.PRACTICE,
            "cancelled": list_of(string(), "The entries: identities, or keys."),
            "refunded": integer("Credits that were refunded."),
        },
    ),
    "queue release": (
        "Entries that were released.",
        {
            "practice": parts.PRACTICE,
            "released": list_of(string(), "The entries: identities."),
            "next_send": parts.NEXT_SEND,
            "warnings": parts.WARNINGS,
        },
    ),
    "queue send-again": (
        "A message that is sent again.",
        {
            "practice": parts.PRACTICE,
            "entry": parts.ENTRY,
            "key": parts.KEY,
            "first": string("The entry of the first message."),
            "credits": integer("What it is likely to cost, as the first one did."),
            "mandant": parts.MANDANT,
            "balance": integer("The credits of the billing practitioner, before."),
            "next_send": parts.NEXT_SEND,
            "warnings": parts.WARNINGS,
        },
    ),
    "queue resolve": (
        "An entry that was settled.",
        {
            "practice": parts.PRACTICE,
            "entry": parts.ENTRY,
            "key": parts.KEY,
            "state": parts.STATE,
            "reason": parts.REASON,
            "credits": parts.CREDITS,
            "next_send": parts.NEXT_SEND,
            "warnings": parts.WARNINGS,
        },
    ),
}
