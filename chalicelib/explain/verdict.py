"""The verdict on a message without an entry: when a run will prepare it, why none did, what to change. Pure; German."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.explain.message import Answers, ExplainedMessage, PrepareRun
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import first_open_send
from chalicelib.planning.run_report import RunOutcome
from chalicelib.rules.occasion_rules import OCCASION_RULES
from chalicelib.rules.rule import RuleAnswer
from chalicelib.rules.sending_rules import ADDRESS
from chalicelib.schedule.job import GERMAN, Job
from chalicelib.schedule.time_zone import instant_of
from chalicelib.text import Text
from chalicelib.words.words import german, words_of

PLANNED, NONE = "planned", "none"
_TOO_LATE = {
    "den Termin": "Der Termin ist wohl erst danach erfasst oder auf diesen Tag verschoben worden.",
    "den Patienten": "Das Geburtsdatum ist wohl erst danach erfasst oder geändert worden.",
}


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
            return _decided(message, answers, left_out)
        return Verdict("Bisher keine Mitteilung; weshalb, ist nicht bekannt.", message.snapshot.unread)
    if message.day is None:
        reason = reason_of(answers.refused[0]) if answers.refused else None
        suggestions = suggestions_for(message, answers.refused)
        return Verdict(f"Keine Mitteilung: Kein Lauf findet {_it(message)}.", reason, (), suggestions)
    if message.invalid:
        suggestions = message.snapshot.blocked(message.job)[1]
        return Verdict("Es wird keine Mitteilung aufbereitet.", " ".join(message.invalid), (), suggestions)
    if not message.can_be_evaluated:
        removed = message.practice.record.removed
        reason = f"Die Praxis ist am {message.moment(removed)} entfernt worden." if removed else None
        return Verdict("Keine Mitteilung: Es läuft kein Auftrag.", reason)
    past, coming = message.prepare_runs
    if coming is not None:
        return _coming(message, answers, coming, left_out)
    if left_out is not None:
        return _decided(message, answers, left_out)
    return _missed(message, answers, past) if past else _never(message)


def suggestions_for(message: ExplainedMessage, refused: Sequence[RuleAnswer]) -> list[str]:
    """The suggestions that may still help: about an appointment that is over there is nothing to change."""
    useful = [one for one in refused if not (message.over and one.rule in OCCASION_RULES)]
    return list(dict.fromkeys(words_of("de").suggestions(one.suggestions) for one in useful if one.suggestions))


def reason_of(one: RuleAnswer) -> str | None:
    return german(one.reason) if one.reason else None


def _coming(message: ExplainedMessage, answers: Answers, run: PrepareRun, left_out: TimelineEvent | None) -> Verdict:
    when, suggestions = message.moment(run.rules.now), suggestions_for(message, answers.refused)
    reasons, fixes = message.snapshot.blocked(message.job)
    then = [f"Bisher keine Mitteilung: am {message.moment(left_out.at)}: {left_out.reason}"] if left_out else []
    if reasons:
        headline = f"Keine Mitteilung: Der Lauf vom {when} tut nichts."
        return Verdict(headline, reasons[0], [*reasons[1:], *then], [*fixes, *suggestions])
    if not answers.refused:
        sent, reasons, fixes = _sent(message, run)
        return Verdict(f"Wird am {when} aufbereitet{sent}.", None, [*reasons, *then], fixes, state=PLANNED)
    first, state = answers.refused[0], NONE
    headline = f"Keine Mitteilung: Der Lauf vom {when} wird keine machen."
    if first.rule is ADDRESS and message.kind is not Kind.BIRTHDAY:
        headline = f"Wird am {when} aufbereitet, aber nicht gesendet: Die Praxis muss anrufen (Anrufliste)."
        state = PLANNED
    return Verdict(headline, reason_of(first), then, suggestions, state=state)


def _sent(message: ExplainedMessage, run: PrepareRun) -> tuple[str, list[str], list[str]]:
    """When it will leave, what blocks that, and what to change."""
    reasons, fixes = message.snapshot.blocked(Job.SEND)
    tick = first_open_send(message.practice, message.snapshot.now, run.rules.now)
    if tick is not None and (message.starts_at is None or tick < message.starts_at):
        return f" und frühestens am {message.moment(tick)} versendet", reasons, fixes
    reasons.append("Bis zum Termin kommt kein Versand mehr, bei dem das Versandfenster offen ist.")
    return "", reasons, [*fixes, "Den Zeitplan von «Mitteilungen senden» oder das Versandfenster ändern."]


def _decided(message: ExplainedMessage, answers: Answers, left_out: TimelineEvent) -> Verdict:
    same = [one for one in answers.refused if one.rule.name == left_out.rule]
    others = [one for one in answers.refused if one.rule.name != left_out.rule]
    resolved = ["Nach den heutigen Angaben steht das nicht mehr im Weg."] if answers.prepare and not same else []
    suggestions = [*suggestions_for(message, [*same, *others]), *_run_again(message)]
    headline = f"Keine Mitteilung; so entschied der Lauf vom {message.moment(left_out.at)}."
    return Verdict(headline, left_out.reason, [*resolved, *_also(others)], suggestions, Basis.PROTOCOL)


def _missed(message: ExplainedMessage, answers: Answers, past: Sequence[datetime]) -> Verdict:
    """The runs that search the day have been, and recorded nothing of it."""
    recorded = {instant_of(run["slot"]): run for run in message.snapshot.runs if run["job"] == message.job}
    slot = next((one for one in reversed(past) if one in recorded), past[-1])
    run, basis, suggestions = recorded.get(slot), Basis.PROTOCOL, list[str]()
    if run is None:
        what = "steht nicht im Auftragsverlauf"
        reason = "Er fand nicht statt: Die Praxis war noch nicht eingerichtet, oder er fiel aus."
    elif (outcome := run["outcome"]) in (RunOutcome.FAILED, RunOutcome.SKIPPED, RunOutcome.MISSED):
        what, reason = f"endete «{german(Text(f'outcome.{outcome}'))}»", " ".join(run["reasons"])
        suggestions = message.snapshot.blocked(message.job)[1]
    else:
        what, reason = f"hat {_it(message)} nicht gefunden", _TOO_LATE[_it(message)]
        basis, suggestions = Basis.NOW, suggestions_for(message, answers.refused)
    headline = f"Keine Mitteilung: Der Lauf vom {message.moment(slot)} {what}."
    return Verdict(headline, reason or None, _also(answers.refused), [*suggestions, *_run_again(message)], basis)


def _never(message: ExplainedMessage) -> Verdict:
    schedules, switches = message.practice.validated.jobs.schedules, message.practice.validated.switches
    plan = f"Zeitplan «{schedules[message.job]}»" if message.job in schedules else "Zeitplan"
    reason = f"{plan} von «{GERMAN[message.job]}»"
    if message.kind is not Kind.BIRTHDAY:
        reason += f", OffsetStartTage {switches['OffsetStartTage']}, OffsetSuchTage {switches['OffsetSuchTage']}"
    change = "Den Zeitplan oder die Suchtage so setzen, dass ein Lauf diesen Tag sucht; «vitosms jobs next» zeigt sie."
    return Verdict("Keine Mitteilung: Kein Lauf sucht diesen Tag.", f"{reason}.", (), [change])


def _also(refused: Sequence[RuleAnswer]) -> list[str]:
    return [f"Nach den heutigen Angaben auch: {reason_of(one)}" for one in refused]


def _run_again(message: ExplainedMessage) -> list[str]:
    """Suggest a run by hand if it would still search this day in time."""
    if message.candidate is None or message.over:
        return []
    rules = message.rules(message.job, message.snapshot.now)
    searched = message.day in rules.days
    if message.kind is Kind.BIRTHDAY:
        searched = message.day == rules.today and message.snapshot.now < rules.greeting_ends
    return [f"Soll es danach noch eine Mitteilung geben: vitosms jobs run {message.job}"] if searched else []


def _it(message: ExplainedMessage) -> str:
    return "den Patienten" if message.kind is Kind.BIRTHDAY else "den Termin"
