"""Parts that several documents have: keys with one meaning, and objects with a name."""

from __future__ import annotations

from chalicelib.entries.phone_call import CallOutcome
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.planning.alerts import AlertKind
from chalicelib.planning.run_report import RunOutcome
from chalicelib.reports.call_list import Phone
from chalicelib.rules.rules import RULES
from chalicelib.schedule.job import Job
from chalicelib.text import LANGUAGES
from infra.cli.core.output import SCHEMA_VERSION
from infra.cli.reference.schema import (
    Schema,
    boolean,
    by_name,
    constant,
    day,
    integer,
    list_of,
    number,
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

VERSION = constant(SCHEMA_VERSION, "Of the form of all documents.")
STATES = [*State]
PRACTICE = string("The ID of the practice.")
STAGE = string("The stage of the deployment.")
ENTRY = string("The identity of the entry, such as `reminder:<TerminId>`; empty if its data was removed.")
KEY = string("The key of the entry: a hash that names no patient.")
STATE = shared("state", "The state of the entry.")
KIND = shared("kind", "The kind of message.")
LANGUAGE = or_null(one_of(LANGUAGES, "The language of the message."))
CHANNEL = shared("channel", "How the message is sent.")
CHANNEL_OR_NONE = or_null({**CHANNEL, "description": "How the message is sent; null until that is decided."})
REASON = or_null(text("Why it is where it is."))
PATIENT = string("The PatientId.")
NAME = or_null(string("The name of the patient, if it is known."))
PHONES = records(
    {"kind": one_of(Phone, "Whose it is."), "number": string("As the practice wrote it.")},
    "The phone numbers of the patient, in the order in which one tries them.",
)
APPOINTMENT = or_null(string("The TerminId; null for a greeting."))
MANDANT = or_null(string("The MandantId that pays."))
STARTS_AT = or_null(time("The start of the appointment; null if there is none."))
EXPIRES_AT = time("The deadline of the entry.")
RULE = shared("rule", "The rule.")
CREDITS = integer("What it costs, in credits.")
SMS_PARTS = integer("SMS parts; 0 for an e-mail.")
WARNINGS = list_of(sentence(), "What the person who gave the command should know.")
REMARKS = list_of(sentence(), "What the reader should know.")
STOPPED = or_null(text("Why nothing is sent; null if it is sent."))
SKIPPED = by_name(integer(), "Candidates that got no message, by the rule that refused them.")
JOB = shared("job", "The job.")
NEXT_SEND = or_null(time("The next send run; null if none is planned."))
LAST_RUN = or_null(record({"started_at": time(), "outcome": or_null(shared("run_outcome"))}, "The last run."))
TOTALS = {
    "topped_up": integer("Credits that were added."),
    "charged": integer("Credits that messages have cost."),
    "refunded": integer("Credits that were refunded."),
    "transferred": integer("Credits received from other Mandanten, less those given to them."),
    "balance": integer("Credits that are left."),
}
BALANCES = by_name(record(TOTALS), "Credits by MandantId.")
COUNTS = {**by_name(integer(), "What it did, counted."), "propertyNames": {"pattern": "^[a-z_]+$"}}
RUN = {
    "job": JOB,
    "slot": time("When the job was due."),
    "started_at": time("When the run began."),
    "seconds": number("How long it took."),
    "question_ms": or_null(integer("How long the practice database took to answer, in milliseconds; null for a file.")),
    "outcome": shared("run_outcome", "How it ended."),
    "counts": COUNTS,
    "skipped": SKIPPED,
    "reasons": list_of(text(), "Notes for a person."),
}
_VALUE = {"anyOf": [string(), integer(), record({"time": time()}), record({"day": day()})]}
_PARTS = optional(list_of(shared("text_part"), "Texts inside it, by place."))
_TEXT = {
    "code": string("What is said, as a key of the catalogues."),
    "values": optional(by_name(_VALUE, "Its values, by name.")),
    "parts": _PARTS,
}
_ALERT = {
    "kind": shared("alert_kind", "The kind of alert."),
    "subject": string("What it is about, such as a Mandant or a job; empty for the practice."),
}
SHARED: dict[str, Schema] = {
    "state": one_of(STATES, "A state of an entry."),
    "kind": one_of(Kind, "A kind of message."),
    "channel": one_of([one.name.lower() for one in Channel], "A channel."),
    "job": one_of(Job, "A job."),
    "run_outcome": one_of(RunOutcome, "How a run ended."),
    "rule": one_of([rule.name for rule in RULES], "A rule."),
    "alert_kind": one_of(AlertKind, "A kind of alert."),
    "phone_call": record(
        {
            "at": time("When it was noted."),
            "outcome": one_of(CallOutcome, "`calling`: somebody is phoning now."),
            "start": string("The local start that it was about."),
            "by": string("Who noted it; empty after the personal data was removed."),
            "note": or_null(string("The note.")),
        },
        "A phone call that somebody noted.",
    ),
    "text": record({**_TEXT, "text": string("The same in words.")}, "Something that the program says."),
    "sentence": record(
        {
            **_TEXT,
            "code": optional(string("Missing for a sentence of the command itself.")),
            "text": string("In words."),
        },
        "A text, or a sentence of the command itself.",
    ),
    "text_part": record({"code": string(), "values": _TEXT["values"], "parts": _PARTS}, "A text inside another one."),
    "suggestion": record(
        {
            "kind": string("What can be done."),
            "arguments": by_name({"anyOf": [string(), integer()]}, "With which arguments, by name."),
            "text": string("The same in words, with the command that does it."),
        },
        "A change that a person can make.",
    ),
    "alert": record({**_ALERT, **_TEXT, "text": string("The alert in words.")}, "An alert."),
    "run_line": record(RUN, "A line of the job history."),
    "activity_line": record(
        {
            "at": time("When it happened."),
            "entry": optional(string("The identity of the entry.")),
            "key": optional(KEY),
            "from": optional(shared("state", "The state before; missing for a new entry.")),
            "to": optional(shared("state", "The state since; missing where no entry was made.")),
            "rule": optional({**RULE, "description": "The rule that refused the candidate."}),
            "outcome": optional(string("Of the request to the provider, such as `Accepted`.")),
            "by": optional(string("The person who did it; missing for a job.")),
            "reason": optional(or_null(text("Why; of an entry or a candidate."))),
            "kind": optional(_ALERT["kind"]),
            "subject": optional(_ALERT["subject"]),
            **{name: optional(one) for name, one in _TEXT.items()},
            "text": optional(string("Of an alert: in words.")),
        },
        "A line of the activity log: an entry that changed, a candidate that was left out, or an alert.",
    ),
    "message": record(
        {
            "at": time("When the carrier accepted it."),
            "channel": CHANNEL,
            "to": string("The mobile number or e-mail address."),
            "sender": or_null(string("The SenderID, or the address that it comes from.")),
            "subject": or_null(string("Null for an SMS.")),
            "text": string("The text that is read."),
        },
        "A message as it was sent.",
    ),
    "data_location": record(
        {
            "place": or_null(text("Where.")),
            "log_group": or_null(string("The log group, if it is one.")),
            "what": or_null(text("Which data.")),
            "lines": or_null(integer("How many lines were found; null if they are not counted.")),
            "until": or_null(time("When the last of it is deleted; null if nothing deletes it automatically.")),
            "note": or_null(text("Who deletes it, if nothing does so automatically.")),
        },
        "A place outside the table with data of the patient.",
    ),
    "licence": record(
        {
            "number": string("The licence number."),
            "from": or_null(day("The first day.")),
            "to": or_null(day("The last day.")),
            "revoked": boolean("Whether it was revoked."),
            "problem": optional(or_null(text("Why it is not valid today; in `licences list` only."))),
        },
        "A licence.",
    ),
}
