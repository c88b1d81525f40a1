"""The documents of the credits of a practice, and of the data of its patients."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from chalicelib.entries.credits import AUTOMATIC, ORDER
from chalicelib.entries.entry import Entry
from chalicelib.practice.opt_out import Source
from infra.cli.reference import parts
from infra.cli.reference.patient_stops import STOP
from infra.cli.reference.schema import (
    Schema,
    boolean,
    by_name,
    constant,
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

_BY = one_of(["agenda", "past"], "By the known appointments, or by what is usual on this weekday.")
_FORECAST = {
    "licence_problem": or_null(text("Why the Mandant may not send; null if it may, or if that is not known.")),
    "balance": integer("Credits now."),
    "end": day("The last day of the forecast."),
    "lasts_until": or_null(time("The first message that the credits do not cover; null if they cover all until then.")),
    "by": or_null({**_BY, "description": "How that is known."}),
    "reminders": integer("Known reminders that the credits do not cover."),
    "greetings": integer("Known greetings that the credits do not cover."),
    "days": records(
        {
            "day": day(),
            "known": integer("Credits for the known messages."),
            "usual": integer("Credits that this weekday usually takes."),
            "expected": integer("Credits that the forecast uses."),
            "by": _BY,
            "left": integer("Credits afterwards; below zero if they are not enough."),
        },
        "Day by day.",
    ),
}
_ORDER = {
    "number": integer("It counts from 1 in each practice."),
    "mandant": string("The MandantId."),
    "credits": integer(),
    "note": string("For the operator; may be empty."),
    "by": string("Who ordered."),
    "at": time("When."),
    "fulfilled_at": or_null(time("When the credits were added; null while the order is open.")),
}
_LEDGER = {
    "at": time(),
    "mandant": string("The MandantId."),
    "kind": one_of(["top_up", "charge", "refund", "transfer"], "The kind of item."),
    "credits": integer("Credits received; below zero if they were given."),
    "balance": integer("Credits of the Mandant afterwards."),
    "key": string("The key of the item."),
    "reference": or_null(string("Of a top-up or a transfer; of an order: its number.")),
    "source": or_null(one_of(["person", ORDER, AUTOMATIC], "Of a top-up: who added the credits.")),
    "other_mandant": or_null(string("Of a transfer: the other Mandant.")),
    "entries": list_of(string(), "The entries that it paid or gave back: identities, or keys."),
}
_SOURCE = one_of(Source, "How it became known.")
_OPT_OUT = {
    "hash": string("The hash of the address or the patient: it names nobody."),
    "channel": or_null({**parts.CHANNEL, "description": "Of the address; null for a patient."}),
    "source": _SOURCE,
    "at": time("Since when."),
}
_RECEIPT = {
    "delivered": boolean("Whether it arrived."),
    "reason": string("The provider's own words."),
    "message_id": optional(string("Of an SMS: the ID at SNS.")),
    "priced": optional(boolean("Of an SMS: whether it was paid.")),
    "sort_key": optional(string("Of an e-mail: its place in the mailbox of the practice.")),
    "entry": optional(string("Of an e-mail: the key of the entry.")),
    "attempt": optional(integer("Of an e-mail: the attempt of the entry.")),
    "opts_out": optional(or_null({**_SOURCE, "description": "Of an e-mail: why nothing more may be sent there."})),
    "recipient": optional(string("Of an e-mail: a mark of its address, which names nobody.")),
    "counts_from": optional(or_null(time("Of a soft bounce: when it counts, unless a delivery is reported."))),
}
_LOCATIONS = list_of(shared("data_location"), "Where else the patient's data is, and until when.")
_KINDS: dict[str, Schema] = {"str": string(), "int": integer(), "bool": boolean(), "date": day(), "datetime": time()}


def _field(name: str, kind: Any) -> Schema:
    """Of an entry: what its attribute holds."""
    known = {"reason": text(), "channel": parts.CHANNEL, "kind": parts.KIND, "state": parts.STATE}
    known["phone_calls"] = list_of(shared("phone_call"), "Phone calls that people noted.")
    return optional(known.get(name) or _KINDS[str(kind).removesuffix(" | None")])


_ENTRY = {"key": parts.KEY, **{one.name: _field(one.name, one.type) for one in fields(Entry)}}
DOCUMENTS: dict[str, tuple[str, dict[str, Schema]]] = {
    "credits balance": (
        "The credits of each Mandant.",
        {"practice": parts.PRACTICE, "credits": parts.BALANCES, "remarks": parts.REMARKS},
    ),
    "credits topup": (
        "Credits that were added.",
        {
            "practice": parts.PRACTICE,
            "mandant": string("The MandantId."),
            "reference": string("The reference; each adds credits only once."),
            "added": integer("Credits that were added now; 0 if they had been added before."),
            "at": time("When they were added."),
            "balance": integer("Credits now."),
        },
    ),
    "credits transfer": (
        "Credits that were moved.",
        {
            "practice": parts.PRACTICE,
            "from": string("The MandantId that gave."),
            "to": string("The MandantId that received."),
            "reference": string("The reference; each moves credits only once."),
            "moved": integer("Credits that were moved now; 0 if they had been moved before."),
            "at": time("When they were moved."),
            "balances": by_name(integer(), "Credits now, by MandantId."),
        },
    ),
    "credits order": (
        "Credits that were ordered.",
        {
            "practice": parts.PRACTICE,
            "sent": boolean("Whether the operator was told now; false if the same order was open already."),
            "order": record(_ORDER),
        },
    ),
    "credits orders": (
        "The orders of credits.",
        {"practice": parts.PRACTICE, "orders": records(_ORDER, "By number; without `--all` those that are open.")},
    ),
    "credits fulfil": (
        "An order whose credits were added.",
        {
            "practice": parts.PRACTICE,
            "added": integer("Credits that were added now; 0 if they had been added before."),
            "balance": integer("Credits now."),
            "order": record(_ORDER),
        },
    ),
    "credits automatic": (
        "The Mandanten that are topped up automatically.",
        {
            "practice": parts.PRACTICE,
            "automatic": records(
                {
                    "mandant": string("The MandantId."),
                    "below": integer("The limit."),
                    "amount": integer("The credits that are added when the balance falls below it."),
                },
                "By MandantId.",
            ),
        },
    ),
    "credits ledger": (
        "The changes of the credits.",
        {"practice": parts.PRACTICE, "ledger": records(_LEDGER, "The items, by time."), "remarks": parts.REMARKS},
    ),
    "credits forecast": (
        "When the credits run out.",
        {
            "practice": parts.PRACTICE,
            "credits": by_name(record(_FORECAST), "By MandantId."),
            "remarks": parts.REMARKS,
        },
    ),
    "optout add": (
        "An address to which nothing more is sent.",
        {"practice": parts.PRACTICE, "added": boolean("Whether it was not opted out before."), **_OPT_OUT},
    ),
    "optout remove": (
        "An address that may get messages again.",
        {"practice": parts.PRACTICE, "removed": constant(True), **_OPT_OUT, "warnings": parts.WARNINGS},
    ),
    "optout list": (
        "All opt-outs; with `--address` or `--patient`, whether it is opted out.",
        {
            "practice": parts.PRACTICE,
            "opt_outs": optional(records(_OPT_OUT, "All, by time.")),
            "opted_out": optional(boolean("Of one: whether there is an opt-out.")),
            **{name: optional(one) for name, one in _OPT_OUT.items()},
        },
    ),
    "export": (
        "All stored data of a patient; `--to` writes the same.",
        {
            "practice": parts.PRACTICE,
            "patient": parts.PATIENT,
            "erased_at": or_null(time("When the patient's data was erased before.")),
            "stop": or_null(record(STOP, "Who has stopped all messages to the patient.")),
            "entries": records(_ENTRY, "The patient's entries, by the attributes of an entry that have a value."),
            "activities": list_of(shared("activity_line"), "What the activity log tells of them."),
            "job_history": list_of(shared("run_line"), "The runs whose line names the patient."),
            "receipts": records(_RECEIPT, "Receipts that wait for a status job."),
            "opt_outs": records(
                {"address": string(), "channel": parts.CHANNEL, "source": _SOURCE, "at": time()},
                "The patient's addresses that are opted out.",
            ),
            "ledger": records(
                {
                    "mandant": string("The MandantId."),
                    "entry": parts.KEY,
                    "credits": integer("Below zero for a charge."),
                    "at": time(),
                },
                "Payments for the patient's messages.",
            ),
            "practice_database": list_of(
                by_name({"type": ["string", "number", "null"]}),
                "The patient's rows, by the columns of the practice database.",
            ),
            "practice_database_unread": or_null(text("Why they could not be read.")),
            "data_locations": _LOCATIONS,
            "exported_at": time(),
        },
    ),
    "erase": (
        "The result of erasing a patient's data.",
        {
            "practice": parts.PRACTICE,
            "patient": parts.PATIENT,
            "anonymised": integer("Entries whose personal data was removed."),
            "cancelled": integer("Of them those that were cancelled."),
            "refunded": integer("Credits that were refunded."),
            "opted_out": integer("New opt-outs: of the patient and of their addresses."),
            "sending": list_of(string(), "Keys of entries that were just being sent: erase them in ten minutes."),
            "addresses": list_of(string(), "The patient's addresses, which were opted out."),
            "unread": or_null(text("Why the practice database could not be read.")),
            "appointments_ahead": list_of(time(), "The patient's appointments that no longer get a message."),
            "data_locations": _LOCATIONS,
        },
    ),
}
