"""The words in which a report speaks to a practice."""

from chalicelib.entries.states import State
from chalicelib.messages.kind import Kind
from chalicelib.planning.run_report import RunOutcome

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
KINDS = {Kind.REMINDER: "Terminerinnerung", Kind.BIRTHDAY: "Geburtstag", Kind.RESCHEDULED: "Terminverschiebung"}
OUTCOME_COLOURS = {
    RunOutcome.DONE: "green",
    RunOutcome.WITH_ERRORS: "yellow",
    RunOutcome.FAILED: "red",
    RunOutcome.SKIPPED: "cyan",
    RunOutcome.MISSED: "magenta",
}
