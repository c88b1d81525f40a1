"""The words and colours in which several reports show what the core names."""

from zoneinfo import ZoneInfo

from chalicelib.entries.entry import short_id
from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.messages.recipient import Channel
from chalicelib.planning.run_report import RunOutcome
from chalicelib.practice.opt_out import OptOut
from infra.language import moment_with_year, number
from infra.translation import tr, trn

STATE_COLOURS = {
    State.DELIVERED: "green",
    State.SENT: "green",
    State.COVERED: "green",
    State.FAILED: "red",
    State.REFUSED: "red",
    State.UNKNOWN: "red",
    State.NOT_SENDABLE: "yellow",
    State.PREPARED: "yellow",
}
OUTCOME_COLOURS = {
    RunOutcome.DONE: "green",
    RunOutcome.WITH_ERRORS: "yellow",
    RunOutcome.FAILED: "red",
    RunOutcome.SKIPPED: "cyan",
    RunOutcome.MISSED: "magenta",
}


def short_id_words(key: str) -> str:
    """Where no header says what it is."""
    return tr("Short ID {id}", id=short_id(key))


def kind_words(kind: Kind) -> str:
    match kind:
        case Kind.REMINDER:
            return tr("Appointment reminder")
        case Kind.BIRTHDAY:
            return tr("Birthday greeting")
        case Kind.RESCHEDULED:
            return tr("Rescheduled appointment")
        case Kind.AGAIN:
            return tr("Reminder sent again")


def channel_words(channel: str | None) -> str:
    """A dash if there is none."""
    return tr("E-mail") if channel == Channel.EMAIL else channel or "–"


def labelled(label: str, text: str) -> str:
    """The text behind its label; whether there is a space before the colon is the language's matter."""
    return tr("{label}: {text}", label=label, text=text)


def credits_words(count: int) -> str:
    return trn("{count} credit", "{count} credits", count, count=number(count))


def parts_words(count: int) -> str:
    """Of an SMS."""
    return trn("{count} part", "{count} parts", count, count=number(count))


def messages_words(count: int) -> str:
    return trn("{count} message", "{count} messages", count, count=number(count))


def calls_words(count: int) -> str:
    """Calls that somebody makes."""
    return trn("{count} call", "{count} calls", count, count=number(count))


def stopped_since(noted: OptOut, zone: ZoneInfo) -> str:
    return tr("Stopped since {moment} by {by}: {reason}.",
              moment=moment_with_year(noted.at, zone), by=noted.by, reason=noted.reason)  # fmt: skip
