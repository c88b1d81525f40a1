"""The verdict on a message without an entry: when a run will prepare it, why none did, what to change. Pure; German."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.explain.answers import Answers
from chalicelib.explain.message import ExplainedMessage, PrepareRun
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send
from chalicelib.planning.report import RunOutcome
from chalicelib.rules.occasion_rules import OCCASION_RULES
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.sending_rules import ADDRESS
from chalicelib.schedule.instants import instant_of
from chalicelib.schedule.job import GERMAN, Job

PLANNED, NONE = "planned", "none"


class Basis(StrEnum):
    """The evidence of a verdict."""

    ENTRY = "entry"  # its current state, and the logs
    PROTOCOL = "protocol"  # a prepare run recorded why it made no message
    NOW = "now"  # the rules, evaluated with the current data


@dataclass(frozen=True)
class Verdict:
    """`state` is that of the entry, `planned` if a run will make one, else `none`. All texts are German."""

    headline: str
    reason: str | None = None
    then: Sequence[str] = ()
    suggestions: Sequence[str] = ()
    basis: Basis = Basis.NOW
    state: str = NONE


def verdict_without_entry(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent | None) -> Verdict:
    """Judge a message that has no entry; `left_out` is the last time that a run left it out."""
    if message.candidate is None:
        if left_out is not None:
            return _left_out(message, left_out, (), ())
        return Verdict("Bisher keine Mitteilung; weshalb, ist nicht bekannt.", message.snapshot.unread)
    if message.day is None:
        reason = answers.refused[0].reason if answers.refused else None
        suggestions = suggestions_for(message, answers.refused)
        return Verdict(f"Keine Mitteilung: Kein Lauf findet {_it(message)}.", reason, (), suggestions)
    if message.invalid:
        suggestions = message.snapshot.blocked(message.job)[1]
        return Verdict("Es wird keine Mitteilung aufbereitet.", " ".join(message.invalid), (), suggestions)
    if not message.can_be_evaluated:
        removed = message.practice.record.removed
        reason = f"Die Praxis ist am {message.moment(removed)} entfernt worden." if removed else None
        return Verdict("Keine Mitteilung: Es läuft kein Auftrag.", reason)
    if message.prepare_runs.next is not None:
        return _coming(message, answers, message.prepare_runs.next, left_out)
    if left_out is not None:
        return _decided(message, answers, left_out)
    return _missed(message, answers) if message.prepare_runs.past else _never(message)


def suggestions_for(message: ExplainedMessage, refused: Sequence[RuleAnswer]) -> list[str]:
    """The suggestions that may still help: about an appointment that is over there is nothing to change."""
    useful = [one for one in refused if not (message.over and one.rule in OCCASION_RULES)]
    return list(dict.fromkeys(one.suggestion for one in useful if one.suggestion))


def _coming(message: ExplainedMessage, answers: Answers, run: PrepareRun, left_out: TimelineEvent | None) -> Verdict:
    when, refused = message.moment(run.rules.now), answers.refused
    reasons, fixes = message.snapshot.blocked(message.job)
    suggestions = suggestions_for(message, refused)
    before = []
    if left_out is not None:
        before = [f"Bisher keine Mitteilung: am {message.moment(left_out.at)}: {left_out.reason}"]
    if reasons:
        headline = f"Keine Mitteilung: Der Lauf vom {when} tut nichts."
        return Verdict(headline, reasons[0], [*reasons[1:], *before], [*fixes, *suggestions])
    if not refused:
        sent, reasons, fixes = _sent(message, run)
        return Verdict(f"Wird am {when} aufbereitet{sent}.", None, [*reasons, *before], fixes, state=PLANNED)
    headline, state = f"Keine Mitteilung: Der Lauf vom {when} wird keine machen.", NONE
    if refused[0].rule is ADDRESS and message.kind is not Kind.BIRTHDAY:
        headline = f"Wird am {when} aufbereitet, aber nicht gesendet: Die Praxis muss anrufen (Anrufliste)."
        state = PLANNED
    return Verdict(headline, refused[0].reason, before, suggestions, state=state)


def _sent(message: ExplainedMessage, run: PrepareRun) -> tuple[str, list[str], list[str]]:
    """When it will leave, what blocks that, and what to change."""
    reasons, fixes = message.snapshot.blocked(Job.SEND)
    tick = first_open_send(message.practice, message.snapshot.now, run.rules.now)
    starts_at = message.candidate.starts_at if message.candidate else None
    if tick is not None and (starts_at is None or tick < starts_at):
        return f" und frühestens am {message.moment(tick)} versendet", reasons, fixes
    reasons.append("Bis zum Termin kommt kein Versand mehr, bei dem das Versandfenster offen ist.")
    return "", reasons, [*fixes, "Den Zeitplan von «Mitteilungen senden» oder das Versandfenster ändern."]


def _decided(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent) -> Verdict:
    same = [one for one in answers.refused if one.rule.name == left_out.rule]
    others = [one for one in answers.refused if one.rule.name != left_out.rule]
    resolved = ["Nach den heutigen Angaben steht das nicht mehr im Weg."] if answers.prepare and not same else []
    suggestions = [*suggestions_for(message, [*same, *others]), *_run_again(message)]
    return _left_out(message, left_out, [*resolved, *_also(others)], suggestions)


def _left_out(
    message: ExplainedMessage, left_out: TimelineEvent, then: Sequence[str], suggestions: Sequence[str]
) -> Verdict:
    headline = f"Keine Mitteilung; so entschied der Lauf vom {message.moment(left_out.at)}."
    return Verdict(headline, left_out.reason, then, suggestions, Basis.PROTOCOL)


def _missed(message: ExplainedMessage, answers: Answers) -> Verdict:
    """The runs that search the day have been, and recorded nothing of it."""
    past = message.prepare_runs.past
    recorded = {instant_of(run["slot"]): run for run in message.snapshot.runs if run["job"] == message.job}
    slot = next((one for one in reversed(past) if one in recorded), past[-1])
    run, when, also, again = recorded.get(slot), message.moment(slot), _also(answers.refused), _run_again(message)
    if run is None:
        headline = f"Keine Mitteilung: Der Lauf vom {when} steht nicht im Auftragsverlauf."
        reason = "Er fand nicht statt: Die Praxis war noch nicht eingerichtet, oder er fiel aus."
        return Verdict(headline, reason, also, again, Basis.PROTOCOL)
    if run["outcome"] in (RunOutcome.FAILED, RunOutcome.SKIPPED, RunOutcome.MISSED):
        headline = f"Keine Mitteilung: Der Lauf vom {when} endete «{run['outcome']}»."
        suggestions = [*message.snapshot.blocked(message.job)[1], *again]
        return Verdict(headline, " ".join(run["reasons"]) or None, also, suggestions, Basis.PROTOCOL)
    headline = f"Keine Mitteilung: Der Lauf vom {when} hat {_it(message)} nicht gefunden."
    reason = "Der Termin ist wohl erst danach erfasst oder auf diesen Tag verschoben worden."
    if message.kind is Kind.BIRTHDAY:
        reason = "Das Geburtsdatum ist wohl erst danach erfasst oder geändert worden."
    return Verdict(headline, reason, also, [*suggestions_for(message, answers.refused), *again])


def _never(message: ExplainedMessage) -> Verdict:
    schedules, switches = message.practice.validated.jobs.schedules, message.practice.validated.switches
    plan = f"Zeitplan «{schedules[message.job]}»" if message.job in schedules else "Zeitplan"
    reason = f"{plan} von «{GERMAN[message.job]}»"
    if message.kind is not Kind.BIRTHDAY:
        reason += f", OffsetStartTage {switches['OffsetStartTage']}, OffsetSuchTage {switches['OffsetSuchTage']}"
    change = "Den Zeitplan oder die Suchtage so setzen, dass ein Lauf diesen Tag sucht; «vitosms jobs next» zeigt sie."
    return Verdict("Keine Mitteilung: Kein Lauf sucht diesen Tag.", f"{reason}.", (), [change])


def _also(refused: Sequence[RuleAnswer]) -> list[str]:
    return [f"Nach den heutigen Angaben auch: {one.reason}" for one in refused]


def _run_again(message: ExplainedMessage) -> list[str]:
    """Suggest a run by hand if it would still search this day in time."""
    now, zone = message.snapshot.now, message.practice.zone
    rules = message.rules(message.job, now)
    searched = message.day in rules.days
    if message.kind is Kind.BIRTHDAY:
        searched = message.day == rules.today and now < rules.switches["Versandfenster"].end_on(rules.today, zone)
    if not searched or message.over:
        return []
    return [f"Soll es danach noch eine Mitteilung geben: vitosms jobs run {message.job}"]


def _it(message: ExplainedMessage) -> str:
    return "den Patienten" if message.kind is Kind.BIRTHDAY else "den Termin"
