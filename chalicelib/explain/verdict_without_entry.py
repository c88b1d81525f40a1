"""What becomes of a message that has no entry, or is prepared: when, why not, and what to change. Pure; German."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.explain.case import Answers, ExplainedMessage
from chalicelib.explain.rule_answers import RuleAnswer, search_of
from chalicelib.explain.timeline import TimelineEvent
from chalicelib.messages.kind import Kind
from chalicelib.planning.outlook import blockers, jobs_of
from chalicelib.planning.report import RunOutcome
from chalicelib.rules.remedies import OF_ONE_MESSAGE, remedies_of_job
from chalicelib.rules.rules import ADDRESS
from chalicelib.schedule.instants import instant_of
from chalicelib.schedule.job import GERMAN, Job, Tick, next_tick
from chalicelib.schedule.run import RunMessage
from chalicelib.schedule.schedule import slot_day

_MOMENT = timedelta(microseconds=1)
_SLOTS = 100  # of the send job that are looked at: one of a month's will have an open Versandfenster


class Basis(StrEnum):
    """On what an answer rests."""

    ENTRY = "entry"  # as it stands, and the protocols
    PROTOCOL = "protocol"  # a prepare run wrote down why it made no message
    NOW = "now"  # the rules, asked with the data as it is now


@dataclass(frozen=True)
class Verdict:
    """`state` is that of the entry, `planned` where a run will make one, else `none`. All texts are German."""

    state: str
    headline: str
    reason: str | None
    basis: Basis
    then: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


PLANNED, NONE = "planned", "none"


def verdict_without_entry(case: ExplainedMessage, answers: Answers, recorded: TimelineEvent | None) -> Verdict:
    """Of a message for which there is no entry; `recorded` is the last time that a run left it out."""
    if case.candidate is None:
        return _unread(case, recorded)
    if case.day is None:
        return _unfindable(case, answers)
    if case.invalid:
        mend = tuple(remedies_of_job(case.practice, case.job))
        return Verdict(NONE, "Es wird keine Mitteilung aufbereitet.", " ".join(case.invalid), Basis.NOW, (), mend)
    if not case.askable:
        removed = case.practice.record.removed
        reason = f"Die Praxis ist am {case.moment(removed)} entfernt worden." if removed else None
        return Verdict(NONE, "Keine Mitteilung: Es läuft kein Auftrag.", reason, Basis.NOW)
    if case.searches.next is not None:
        return _ahead(case, answers, case.searches.next.tick, recorded)
    if recorded is not None:
        return _recorded(case, answers, recorded)
    return _not_found(case, answers)


def leaves_at(case: ExplainedMessage, after: datetime) -> datetime | None:
    """The first send tick (UTC) of a slot after an instant at which the Versandfenster is open; None: none is near."""
    send = jobs_of(case.practice, case.around.now).get(Job.SEND)
    if send is None:
        return None
    window, zone = case.practice.validated.switches["Versandfenster"], case.practice.zone
    slot = after
    for _ in range(_SLOTS):
        slot = send.next_slot(slot)
        opening = max(slot, window.opens_on(slot_day(slot, zone), zone))
        tick = slot if window.is_open(slot, zone) else next_tick(Tick.SEND, opening - _MOMENT)
        if window.is_open(tick, zone) and slot_day(tick, zone) == slot_day(slot, zone):
            return tick
    return None


def obstacles(case: ExplainedMessage, job: Job) -> tuple[list[str], list[str]]:
    """Why a job would do nothing, and what to change."""
    why = list(blockers(case.practice, job))
    if job is Job.SEND and case.around.stop:
        why.append(f"Das ganze System ist angehalten: {case.around.stop}")
    return why, list(remedies_of_job(case.practice, job, case.around.stop))


def what(case: ExplainedMessage) -> str:
    """`Termin T1` or `Glückwunsch`."""
    return "Glückwunsch" if case.kind is Kind.BIRTHDAY else f"Termin {case.identity.split(':')[1]}"


def _ahead(case: ExplainedMessage, answers: Answers, tick: datetime, recorded: TimelineEvent | None) -> Verdict:
    when, refused = case.moment(tick), answers.refused
    why, mend = obstacles(case, case.job)
    before = _before(case, recorded)
    if why:
        headline = f"Keine Mitteilung: Der Lauf vom {when} tut nichts."
        told = (*why[1:], *before)
        return Verdict(NONE, headline, why[0], Basis.NOW, told, (*mend, *changes_for(case, refused)))
    if not refused:
        sends, obstructed, mended = _sends(case, tick)
        return Verdict(PLANNED, f"Wird am {when} aufbereitet{sends}.", None, Basis.NOW, (*obstructed, *before), mended)
    reason, changes = refused[0].reason, changes_for(case, refused)
    if refused[0].rule == ADDRESS and case.kind is not Kind.BIRTHDAY:
        headline = f"Wird am {when} aufbereitet, aber nicht gesendet: Die Praxis muss anrufen (Anrufliste)."
        return Verdict(PLANNED, headline, reason, Basis.NOW, before, changes)
    return Verdict(
        NONE, f"Keine Mitteilung: Der Lauf vom {when} wird keine machen.", reason, Basis.NOW, before, changes
    )


def _before(case: ExplainedMessage, recorded: TimelineEvent | None) -> tuple[str, ...]:
    if recorded is None:
        return ()
    return (f"Bisher keine Mitteilung: am {case.moment(recorded.at)}: {recorded.reason}",)


def _sends(case: ExplainedMessage, prepared: datetime) -> tuple[str, list[str], tuple[str, ...]]:
    """When it will leave, what stands in the way of that, and what to change."""
    why, mend = obstacles(case, Job.SEND)
    tick = leaves_at(case, prepared)
    if tick is None or (case.candidate and case.candidate.starts_at and case.candidate.starts_at <= tick):
        why.append("Bis zum Termin kommt kein Versand mehr, bei dem das Versandfenster offen ist.")
        mend.append("Den Zeitplan von «Mitteilungen senden» oder das Versandfenster ändern.")
        return "", why, tuple(mend)
    return f" und frühestens am {case.moment(tick)} versendet", why, tuple(mend)


def _recorded(case: ExplainedMessage, answers: Answers, recorded: TimelineEvent) -> Verdict:
    headline = f"Keine Mitteilung; so entschied der Lauf vom {case.moment(recorded.at)}."
    same = [one for one in answers.refused if one.rule == recorded.rule]
    others = [one for one in answers.refused if one.rule != recorded.rule]
    then = []
    if answers.prepare and not same:
        then.append("Nach den heutigen Angaben steht das nicht mehr im Weg.")
    then += [f"Nach den heutigen Angaben auch: {one.reason}" for one in others]
    changes = (*changes_for(case, [*same, *others]), *_again(case))
    return Verdict(NONE, headline, recorded.reason, Basis.PROTOCOL, tuple(then), changes)


def _not_found(case: ExplainedMessage, answers: Answers) -> Verdict:
    """The runs that search the day have been, and told nothing of it."""
    past = case.searches.past
    if not past:
        return _never(case)
    told = {instant_of(run["slot"]): run for run in case.around.runs if run["job"] == case.job}
    slot = next((one for one in reversed(past) if one in told), past[-1])
    run, when = told.get(slot), case.moment(slot)
    if run is None:
        reason = "Er fand nicht statt: Die Praxis war noch nicht eingerichtet, oder er fiel aus."
        headline = f"Keine Mitteilung: Der Lauf vom {when} steht nicht im Auftragsverlauf."
        return Verdict(NONE, headline, reason, Basis.PROTOCOL, _also(answers), _again(case))
    if run["outcome"] in (RunOutcome.FAILED, RunOutcome.SKIPPED, RunOutcome.MISSED):
        headline = f"Keine Mitteilung: Der Lauf vom {when} endete «{run['outcome']}»."
        mend = (*remedies_of_job(case.practice, case.job), *_again(case))
        return Verdict(NONE, headline, " ".join(run["reasons"]) or None, Basis.PROTOCOL, _also(answers), mend)
    headline = f"Keine Mitteilung: Der Lauf vom {when} hat {_it(case)} nicht gefunden."
    reason = "Der Termin ist wohl erst danach erfasst oder auf diesen Tag verschoben worden."
    if case.kind is Kind.BIRTHDAY:
        reason = "Das Geburtsdatum ist wohl erst danach erfasst oder geändert worden."
    return Verdict(
        NONE, headline, reason, Basis.NOW, _also(answers), (*changes_for(case, answers.refused), *_again(case))
    )


def _never(case: ExplainedMessage) -> Verdict:
    job, switches = case.practice.validated.jobs, case.practice.validated.switches
    plan = f"Zeitplan «{job.schedules[case.job]}»" if case.job in job.schedules else "Zeitplan"
    reason = f"{plan} von «{GERMAN[case.job]}»"
    if case.kind is not Kind.BIRTHDAY:
        reason += f", OffsetStartTage {switches['OffsetStartTage']}, OffsetSuchTage {switches['OffsetSuchTage']}"
    change = "Den Zeitplan oder die Suchtage so setzen, dass ein Lauf diesen Tag sucht; «vitosms jobs next» zeigt sie."
    return Verdict(NONE, "Keine Mitteilung: Kein Lauf sucht diesen Tag.", f"{reason}.", Basis.NOW, (), (change,))


def _also(answers: Answers) -> tuple[str, ...]:
    return tuple(f"Nach den heutigen Angaben auch: {one.reason}" for one in answers.refused)


def _again(case: ExplainedMessage) -> tuple[str, ...]:
    """A run by hand, where it would search this day while there is time."""
    now = case.around.now
    if not case.askable or case.day is None or case.candidate is None:
        return ()
    today = slot_day(now, case.practice.zone)
    if case.kind is Kind.BIRTHDAY:
        window = case.practice.validated.switches["Versandfenster"]
        searched = case.day == today and now < window.end_on(today, case.practice.zone)
    else:
        run = RunMessage(case.practice.id, case.job, now, now)
        searched = case.day in search_of(run, case.practice, now, case.around.opt_outs).days
    if not searched or case.over:
        return ()
    return (f"Soll es danach noch eine Mitteilung geben: vitosms jobs run {case.job}",)


def _unread(case: ExplainedMessage, recorded: TimelineEvent | None) -> Verdict:
    if recorded is not None:
        headline = f"Keine Mitteilung; so entschied der Lauf vom {case.moment(recorded.at)}."
        return Verdict(NONE, headline, recorded.reason, Basis.PROTOCOL)
    return Verdict(NONE, "Bisher keine Mitteilung; weshalb, ist nicht bekannt.", case.around.unread, Basis.NOW)


def _unfindable(case: ExplainedMessage, answers: Answers) -> Verdict:
    """No run finds what has no readable date."""
    reason = answers.refused[0].reason if answers.refused else None
    headline = f"Keine Mitteilung: Kein Lauf findet {_it(case)}."
    return Verdict(NONE, headline, reason, Basis.NOW, (), changes_for(case, answers.refused))


def changes_for(case: ExplainedMessage, refused: Sequence[RuleAnswer]) -> tuple[str, ...]:
    """What to change, of what may still help: an appointment that is over can be left as it is."""
    told = [one for one in refused if one.remedy and not (case.over and one.rule in OF_ONE_MESSAGE)]
    return tuple(dict.fromkeys(one.remedy or "" for one in told))


def _it(case: ExplainedMessage) -> str:
    return "den Patienten" if case.kind is Kind.BIRTHDAY else "den Termin"
