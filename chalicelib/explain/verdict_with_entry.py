"""What an entry's state means for whoever asks, what follows and when, and what to change. Pure; German."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.entries.deadlines import RECEIPTS_TAKE, UNCONFIRMED_AFTER
from chalicelib.entries.entry import Entry
from chalicelib.entries.labels import STATES
from chalicelib.entries.reason_text import sentence_of
from chalicelib.entries.states import REVIVABLE, State
from chalicelib.explain.case import Answers, ExplainedMessage
from chalicelib.explain.rule_answers import RuleAnswer
from chalicelib.explain.verdict_without_entry import Basis, Verdict, changes_for, leaves_at, obstacles
from chalicelib.messages.kind import Kind
from chalicelib.planning.compose import Message
from chalicelib.planning.outlook import next_send
from chalicelib.rules.remedies import remedy_of_waiting
from chalicelib.rules.rescheduled import ANNOUNCED
from chalicelib.rules.rules import ADDRESS
from chalicelib.schedule.job import Job

_MOMENT = timedelta(microseconds=1)
_OVER = "Es geschieht nichts mehr."


def verdict_for_entry(case: ExplainedMessage, entry: Entry, answers: Answers, message: Message | None) -> Verdict:
    """Of a message that has an entry; `message` is how it would be now."""
    if entry.state is State.PREPARED:
        return _waiting(case, entry, answers, message)
    headline, then = _told(case, entry)
    changes: list[str] = []
    if entry.state in REVIVABLE:
        revived, changes = _revived(case, answers)
        then += revived or [_OVER]
    changes += filter(None, [remedy_of_waiting(entry, None) if entry.expires_at > case.around.now else None])
    moved = _moved(case, entry) if entry.state in ANNOUNCED else None
    if moved:
        then.append(moved[0])
        changes += moved[1]
    reason = sentence_of(entry.reason)
    return Verdict(entry.state, headline, reason, Basis.ENTRY, tuple(then), tuple(dict.fromkeys(changes)))


def missing_credits(case: ExplainedMessage, entry: Entry, message: Message | None) -> int | None:
    """How many credits its Mandant lacks for this message; None: none, as far as is known."""
    around = case.around
    balance = around.balances.get(entry.mandant or "")
    if message is None or around.tariff is None or balance is None:
        return None
    return max(around.tariff.price(message.channel, message.parts) - balance, 0) or None


def _waiting(case: ExplainedMessage, entry: Entry, answers: Answers, message: Message | None) -> Verdict:
    why, mend = obstacles(case, Job.SEND)
    missing, tick = missing_credits(case, entry, message), _next_send(case, case.around.now)
    if entry.held:
        headline = "Zurückgehalten: Niemand sendet sie von selbst."
    elif tick is None or tick >= entry.expires_at:
        headline = f"Aufbereitet, verfällt aber am {case.moment(entry.expires_at)}: Bis dann kommt kein Versand mehr."
        mend += [] if entry.kind is Kind.BIRTHDAY else ["Den Patienten anrufen."]
    elif missing:
        headline = f"Aufbereitet, wartet auf Guthaben; nächster Versand am {case.moment(tick)}."
    else:
        headline = _at_send(f"am {case.moment(tick)}", answers.refused_by_send)
    if entry.phoned_at and not answers.refused_by_send:
        headline = f"Keine Mitteilung mehr: Die Praxis hat am {case.moment(entry.phoned_at)} angerufen."
    then = [*why, f"Ohne Versand verfällt sie am {case.moment(entry.expires_at)}."]
    changes = [*mend, *changes_for(case, answers.refused_by_send)]
    remedy = remedy_of_waiting(entry, missing)
    refused = answers.refused_by_send[0].reason if answers.refused_by_send else None
    changes += [remedy] if remedy else []
    return Verdict(entry.state, headline, entry.reason or refused, Basis.ENTRY, tuple(then), tuple(changes))


def _next_send(case: ExplainedMessage, now: datetime) -> datetime | None:
    """The next send tick (UTC) with an open Versandfenster."""
    tick = None if case.invalid else next_send(case.practice, now)
    if tick is None:
        return None
    window = case.practice.validated.switches["Versandfenster"]
    return tick if window.is_open(tick, case.practice.zone) else leaves_at(case, tick)


def _at_send(when: str, refused: tuple[RuleAnswer, ...]) -> str:
    """What the next send run does, by the rules as it will ask them."""
    if not refused:
        return f"Aufbereitet; wird frühestens {when} versendet."
    match refused[0].rule:
        case "textvorlage":
            return f"Aufbereitet, wartet aber auf eine Textvorlage; nächster Versand {when}."
        case rule if rule == ADDRESS:
            return f"Aufbereitet; der Versand {when} findet keine Adresse: Die Praxis muss anrufen."
    return f"Aufbereitet, wird aber beim Versand {when} storniert."


def _told(case: ExplainedMessage, entry: Entry) -> tuple[str, list[str]]:
    """What its state means, and what follows of itself."""
    at = case.moment(entry.changed_at)
    match entry.state:
        case State.RESERVED | State.SENDING:
            end = f"Bis {case.moment(entry.send_before)}" if entry.send_before else "In einigen Minuten"
            return "Wird eben versendet.", [f"{end} ist sie weg, oder sie kommt in die Versand-Queue zurück."]
        case State.SENT:
            end = case.moment(entry.changed_at + UNCONFIRMED_AFTER)
            then = f"Die Bestätigung kommt meist in Minuten; ohne sie gilt sie ab {end} als unbestätigt."
            return f"Am {at} versendet; die Zustellbestätigung steht aus.", [then]
        case State.DELIVERED:
            return f"Zugestellt, bestätigt am {at}.", [_OVER]
        case State.FAILED:
            return f"Nicht angekommen, gemeldet am {at}.", [_OVER]
        case State.REFUSED:
            return f"Vom Anbieter am {at} abgelehnt; nichts wurde belastet.", [_OVER]
        case State.UNCONFIRMED:
            return "Versendet, aber ohne Zustellbestätigung geblieben.", [_OVER]
        case State.UNKNOWN:
            end = case.moment(entry.changed_at + RECEIPTS_TAKE)
            return "Ungewiss, ob sie versendet wurde.", [f"Bis {end} kann noch eine Bestätigung kommen."]
        case State.COVERED:
            return _covered(case, entry), [_OVER]
    phoned = entry.state is State.NOT_SENDABLE and entry.expires_at > case.around.now
    listed = "; die Praxis muss anrufen (Anrufliste)" if phoned else ""
    return f"Keine Mitteilung: am {at} {STATES[entry.state]}{listed}.", []


def _covered(case: ExplainedMessage, entry: Entry) -> str:
    first = case.covering
    if first is None or first.starts_at is None:
        return "Steht in der Erinnerung an einen früheren Termin dieses Tages."
    starts_at = case.moment(first.starts_at)
    which = f"Termin {first.appointment}" if first.appointment else "Termin"
    return f"Steht in der Erinnerung an den {which} vom {starts_at} («{STATES[first.state]}»)."


def _revived(case: ExplainedMessage, answers: Answers) -> tuple[list[str], list[str]]:
    """Whether a prepare run will make it again, and what stands in the way."""
    search = answers.search
    changes = list(changes_for(case, answers.refused))
    if search is None or not search.ahead:
        return [], changes
    when, (why, mend) = case.moment(search.tick), obstacles(case, case.job)
    if why:
        return [f"Der Lauf vom {when} tut nichts: {why[0]}"], [*mend, *changes]
    if answers.refused:
        return [f"Der Lauf vom {when} fragt nochmals; nach den heutigen Angaben: {answers.refused[0].reason}"], changes
    return [f"Der Lauf vom {when} bereitet sie wieder auf."], []


def _moved(case: ExplainedMessage, entry: Entry) -> tuple[str, list[str]] | None:
    """That the patient knows another time than the appointment has now."""
    known, now = entry.announced_start, case.candidate.starts_at if case.candidate else None
    if entry.kind is Kind.BIRTHDAY or known is None or now is None or known == now or now <= case.around.now:
        return None
    told = f"Dem Patienten ist {case.moment(known)} mitgeteilt; jetzt ist der Termin am {case.moment(now)}."
    if case.practice.validated.switches.values.get("ErinnerungBeiVerschiebung"):
        return told, []
    switch = "Künftige Verschiebungen mitteilen lassen: vitosms switches set ErinnerungBeiVerschiebung Ja"
    return told, ["Den Patienten anrufen: Er kennt die neue Zeit nicht.", switch]
